"""Taking a step with an observation, from inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.observing import STAFF, ObservationError, ObservationState, Step, sees, take
from bot.records.base import Json
from bot.records.employees import Employee
from bot.records.journal import Journal, NewEntry
from bot.records.observations import Observation, Observations, Scope
from bot.services.observation_views import is_own
from bot.services.staff import By, find_staff, is_untold, roles_of

_KINDS = {
    Step.RECORD: "observation_recorded",
    Step.CHANGE: "observation_changed",
    Step.REFER: "observation_referred",
    Step.WITHDRAW: "observation_withdrawn",
    Step.REVIEW: "observation_reviewed",
    Step.DECIDE: "observation_decided",
    Step.CLOSE: "observation_closed",
}
"""What a step is called in the journal."""


_WAITS = ObservationState.REFERRED


def scope_of(employee: Employee) -> Scope:
    """Give what an employee may see: what their roles allow, and nothing about themselves."""
    roles = roles_of(employee)
    states = [state for state in ObservationState if sees(roles, state)]
    return Scope(employee.employer, states, employee.id)


async def hold_seen(session: AsyncSession, by: By, reference: str) -> tuple[Employee, Observation]:
    """Hold an observation that an employee may see.

    Args:
        session: The transaction.
        by: Who acts.
        reference: Its number or id.

    Raises:
        ObservationError: They see none of that number.
        StaffError: Whoever acts has nothing to do with observations.
    """
    employee = await find_staff(session, by, STAFF)
    row = await Observations(session).hold(reference, scope_of(employee))
    if row is None:
        raise ObservationError(f"{employee.employer} has no observation {reference!r} for you")
    return employee, row


async def take_step(
    session: AsyncSession, by: By, reference: str, step: Step
) -> tuple[Employee, Observation]:
    """Hold an observation and move it to where a step leads; arguments as of ``hold_seen``.

    Raises:
        ObservationError: They see none of that number, or the step is not theirs, or not now.
        StaffError: Whoever acts has nothing to do with observations.
    """
    employee, row = await hold_seen(session, by, reference)
    own = is_own(employee, await Observations(session).list_steps(row.id))
    row.state = take(step, row.state, row.outcome, roles_of(employee), is_own=own)
    return employee, row


async def note_step(
    session: AsyncSession,
    row: Observation,
    step: Step,
    employee: Employee,
    now: datetime,
    **facts: str | int | None,
) -> None:
    """Note a step in the history and in the journal: the last thing in a transaction.

    Args:
        session: The transaction.
        row: What it was taken with.
        step: Which.
        employee: Who took it.
        now: When.
        facts: What else the journal says: ids and digests, no names and no texts.
    """
    await Observations(session).note(row, step, employee.id, now)
    body = {"number": row.number, "state": row.state.value, **facts}
    await note_in_journal(session, employee, (_KINDS[step], row.id, body), now)


async def note_in_journal(
    session: AsyncSession, employee: Employee, entry: tuple[str, str, Json], now: datetime
) -> None:
    """Note in the journal of an employee's employer what they did.

    Args:
        session: The transaction, of which it is the last statement.
        employee: Who did it.
        entry: What they did, to which observation's id or to ``all``, and ids and digests.
        now: When.
    """
    kind, subject, body = entry
    noted = NewEntry(kind, employee.id, f"observation:{subject}", body)
    await Journal(session).append(employee.employer, [noted], now)


async def find_untold(
    session: AsyncSession, employer: str, rows: Iterable[Observation]
) -> set[str]:
    """Give the ids of those that were referred, and of which nobody could be told."""
    waiting = {f"observation:{row.id}": row.id for row in rows if row.state is _WAITS}
    referred = await Journal(session).find_latest(employer, _KINDS[Step.REFER], waiting)
    return {waiting[each.subject] for each in referred.values() if is_untold(each)}
