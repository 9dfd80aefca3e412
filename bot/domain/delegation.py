"""When a decision lets an employee run an official account."""

from __future__ import annotations

from datetime import date


def is_in_force(starts_on: date, ends_on: date | None, *, ended: bool, today: date) -> bool:
    """Say whether a delegation holds on a day.

    Args:
        starts_on: Its first day.
        ends_on: Its last day; None for no end yet.
        ended: It was ended early.
        today: The day, where the employer is.
    """
    return not ended and starts_on <= today and (ends_on is None or today <= ends_on)
