from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from sqlalchemy import select

from actions.host import MAX_BODY_BYTES, build_app
from actions.registry import build_actions
from bot.conversation.messages import Message
from bot.records.handovers import Handover
from bot.records.triage import TriageQuestion
from tests.support.world import World

CALLS = Path(__file__).with_name("calls")


def recorded(name: str, person: str) -> dict[str, Any]:
    """What Rasa 3.6.21 posted, as from this person."""
    call: dict[str, Any] = json.loads((CALLS / f"{name}.json").read_text("utf-8"))
    call["sender_id"] = call["tracker"]["sender_id"] = person
    return call


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    runner = web.AppRunner(build_app(build_actions(world.dialogue)), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    await runner.cleanup()


async def post(url: str, body: object) -> tuple[int, str]:
    async with ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def test_a_recorded_question_is_answered(world: World, url: str) -> None:
    person = await world.person("iraq-judiciary")
    call = recorded("answer", person)
    status, body = await post(url, call)
    result = json.loads(body)
    assert (status, result["events"]) == (200, [])
    (response,) = result["responses"]
    message = Message.from_json(response["custom"])
    assert "[iraq-judiciary.2]" in message.plain_text
    async with world.database.reading() as session:
        (kept,) = await session.scalars(select(TriageQuestion))
    assert kept.text == call["tracker"]["latest_message"]["text"]


async def test_a_recorded_wish_for_a_person_opens_one_handover(world: World, url: str) -> None:
    person = await world.person("muscat")
    for _ in range(2):
        status, body = await post(url, recorded("ask_person", person))
        assert status == 200
        assert "1001" in json.loads(body)["responses"][0]["custom"]["blocks"][0][1]
    async with world.database.reading() as session:
        assert len(list(await session.scalars(select(Handover)))) == 1


@pytest.mark.parametrize("employer", ["stranger", None])
async def test_a_failing_action_tells_nothing_of_the_conversation(
    world: World, url: str, employer: str | None
) -> None:
    person = "f" * 26 if employer else await world.person(None)
    call = recorded("answer", person)
    status, body = await post(url, call)
    assert status == 500
    for secret in (person, call["tracker"]["latest_message"]["text"], "Traceback", "iraq"):
        assert secret not in body
    assert len(body) < 200


@pytest.mark.parametrize(
    "change",
    [
        {"next_action": "action_nowhere"},
        {"tracker": {}},
        {"tracker": None},
        {"domain": None},
    ],
)
async def test_a_call_that_makes_no_sense_is_a_bare_500(
    world: World, url: str, change: dict[str, Any]
) -> None:
    person = await world.person("muscat")
    status, body = await post(url, {**recorded("answer", person), **change})
    assert status in {200, 500}
    if status == 500:
        assert person not in body
        assert len(body) < 200


async def test_an_unknown_action_is_an_error(world: World, url: str) -> None:
    person = await world.person("muscat")
    call = {**recorded("answer", person), "next_action": "action_nowhere"}
    assert (await post(url, call))[0] == 500


async def test_no_action_is_no_error(url: str) -> None:
    assert await post(url, {}) == (200, "{}")


async def test_a_body_is_bounded(url: str) -> None:
    body = io.BytesIO(b" " * (MAX_BODY_BYTES + 1))
    async with ClientSession() as session, session.post(url, data=body) as answer:
        assert answer.status == 413


async def test_nothing_else_is_served(url: str) -> None:
    for path in ("/actions", "/health", "/"):
        address = url.replace("/webhook", path)
        async with ClientSession() as session, session.get(address) as answer:
            assert answer.status == 404
