"""Serials of documents: nobody can guess one, and anybody can read one out or type it."""

from __future__ import annotations

import re

from bot.domain.crockford import ALPHABET, plain, random_letters, unmistaken

_LENGTH = 16
"""80 bits: with a million certificates about, one guess in a million million million is good."""

_GROUP = 4
_BETWEEN = re.compile(r"[\s\-_.\u2010-\u2015]+")
_SERIAL = re.compile(f"[{ALPHABET}]{{{_LENGTH}}}")


def new_serial() -> str:
    """Make a serial of sixteen digits and capital letters, such as ``7K2QXM9P3TWB04ZC``."""
    return random_letters(_LENGTH)


def shown_serial(serial: str) -> str:
    """Write a serial in groups, as people read it: ``7K2Q-XM9P-3TWB-04ZC``."""
    return "-".join(serial[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_serial(text: str) -> str | None:
    """Read a serial as people type it: in either case, grouped or not, O for 0, I and L for 1.

    Returns:
        The serial as ``new_serial`` made it; None if the text cannot be one.
    """
    typed = unmistaken(_BETWEEN.sub("", plain(text)))
    return typed if _SERIAL.fullmatch(typed) else None
