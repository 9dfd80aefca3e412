"""The command line as it is typed."""

from collections.abc import Callable

Waai = Callable[..., tuple[int, str, str]]
"""Runs a command, with what is ``typed`` into it; gives its code and what it printed and said."""
