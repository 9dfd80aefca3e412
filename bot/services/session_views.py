"""What services tell of a session of a live workshop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.learners import employee_of
from bot.domain.live_sessions import Presence, Reminded, SessionState, state_at
from bot.domain.meaning import Language
from bot.records.attendances import Attendance
from bot.records.employees import Employee
from bot.records.registrations import Registration, RegistrationState
from bot.records.sessions import WorkshopSession


@dataclass(frozen=True)
class KnownSession:
    """A session; see ``bot.records.session_rows.WorkshopSession``."""

    id: str
    workshop: str
    version: str
    employer: str
    title: str | None
    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None
    capacity: int | None
    sequence: int
    cancelled_at: datetime | None

    def state(self, now: datetime) -> SessionState:
        """Say where it is in its day."""
        return state_at(self.starts_at, self.ends_at, self.cancelled_at, now)


class NoticeKind(StrEnum):
    """What somebody is told of a session without having asked."""

    PLACED = "placed"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    RATE = "rate"


@dataclass(frozen=True)
class Notice:
    """Something to be put into words for one person.

    Attributes:
        language: The language to say it in.
        file: The id of the calendar file that goes along; None for none.
        reminded: Which reminder it is; for reminders alone.
    """

    kind: NoticeKind
    session: KnownSession
    language: Language
    file: str | None = None
    reminded: Reminded = Reminded.NONE


@dataclass(frozen=True)
class AttendanceLine:
    """How it stands with one person at a session.

    Attributes:
        learner: See ``bot.domain.learners.learner_of``.
        number: The employer's number of them; empty for who is not on the roster, as are the
            names and the department.
        at: When they came; None if they did not.
        by: By what it is known that they came; empty if they did not.
        reason: Why a trainer noted them, or empty.
        marked_by: The number of that trainer, or empty.
    """

    learner: str
    presence: Presence
    number: str = ""
    name_ar: str = ""
    name_en: str = ""
    department: str = ""
    at: datetime | None = None
    by: str = ""
    reason: str = ""
    marked_by: str = ""


def known(row: WorkshopSession) -> KnownSession:
    """Give what may be told of a session: not its secrets."""
    return KnownSession(
        id=row.id,
        workshop=row.workshop,
        version=row.version,
        employer=row.employer,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        link=row.link,
        capacity=row.capacity,
        sequence=row.sequence,
        cancelled_at=row.cancelled_at,
    )


def attendance_lines(
    state: SessionState,
    registered: Iterable[Registration],
    came: Iterable[Attendance],
    employees: dict[str, Employee],
) -> Iterator[AttendanceLine]:
    """Put together who registered and who came: first those who came, in their order.

    Args:
        state: Where the session is in its day.
        registered: Its registrations, cancelled ones too.
        came: Its attendance.
        employees: By their id, as far as the roster has them.
    """
    there = set[str]()
    for one in came:
        there.add(one.learner)
        yield AttendanceLine(
            learner=one.learner,
            presence=Presence.LATE if one.is_late else Presence.PRESENT,
            at=one.at,
            by=one.by.value,
            reason=one.reason or "",
            marked_by=employees[one.marked_by].number if one.marked_by else "",
            **_facts(one.learner, employees),
        )
    for wish in registered:
        if wish.learner not in there:
            presence = _missing(state, wish.state)
            facts = _facts(wish.learner, employees)
            yield AttendanceLine(learner=wish.learner, presence=presence, **facts)


def employee_ids(registered: Iterable[Registration], came: Iterable[Attendance]) -> set[str]:
    """Give the ids of all employees that registrations and attendance speak of."""
    came = list(came)
    learners = {one.learner for one in registered} | {one.learner for one in came}
    named = {of for of in map(employee_of, learners) if of is not None}
    return named | {one.marked_by for one in came if one.marked_by}


def _missing(state: SessionState, wish: RegistrationState) -> Presence:
    if wish is RegistrationState.REGISTERED and state is SessionState.OVER:
        return Presence.ABSENT
    return Presence(wish.value)


def _facts(learner: str, employees: dict[str, Employee]) -> dict[str, Any]:
    employee = employees.get(employee_of(learner) or "")
    if employee is None:
        return {}
    return {
        "number": employee.number,
        "name_ar": employee.name_ar or "",
        "name_en": employee.name_en or "",
        "department": " / ".join(employee.department),
    }
