"""What is stored of a person's surveys and pledges, to be told to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

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
