from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.domain.meaning import Language
from bot.domain.ruling import Role, Verdict
from bot.records.answers import Answer, Answers, NewAnswer
from bot.records.database import Database
from bot.records.triage import TriageQuestion, TriageQuestions, TriageReason
from tests.records.moments import LATER, NOW, after


def _new(question_id: str | None = None) -> NewAnswer:
    return NewAnswer(
        person_id="amal",
        employer="moh-uae",
        role=Role.EMPLOYEE,
        verdict=Verdict.CLARIFY,
        articles=["moh-uae.3"],
        facets=["repost"],
        readings=["court_case", "rumour"],
        language=Language.ARABIC,
        question_id=question_id,
    )


async def _add(database: Database, question_id: str | None = None) -> str:
    async with database.transaction() as session:
        return (await Answers(session).add(_new(question_id), now=NOW, expires_at=LATER)).id


async def test_an_answer_is_found_by_whom_it_was_given_to_only(database: Database) -> None:
    token = await _add(database)
    async with database.reading() as session:
        answer = await Answers(session).find_for(token, "amal")
        assert await Answers(session).find_for(token, "badr") is None
        assert await Answers(session).find_for("0" * 16, "amal") is None
    assert answer is not None
    assert answer.readings == ["court_case", "rumour"]
    assert (answer.verdict, answer.language) == (Verdict.CLARIFY, Language.ARABIC)
    assert "amal" not in answer.owner_hash


async def test_only_the_first_rating_counts(database: Database) -> None:
    token = await _add(database)

    async def rate(*, useful: bool) -> bool:
        async with database.transaction() as session:
            return await Answers(session).rate(token, useful=useful, now=NOW)

    counted = await asyncio.gather(*(rate(useful=number % 2 == 0) for number in range(20)))
    assert counted.count(True) == 1
    async with database.reading() as session:
        answer = await session.get_one(Answer, token)
    assert answer.useful is (counted.index(True) % 2 == 0)
    assert answer.rated_at == NOW


async def test_what_has_expired_goes(database: Database) -> None:
    await _add(database)
    async with database.transaction() as session:
        assert await Answers(session).delete_expired(after(60)) == 0
        assert await Answers(session).delete_expired(LATER) == 1


async def test_an_answer_outlives_the_question_kept_for_triage(database: Database) -> None:
    async with database.transaction() as session:
        question = await TriageQuestions(session).add(
            text="؟", employer="moh-uae", reason=TriageReason.CLARIFY, now=NOW, expires_at=after(1)
        )
    token = await _add(database, question.id)
    async with database.transaction() as session:
        assert await TriageQuestions(session).delete_expired(after(2)) == 1
    async with database.reading() as session:
        assert (await session.get_one(Answer, token)).question_id is None
        assert (await session.scalars(select(TriageQuestion))).all() == []
