"""What all acts on circulars share: holding one for its HR, and noting what was done."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularStep, DeliveryState, after
from bot.domain.roster import StaffRole
from bot.records.circulars import Circular, Circulars
from bot.records.deliveries import Deliveries
from bot.records.employees import Employee
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.services.circular_reasons import ALTERED
from bot.services.circular_views import CircularError, KnownCircular, content_of, known, read_known
from bot.services.staff import By, find_staff

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)

_WRITING = frozenset({"circular_created", "circular_changed", "circular_corrected"})
"""Acts by which HR lets a circular say something."""


async def hold_for(session: AsyncSession, by: By, circular_id: str) -> tuple[Circular, Employee]:
    """Hold a circular for somebody of its employer's HR.

    Args:
        session: The transaction.
        by: Who acts.
        circular_id: Which.

    Raises:
        CircularError: There is none.
        StaffError: They are not HR.
    """
    actor = await find_staff(session, by, [StaffRole.HR])
    row = await Circulars(session).hold(circular_id)
    if row is None or row.employer != actor.employer:
        raise CircularError(f"{actor.employer} has no circular {circular_id!r}")
    return row, actor


def take_step(row: Circular, step: CircularStep) -> None:
    """Let a circular go one step on.

    Raises:
        CircularError: It cannot be done any more, or yet.
    """
    state = after(row.state, step)
    if state is None:
        raise CircularError(
            f"{row.number} v{row.version} is {row.state}: {step} cannot be done any more, or yet"
        )
    row.state = state


async def refuse_altered(session: AsyncSession, row: Circular) -> None:
    """Make sure that a circular says what HR wrote last.

    Raises:
        CircularError: It says something else.
    """
    if (await read_known(session, row)).is_altered:
        raise CircularError(
            f"{row.number} v{row.version} does not say any more what was written: "
            "a draft can be changed, anything else be cancelled or corrected"
        )


async def pause_altered(session: AsyncSession, row: Circular, now: datetime) -> None:
    """Send no more of a circular, held, that does not say what was approved, until HR decides."""
    take_step(row, CircularStep.PAUSE)
    row.reason = ALTERED
    await Deliveries(session).recall(row.id, DeliveryState.PLANNED)
    await note(session, row, SYSTEM, "circular_paused", now)
    _log.error("circular_altered", circular=row.id)


async def note(  # noqa: PLR0913 - of a step there is this much
    session: AsyncSession,
    row: Circular,
    actor: str,
    kind: str,
    now: datetime,
    *,
    told: int | None = None,
) -> KnownCircular:
    """Note in the journal what was done, with what the circular says now; the last statement.

    Args:
        session: The transaction.
        row: The circular, held.
        actor: See ``bot.records.journal.NewEntry``.
        kind: What was done.
        now: The present moment.
        told: How many were told of it, where somebody was to be.
    """
    await session.flush()
    files = await Circulars(session).list_attachments(row.id)
    if kind in _WRITING:
        # It keeps the digest of what was written, whoever looks at it or approves it later; that
        # is of what the database keeps.
        await session.refresh(row)
        row.digest = content_of(row, files).digest
        await session.flush()
    body = {
        "number": row.number,
        "version": row.version,
        "state": row.state.value,
        "digest": row.digest,
        "audience": row.audience,
        "reason": row.reason,
        **({} if told is None else {"told": told}),
    }
    entry = NewEntry(kind, actor, f"circular:{row.id}", body)
    await Journal(session).append(row.employer, [entry], now)
    return known(row, files)
