"""The errors that Waai raises on purpose; anything else is a fault in the program."""

from __future__ import annotations


class WaaiError(Exception):
    """The root of every error of ours."""


class ConfigurationError(WaaiError):
    """A setting cannot be used; the message is for the operator and holds no secret."""


class ContentError(WaaiError):
    """A file under ``content/`` is wrong; raised at start-up only."""


class UnderstandingUnavailable(WaaiError):  # noqa: N818 - a state of the model server, named so in the design
    """The model server is down, too slow, or gave nothing usable."""


class NotStoredError(WaaiError):
    """An event could not be kept now, or not known to be; whoever brought it brings it again."""
