"""Telling HR's people of each other's steps with a circular, where two are to decide."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularStep
from bot.domain.meaning import Language
from bot.domain.roster import StaffRole
from bot.records.base import Json
from bot.records.circulars import Circular
from bot.records.employees import Employee
from bot.services.circular_views import KnownCircular, read_known
from bot.services.staff import list_reached, tell

_TOLD = frozenset({CircularStep.SUBMIT, CircularStep.APPROVE, CircularStep.REJECT})


class ApprovalSpeaker(Protocol):
    """Puts into words what HR's people are told."""

    def told(self, circular: KnownCircular, step: CircularStep, language: Language) -> Json:
        """Give the message that tells of a step, as JSON values.

        Args:
            circular: As it is after the step.
            step: That it waits (submit), goes out (approve) or was sent back (reject).
            language: Of who is told.
        """


async def tell_of(  # noqa: PLR0913 - of a step there is this much
    session: AsyncSession,
    row: Circular,
    actor: Employee,
    step: CircularStep,
    speaker: ApprovalSpeaker | None,
    *,
    now: datetime,
) -> int | None:
    """Tell those whom a step concerns: the others of HR that one waits, its author the rest.

    Args:
        session: The transaction.
        row: The circular, held, after the step.
        actor: Who took it; they are not told.
        step: Which; of others than those above nobody is told.
        speaker: Puts it into words; None to tell nobody.
        now: The present moment.

    Returns:
        How many were told; None for a step that nobody is to be told of.
    """
    if speaker is None or step not in _TOLD:
        return None
    staff = await list_reached(session, row.employer, StaffRole.HR)
    others = [each for each in staff if each.employee.id != actor.id]
    if step is not CircularStep.SUBMIT:
        others = [each for each in others if each.employee.id == row.created_by]
    circular = await read_known(session, row)
    told = [(each, speaker.told(circular, step, each.language)) for each in others]
    if step is not CircularStep.SUBMIT and row.created_by == actor.id:
        return None
    return await tell(session, f"circular:{row.id}", told, now)
