"""Who has learnt, pledged or taken something, in records that may outlive the chat."""

from __future__ import annotations


def learner_of(person_id: str, employee_id: str | None) -> str:
    """Name a learner: the roster's employee where the chat is linked to one, else the person.

    Args:
        person_id: Of ``people``.
        employee_id: Of ``employees``; None for a person whom no roster knows.
    """
    return f"person:{person_id}" if employee_id is None else f"employee:{employee_id}"
