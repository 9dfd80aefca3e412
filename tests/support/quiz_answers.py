"""Answers to quizzes as they lie in the database, without the sittings being played."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from bot.records.base import new_token
from bot.records.database import Database
from bot.records.people_rows import Person
from bot.records.quiz_rows import QuizAnswer, Sitting, SittingKind
from tests.support.content import real_library

NOW = datetime.fromisoformat("2026-11-20T09:30:00+00:00")
QUESTIONS = {q.id: q for bank in real_library().quizzes.values() for q in bank.questions}


async def sit(  # noqa: PLR0913 - keyword-only
    database: Database,
    answers: Mapping[str, bool | str],
    *,
    employer: str = "muscat",
    department: str | None = None,
    person_id: str | None = None,
    is_first: bool = True,
    version: int = 1,
    at: datetime = NOW,
) -> str:
    """Let somebody answer, and give their id.

    Args:
        database: Where to.
        answers: By question: whether it is right, or the places of the choices that are taken.
        employer: Theirs.
        department: Theirs.
        person_id: Who it is; None for somebody new.
        is_first: They had not answered this version before.
        version: That of the questions.
        at: When.
    """
    sitting = new_token()
    async with database.transaction() as session:
        if person_id is None:
            person_id = new_token()
            session.add(Person(id=person_id, created_at=at, employer=employer))
            await session.flush()
        row = Sitting(
            id=sitting,
            person_id=person_id,
            kind=SittingKind.QUIZ,
            employer=employer,
            started_for=sitting,
            questions=[],
            started_at=at,
            touched_at=at,
            ended_at=at,
        )
        session.add(row)
        await session.flush()
        for position, (question, given) in enumerate(answers.items()):
            picks = given if isinstance(given, str) else _picks(question, right=given)
            await session.execute(
                insert(QuizAnswer).values(
                    sitting_id=sitting,
                    position=position,
                    person_id=person_id,
                    employer=employer,
                    department=department,
                    question=question,
                    version=version,
                    picks=picks,
                    is_right=frozenset(map(int, picks)) == QUESTIONS[question].right,
                    is_first=is_first,
                    key=f"{sitting}:{position}",
                    answered_at=at,
                )
            )
    return person_id


def _picks(question: str, *, right: bool) -> str:
    asked = QUESTIONS[question]
    if right:
        return "".join(map(str, sorted(asked.right)))
    return str(min(set(range(asked.size)) - asked.right))
