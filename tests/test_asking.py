from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.asking import CONCURRENCY, Asker, InputError, Question, in_order, read_question
from bot.conversation.understanding import RasaUnderstanding
from bot.domain.ruling import Role
from bot.errors import UnderstandingUnavailable
from tests.fakes.rasa import FakeRasa
from tests.support.content import real_library
from tests.support.world import drafts

LIBRARY = real_library()
GOOD: dict[str, Any] = {"id": "1", "employer": "muscat", "role": "employee", "text": "هل؟"}


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa().running() as rasa:
        yield rasa


@pytest.fixture
async def asker(rasa: FakeRasa) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession() as session:
        yield Asker(LIBRARY, RasaUnderstanding(session, lambda: (rasa.url, "secret")))


def question(text: str, number: int = 1, employer: str = "iraq-judiciary") -> Question:
    return Question(str(number), employer, Role.EMPLOYEE, text)


def test_a_line_is_read() -> None:
    assert read_question(json.dumps(GOOD), "f:1", LIBRARY) == Question(
        "1", "muscat", Role.EMPLOYEE, "هل؟"
    )
    manager = {**GOOD, "role": "account_manager", "id": 7, "more": "ignored"}
    read = read_question(json.dumps(manager), "f:1", LIBRARY)
    assert (read.role, read.id) == (Role.ACCOUNT_MANAGER, "7")


@pytest.mark.parametrize("role", [None, ""])
def test_a_line_without_a_role_is_an_employees(role: str | None) -> None:
    line = json.dumps({**GOOD, "role": role})
    assert read_question(line, "f:1", LIBRARY).role is Role.EMPLOYEE


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not a question as JSON"),
        ("", "not a question as JSON"),
        ("[]", "not a question as JSON"),
        ("null", "not a question as JSON"),
        ('"text"', "not a question as JSON"),
        (json.dumps({**GOOD, "role": "boss"}), "'boss' is not a valid Role"),
        (json.dumps({**GOOD, "role": ["employee"]}), "not a valid Role"),
        (json.dumps({"employer": "muscat"}), "the key 'text' is missing"),
        (json.dumps({"text": "x"}), "the key 'employer' is missing"),
        (json.dumps({**GOOD, "text": 5}), "text must be a string"),
        (json.dumps({**GOOD, "text": None}), "text must be a string"),
        (json.dumps({**GOOD, "employer": ["muscat"]}), "employer must be a string"),
        (json.dumps({**GOOD, "employer": "oman"}), "no employer 'oman'; known are bahrain, "),
    ],
)
def test_a_bad_line_names_its_place(line: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_question(line, "questions.jsonl:12", LIBRARY)
    assert str(caught.value).startswith("questions.jsonl:12: ")
    assert says in str(caught.value)


async def test_a_question_is_answered(asker: Asker) -> None:
    answer = await asker.ask(question("هل اللايك ممنوع؟"))
    assert answer.verdict == "conditional"
    assert answer.to_json() == {
        "id": "1",
        "intent": "ask_rule",
        "facets": ["like"],
        "ruling": "conditional",
        "articles": list(answer.articles),
        "confidence": 0.8,
        "text": answer.text,
    }
    assert "[iraq-judiciary.2]" in answer.text


@pytest.mark.parametrize("text", ["", "؟", "👍", "123"])
async def test_what_has_no_words_is_asked_back_without_the_model(
    rasa: FakeRasa, asker: Asker, text: str
) -> None:
    assert (await asker.ask(question(text))).verdict == "clarify"
    assert rasa.asked == []


async def test_many_are_answered_in_their_order_and_some_at_once(
    rasa: FakeRasa, asker: Asker
) -> None:
    rasa.delay_s = 0.2
    questions = [question(f"هل {n}", n) for n in range(20)]
    started = asyncio.get_running_loop().time()
    answers = [answer async for answer in in_order(asker.ask, questions)]
    assert [answer.question for answer in answers] == questions
    took = asyncio.get_running_loop().time() - started
    assert took < 20 * rasa.delay_s
    assert took >= 20 * rasa.delay_s / CONCURRENCY


async def test_an_outage_ends_a_batch_and_what_was_under_way(rasa: FakeRasa, asker: Asker) -> None:
    rasa.status = 500
    with pytest.raises(UnderstandingUnavailable):
        async for _ in in_order(asker.ask, [question(f"هل {n}", n) for n in range(20)]):
            pass
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if "Asker.ask" in repr(task)]


async def test_a_post_is_checked(rasa: FakeRasa, asker: Asker) -> None:
    text = "@ الهيئة فاشلة"
    rasa.meanings["الهيئة فاشلة"] = drafts("offend", words={"offend": ((7, 12),)})
    told = (await asker.check(question(text, employer="uae-fed"))).to_json()
    assert text[9:14] == "فاشلة"
    assert told == {
        "id": "1",
        "verdict": "prohibited",
        "articles": ["uae-fed.1.2"],
        "confidence": 0.9,
        "spans": [{"start": 9, "end": 14, "articles": ["uae-fed.1.2"]}],
        "text": told["text"],
    }
    assert "«فاشلة»" in told["text"]


async def test_a_harmless_post_is_clear(rasa: FakeRasa, asker: Asker) -> None:
    rasa.meanings["يوم جميل"] = drafts()
    told = (await asker.check(question("يوم جميل"))).to_json()
    assert (told["verdict"], told["articles"], told["spans"]) == ("clear", [], [])


@pytest.mark.parametrize("text", ["", "👍", "123"])
async def test_a_post_without_words_touches_nothing(
    rasa: FakeRasa, asker: Asker, text: str
) -> None:
    told = await asker.check(question(text))
    assert (told.verdict, told.ruling.confidence) == ("clear", 1.0)
    assert rasa.asked == []
