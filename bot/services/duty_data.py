"""What is stored of a person's surveys, pledges and circulars, to be told to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.acknowledgements import Acknowledgements
from bot.records.pledges import Pledges
from bot.records.survey_rows import SurveyTaker, SurveyWave


@dataclass(frozen=True)
class KnownSurvey:
    """A wave of a survey that they took part in; more is not kept of it."""

    survey: str
    wave: str


@dataclass(frozen=True)
class KnownPledge:
    """What they have accepted; see ``bot.records.pledges.Pledge``."""

    rulebook: str
    version: int
    digest: str
    wording: str
    channel: str
    at: datetime


@dataclass(frozen=True)
class KnownReceived:
    """A circular that their employer sent them.

    Attributes:
        sent: When it went to their chat; None if it has not.
        opened: When they last opened it, or a file of it; None if they have not.
        tries: How often they answered its question.
        acknowledged: When they acknowledged it; None if they have not.
    """

    number: str
    version: int
    title: str
    sent: datetime | None
    opened: datetime | None
    tries: int
    acknowledged: datetime | None


async def list_received(
    session: AsyncSession, employee_id: str | None
) -> tuple[KnownReceived, ...]:
    """List the circulars that somebody is a recipient of, the oldest first."""
    told = await Acknowledgements(session).list_all_of(employee_id) if employee_id else ()
    return tuple(
        KnownReceived(
            number=one.circular.number,
            version=one.circular.version,
            title=one.circular.title,
            sent=one.delivery.sent_at,
            opened=one.delivery.opened_at,
            tries=one.delivery.check_tries,
            acknowledged=one.at,
        )
        for one in told
    )


async def list_surveys(session: AsyncSession, learner: str) -> tuple[KnownSurvey, ...]:
    """List the waves that somebody took part in, the oldest first."""
    waves = (
        select(SurveyWave)
        .join(SurveyTaker)
        .where(SurveyTaker.learner == learner)
        .order_by(SurveyWave.opened_at)
    )
    return tuple(KnownSurvey(one.survey, one.name) for one in await session.scalars(waves))


async def list_pledges(session: AsyncSession, learner: str) -> tuple[KnownPledge, ...]:
    """List what somebody has accepted, the oldest first."""
    return tuple(
        KnownPledge(
            one.rulebook, one.version, one.digest, one.wording, one.channel, one.accepted_at
        )
        for one in await Pledges(session).list_of(learner)
    )
