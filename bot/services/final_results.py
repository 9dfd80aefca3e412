"""What comes of a workshop's final quiz."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.completion import FINAL, has_passed
from bot.domain.learners import learner_of
from bot.records.certificates import Certificates
from bot.records.learning import Learning, NewEvidence
from bot.records.people import People
from bot.records.quiz_rows import Sitting
from bot.services.proving import prove
from bot.services.turns import FinalResult, Result


async def note_final(
    session: AsyncSession, sitting: Sitting, result: Result, at: datetime, *, answered: int
) -> FinalResult:
    """Write down what came of a final quiz, once, and what is completed by it.

    Args:
        session: The transaction that ended it, or that tells its end again.
        sitting: The final quiz.
        result: How it was answered.
        at: When it ended.
        answered: How many of its questions were. Nobody fails by those that the bank has lost.
    """
    workshop, _, version = (sitting.workshop or "").partition("@")
    known = await Learning(session).get_version(workshop, version)
    person = await People(session).get(sitting.person_id)
    learner = learner_of(person.id, person.employee_id)
    passed = has_passed(result.score, result.total, known.pass_mark)
    evidence = NewEvidence(
        learner=learner,
        workshop=workshop,
        version=version,
        part=FINAL,
        passed=passed,
        score=result.score,
        total=result.total,
        at=at,
        source=f"sitting:{sitting.id}",
    )
    is_noted = passed or answered == result.total
    completion = await prove(session, evidence, at) if is_noted else None
    certificates = await Certificates(session).list_of(learner)
    return FinalResult(
        passed=passed,
        pass_mark=known.pass_mark,
        completed=completion is not None,
        certified=completion is not None
        and any(
            row.completion_id == completion.id and row.revoked_at is None for row, _ in certificates
        ),
    )
