from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.understanding import MAX_CHARACTERS, MOST_WAIT_S, RasaUnderstanding, typed
from bot.errors import UnderstandingUnavailable
from tests.fakes.rasa import ANSWER, MEANING, FakeRasa
from tests.support.patience import PATIENCE_S

ACTS: dict[str, Callable[[RasaUnderstanding], Awaitable[object]]] = {
    "parse": lambda understanding: understanding.parse("هل"),
    "converse": lambda understanding: understanding.converse("p1", "هل", "event:1"),
}
OPEN_S = 2
HANGS_S = PATIENCE_S
SOON_S = HANGS_S / 2
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa().running() as rasa:
        yield rasa


@pytest.fixture
async def understanding(rasa: FakeRasa) -> AsyncIterator[RasaUnderstanding]:
    async with aiohttp.ClientSession() as session:
        yield RasaUnderstanding(session, lambda: (rasa.url, "secret"), open_seconds=OPEN_S)


async def test_a_parse_is_read(rasa: FakeRasa, understanding: RasaUnderstanding) -> None:
    assert await understanding.parse("هل يجوز؟") == MEANING
    assert rasa.asked == [("/model/parse", {"text": "هل يجوز؟"})]


async def test_the_dialogues_answer_is_read(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    assert await understanding.converse("p1", "هل يجوز؟", "event:1") == [ANSWER]
    body = {"sender": "p1", "message": "هل يجوز؟", "metadata": {"key": "event:1"}}
    assert rasa.asked == [("/webhooks/rest/webhook", body)]


async def test_places_count_in_the_text_as_it_came(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    meaning = await understanding.parse(" @هل يجوز؟")
    assert meaning.draft.words == {"offend": ((2, 4),)}
    await understanding.converse("p1", " @هل يجوز؟", "event:1")
    _, body = rasa.asked[-1]
    assert body["message"] == "هل يجوز؟"
    assert body["metadata"] == {"key": "event:1", "unread": 2}


@each_act
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param((500, b'{"reason": "x"}', "application/json"), id="500"),
        pytest.param((404, b"{}", "application/json"), id="404"),
        pytest.param((200, b"[]", "application/json"), id="nothing, as when an action fails"),
        pytest.param((200, b"{}", "application/json"), id="empty"),
        pytest.param((200, b"null", "application/json"), id="null"),
        pytest.param((200, b"", "application/json"), id="no body"),
        pytest.param((200, b"[{", "application/json"), id="half"),
        pytest.param((200, b"\xff\xfe", "application/json"), id="bytes"),
        pytest.param((200, b"<html>", "text/html"), id="a page"),
        pytest.param((200, b'[{"text": "hi"}]', "application/json"), id="another form"),
        pytest.param((200, b'{"intent": null, "facets": 3}', "application/json"), id="no parse"),
        pytest.param((200, b'"text"', "application/json"), id="a string"),
        pytest.param((200, b"7", "application/json"), id="a number"),
        pytest.param(
            (200, b'[{"custom": {"blocks": []}}]', "application/json"), id="half a message"
        ),
        pytest.param(
            (200, b'{"intent": {"name": "fly"}}', "application/json"), id="foreign intent"
        ),
    ],
)
async def test_anything_else_is_an_outage(
    rasa: FakeRasa,
    understanding: RasaUnderstanding,
    act: Callable[[RasaUnderstanding], Awaitable[object]],
    reply: tuple[int, bytes, str],
) -> None:
    rasa.status, rasa.body, rasa.content_type = reply
    with pytest.raises(UnderstandingUnavailable):
        await act(understanding)


@each_act
async def test_a_server_that_is_gone(
    rasa: FakeRasa,
    understanding: RasaUnderstanding,
    act: Callable[[RasaUnderstanding], Awaitable[object]],
) -> None:
    await act(understanding)
    await rasa.stop()
    async with asyncio.timeout(SOON_S):
        with pytest.raises(UnderstandingUnavailable):
            await act(understanding)


async def test_a_server_killed_while_it_thinks(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    rasa.delay_s = HANGS_S
    asking = asyncio.create_task(understanding.parse("هل"))
    await rasa.was_asked.wait()
    async with asyncio.timeout(SOON_S):
        await rasa.stop()
        with pytest.raises(UnderstandingUnavailable):
            await asking


async def test_a_server_that_hangs_is_not_waited_for(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    rasa.delay_s = HANGS_S
    async with asyncio.timeout(SOON_S):
        results = await asyncio.gather(
            *(act(understanding) for act in ACTS.values()), return_exceptions=True
        )
    assert [type(result) for result in results] == [UnderstandingUnavailable] * 2
    assert MOST_WAIT_S < 5


async def test_a_wrong_token_is_an_outage(rasa: FakeRasa, understanding: RasaUnderstanding) -> None:
    rasa.token = "another"
    with pytest.raises(UnderstandingUnavailable):
        await understanding.parse("هل")


async def test_after_three_failures_nothing_is_asked_for_a_while(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    rasa.status = 500
    for _ in range(6):
        with pytest.raises(UnderstandingUnavailable):
            await understanding.parse("هل")
    assert len(rasa.asked) == 3
    rasa.status = 200
    with pytest.raises(UnderstandingUnavailable, match="a moment ago"):
        await understanding.parse("هل")
    await asyncio.sleep(OPEN_S)
    assert await understanding.parse("هل") == MEANING
    assert len(rasa.asked) == 4


async def test_a_success_forgets_earlier_failures(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    for _ in range(3):
        rasa.status = 500
        for _ in range(2):
            with pytest.raises(UnderstandingUnavailable):
                await understanding.parse("هل")
        rasa.status = 200
        assert await understanding.parse("هل") == MEANING


async def test_empty_answers_open_the_breaker_too(
    rasa: FakeRasa, understanding: RasaUnderstanding
) -> None:
    rasa.body = b"[]"
    for _ in range(5):
        with pytest.raises(UnderstandingUnavailable):
            await understanding.converse("p1", "هل", "event:1")
    assert len(rasa.asked) == 3


async def test_a_server_started_again_elsewhere_is_found(rasa: FakeRasa) -> None:
    async with FakeRasa(token="new").running() as other, aiohttp.ClientSession() as session:
        address = [rasa.url, "secret"]
        understanding = RasaUnderstanding(session, lambda: (address[0], address[1]))
        await understanding.parse("هل")
        address[:] = other.url, "new"
        await understanding.parse("هل")
        assert len(rasa.asked) == len(other.asked) == 1


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("/restart", "restart"),
        ("/greet{}", "greet{}"),
        (" /restart", "restart"),
        ("//restart", "restart"),
        ("/\u00a0/restart", "restart"),
        ("\u2003/\u2028@/restart\x85", "restart"),
        ("\x1c/restart", "restart"),
        ("@bot /restart", "bot /restart"),
        ("هل / أو", "هل / أو"),
        ("", "؟"),
        (" / ", "؟"),
        ("ا" * 9000, "ا" * MAX_CHARACTERS),
    ],
)
def test_a_text_is_never_executed(text: str, sent: str) -> None:
    assert typed(text) == sent


@given(st.text(st.sampled_from("/@ \t\n\u00a0\u2003\u2028\x1c\x85\u200fa{}")) | st.text())
def test_no_text_is_a_command_after_rasa_has_stripped_it(text: str) -> None:
    assert not typed(text).strip().startswith("/")
    assert typed(text).strip()
