"""Rosters for the tests: rows as a file would give them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.roster_file import Row

HEADINGS = ("employer", "number", "name_en", "manager", "phones", "roles", "job")


def phone(n: int) -> str:
    """A valid number of the Emirates."""
    return f"+97150{n:07d}"


def person(number: object, **cells: object) -> list[str]:
    """One row under ``HEADINGS``; without ``name_en`` a made-up name."""
    given = {"employer": "uae-fed", "number": number, "name_en": f"Employee {number}"} | cells
    return [str(given.pop(heading, "")) for heading in HEADINGS]


def roster(*people: Sequence[str], headings: Sequence[str] = HEADINGS) -> list[Row]:
    """A file of these rows; the first of them is line 2."""
    return [(line, row) for line, row in enumerate((headings, *people), 1)]
