"""What a person's next text is for, where something asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.records.people_rows import Person

AWAITED_FOR = timedelta(minutes=30)
"""How long after something asked for a text the person's next one is read as it."""


def await_text(person: Person, awaited: str, now: datetime) -> None:
    """Note what the next text of a person, who is held, is for; nothing else waits for it then.

    Args:
        person: Whose text it is.
        awaited: The purpose and what it is about, ``purpose:id``.
        now: The present moment.
    """
    person.awaited, person.awaited_until = awaited, now + AWAITED_FOR
    if person.draft_awaited_until is not None:
        person.draft_awaited_until = min(person.draft_awaited_until, now)


def leave_text(person: Person, now: datetime) -> None:
    """Note that nothing waits for the next text of a person, who is held."""
    if person.awaited_until is not None:
        person.awaited_until = min(person.awaited_until, now)


def take_text(person: Person, key: str, now: datetime) -> str | None:
    """Say what the text of an event is for; no later event's is for the same.

    Args:
        person: Who typed it, held.
        key: What makes the event unique; handled again it gets the same, whatever was asked
            for since.
        now: The present moment.

    Returns:
        As ``await_text`` was told; None where nothing waits for it.
    """
    if person.awaited_taken_for == key:
        return person.awaited_taken
    if awaited_now(person, now) is None:
        return None
    person.awaited_taken, person.awaited_taken_for = person.awaited, key
    person.awaited_until = now
    return person.awaited_taken


def awaited_now(person: Person, now: datetime) -> str | None:
    """Say what the next text of a person is for; None where nothing waits for it."""
    lasts = person.awaited_until is not None and person.awaited_until > now
    return person.awaited if lasts else None
