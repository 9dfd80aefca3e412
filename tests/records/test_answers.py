from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot.domain.meaning import Language
from bot.domain.ruling import Role, Verdict
from bot.records.answers import Answer, Answers, NewAnswer, delete_expired_answers
from bot.records.database import Database
from bot.records.triage import TriageQuestion, TriageQuestions, TriageReason
from tests.records.moments import LATER, NOW, after

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def _new(question_id: str | None = None, *, inform: bool = False) -> NewAnswer:
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
        inform=inform,
    )


async def _add(database: Database, new: NewAnswer | None = None) -> str:
    async with database.transaction() as session:
        answers = Answers(session, KEY)
        return (await answers.add(new or _new(), now=NOW, expires_at=LATER)).id


async def test_an_answer_is_found_by_whom_it_was_given_to_only(database: Database) -> None:
    token = await _add(database)
    async with database.reading() as session:
        answers = Answers(session, KEY)
        answer = await answers.find_for(token, "amal")
        assert await answers.find_for(token, "badr") is None
        assert await answers.find_for("0" * 16, "amal") is None
        assert await Answers(session, OTHER_KEY).find_for(token, "amal") is None
    assert answer is not None
    assert answer.readings == ["court_case", "rumour"]
    assert (answer.verdict, answer.language) == (Verdict.CLARIFY, Language.ARABIC)
    assert "amal" not in answer.owner_hash


@pytest.mark.parametrize("inform", [False, True])
async def test_whose_an_answer_is_and_whether_it_is_their_first_needs_the_key(
    database: Database, *, inform: bool
) -> None:
    token = await _add(database, _new(inform=inform))
    async with database.reading() as session:
        answers = Answers(session, KEY)
        answer = await answers.find_for(token, "amal")
        assert answer is not None
        assert answers.informs(answer, "amal") is inform
    said = f"{token}:amal:{inform:d}".encode()
    assert answer.owner_hash == hmac.digest(KEY, said, "sha256").hex()
    hashes = {hashlib.sha256(tried).hexdigest() for tried in (said, f"{token}:amal".encode())}
    assert answer.owner_hash not in hashes


async def test_an_answer_has_no_time_of_day_and_no_place_in_order(database: Database) -> None:
    late = datetime(2026, 11, 21, 3, 30, tzinfo=timezone(timedelta(hours=4)))
    async with database.transaction() as session:
        answers = Answers(session, KEY)
        token = (await answers.add(_new(), now=late, expires_at=LATER)).id
        assert await answers.rate(token, useful=True, now=late)
        answer = await session.get_one(Answer, token, populate_existing=True)
    assert answer.created_at == answer.rated_at == date(2026, 11, 20)
    assert {type(answer.created_at), type(answer.rated_at)} == {date}
    async with database.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            for table in ("answers", "triage_questions"):
                with pytest.raises(OperationalError, match="no such column: rowid"):
                    await session.execute(text(f"SELECT rowid FROM {table}"))  # noqa: S608 - our own words


async def test_only_the_first_rating_counts(database: Database) -> None:
    token = await _add(database)

    async def rate(*, useful: bool) -> bool:
        async with database.transaction() as session:
            return await Answers(session, KEY).rate(token, useful=useful, now=NOW)

    counted = await asyncio.gather(*(rate(useful=number % 2 == 0) for number in range(20)))
    assert counted.count(True) == 1
    async with database.reading() as session:
        answer = await session.get_one(Answer, token)
    assert answer.useful is (counted.index(True) % 2 == 0)
    assert answer.rated_at == NOW.date()


async def test_what_has_expired_goes(database: Database) -> None:
    await _add(database)
    async with database.transaction() as session:
        assert await delete_expired_answers(session, after(60)) == 0
        assert await delete_expired_answers(session, LATER) == 1


async def test_an_answer_outlives_the_question_kept_for_triage(database: Database) -> None:
    async with database.transaction() as session:
        question = await TriageQuestions(session).add(
            text="؟", employer="moh-uae", reason=TriageReason.CLARIFY, now=NOW, expires_at=after(1)
        )
    token = await _add(database, _new(question.id))
    async with database.transaction() as session:
        assert await TriageQuestions(session).delete_expired(after(2)) == 1
    async with database.reading() as session:
        assert (await session.get_one(Answer, token)).question_id is None
        assert (await session.scalars(select(TriageQuestion))).all() == []
