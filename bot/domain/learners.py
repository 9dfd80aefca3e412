"""Whose learning a record is: a key that outlives the chat."""

from __future__ import annotations

_EMPLOYEE = "employee:"


def learner_of(person_id: str, employee_id: str | None) -> str:
    """Give the key of a learner: the roster's employee, or the person of a chat.

    Args:
        person_id: Who they are in the chat.
        employee_id: Which employee they are known to be; None if they are not.
    """
    return f"person:{person_id}" if employee_id is None else f"{_EMPLOYEE}{employee_id}"


def employee_of(learner: str) -> str | None:
    """Give the id of the employee that a learner is; None for the person of a chat."""
    return learner.removeprefix(_EMPLOYEE) if learner.startswith(_EMPLOYEE) else None
