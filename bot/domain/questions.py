"""Questions that wait together."""

from __future__ import annotations

MAX_CHARACTERS = 4000
"""Of all that wait; what comes after is cut off."""


def join_questions(waiting: str | None, asked: str) -> str:
    """Add a question to those that wait; one that was just added is not added again.

    Args:
        waiting: Those that wait, a line each; None if there are none.
        asked: The new one.
    """
    if waiting is None:
        return asked[:MAX_CHARACTERS]
    if f"\n{waiting}".endswith(f"\n{asked}"):
        return waiting
    return f"{waiting}\n{asked}"[:MAX_CHARACTERS]


def add_question(answered: str, asked: str) -> str:
    """Add a question to those that were answered; what is too long loses its beginning."""
    return f"{answered}\n{asked[:MAX_CHARACTERS]}"[-MAX_CHARACTERS:]
