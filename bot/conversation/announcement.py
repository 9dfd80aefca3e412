"""What is sent in place of a message where only an approved template may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WAITING = "waiting"
"""The template that asks a person to write, so that a message which waits can reach them."""


@dataclass(frozen=True)
class Announcement:
    """A template that says that a message waits, and lets the person have it.

    Attributes:
        template: The template's id.
        values: What fills its places, in order.
        presses: What its buttons send back, in order, encoded (see ``buttons``).
    """

    template: str = WAITING
    values: tuple[str, ...] = ()
    presses: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """Give the announcement as JSON values."""
        return [self.template, list(self.values), list(self.presses)]

    @classmethod
    def from_json(cls, value: list[Any]) -> Announcement:
        """Read what ``to_json`` gave.

        Raises:
            ValueError, TypeError: The value is not an announcement.
        """
        template, values, presses = value
        return cls(str(template), tuple(map(str, values)), tuple(map(str, presses)))


ASKS_TO_WRITE = Announcement()
