"""What learners did for workshops, as it lies in the database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.completion import ATTENDED, FINAL, has_passed
from bot.records.database import Database
from bot.records.learning import Learning, NewEvidence
from bot.records.learning_rows import Completion
from tests.support.content import real_library

BEGUN = datetime.fromisoformat("2026-11-01T05:30:00+00:00")
_sources = itertools.count(1)


def lessons(workshop: str = "muscat") -> list[str]:
    return [lesson.id for lesson in real_library().workshops[workshop].lessons]


async def publish(
    database: Database,
    workshop: str = "muscat",
    version: str = "1",
    renew_by: datetime | None = None,
    at: datetime = BEGUN,
) -> None:
    """Note a version of a workshop, with the parts that it has now."""
    taught = real_library().workshops[workshop]
    async with database.transaction() as session:
        await Learning(session).add_version(
            workshop=workshop,
            version=version,
            parts=[*lessons(workshop), FINAL],
            pass_mark=taught.pass_mark,
            published_at=at,
            renew_by=renew_by,
        )


async def learn(  # noqa: PLR0913 - keyword-only
    database: Database,
    employee_id: str,
    parts: Iterable[str],
    *,
    workshop: str = "muscat",
    version: str = "1",
    score: int = 9,
    total: int = 10,
    at: datetime = BEGUN,
    settle: bool = True,
) -> Completion | None:
    """Let an employee do parts, one a day; gives what is completed by them."""
    learner = f"employee:{employee_id}"
    mark = real_library().workshops[workshop].pass_mark
    async with database.transaction() as session:
        learning = Learning(session)
        for day, part in enumerate(parts):
            final = part == FINAL
            new = NewEvidence(
                learner=learner,
                workshop=workshop,
                version=version,
                part=part,
                passed=has_passed(score, total, mark) if final else True,
                score=score if final else None,
                total=total if final else None,
                at=at + timedelta(days=day),
                source=f"test:{next(_sources)}",
            )
            assert await learning.note(new)
        return await learning.settle(learner, workshop, version) if settle else None


async def complete(
    database: Database, employee_id: str, *, version: str = "1", at: datetime = BEGUN
) -> Completion:
    """Let an employee do all of Muscat's workshop."""
    done = await learn(database, employee_id, [*lessons(), FINAL], version=version, at=at)
    assert done is not None
    return done


async def attend(database: Database, employee_id: str, *, at: datetime = BEGUN) -> None:
    assert await learn(database, employee_id, [ATTENDED], at=at)
