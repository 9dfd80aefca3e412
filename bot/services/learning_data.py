"""What is stored of a person's workshops, to be told to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.certificates import Certificates
from bot.records.learning import Learning


@dataclass(frozen=True)
class KnownEvidence:
    """One thing that they did; see ``bot.records.learning_rows.Evidence``."""

    workshop: str
    version: str
    part: str
    passed: bool
    score: int | None
    total: int | None
    at: datetime


@dataclass(frozen=True)
class KnownAchievement:
    """A workshop that they completed, with the serials of its certificates."""

    workshop: str
    version: str
    at: datetime
    serials: tuple[str, ...]


@dataclass(frozen=True)
class KnownLearning:
    """What they did for workshops, and which they completed, the oldest first."""

    evidence: tuple[KnownEvidence, ...]
    completions: tuple[KnownAchievement, ...]


async def collect_learning(session: AsyncSession, learner: str) -> KnownLearning:
    """Give all that is kept of a learner's workshops."""
    learning = Learning(session)
    certificates = await Certificates(session).list_of(learner)
    return KnownLearning(
        evidence=tuple(
            KnownEvidence(
                one.workshop, one.version, one.part, one.passed, one.score, one.total, one.at
            )
            for one in await learning.list_all_evidence(learner)
        ),
        completions=tuple(
            KnownAchievement(
                one.workshop,
                one.version,
                one.completed_at,
                tuple(c.serial for c, _ in certificates if c.completion_id == one.id),
            )
            for one in await learning.list_completions(learner)
        ),
    )
