"""Live workshops are set up and called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.messages import Message
from bot.services.sessions import NewSession, SessionError
from bot.services.staff import StaffError
from tests.support.roster import dismiss, employ
from tests.support.sessions import STARTS, TRAINER, hold, people, row_of, told
from tests.support.world import World

NEW = NewSession(
    employer="muscat",
    workshop="muscat",
    by=TRAINER,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=2),
    place="القاعة الكبرى",
)


async def staff(world: World) -> None:
    await employ(world, TRAINER, roles=["employee", "trainer"])


@pytest.mark.parametrize("roles", [["trainer"], ["employee", "hr"]])
async def test_a_trainer_or_hr_sets_a_session_up(world: World, roles: list[str]) -> None:
    await employ(world, TRAINER, roles=roles)
    held = await world.sessions.create(replace(NEW, capacity=20, link="https://meet.example/x"))
    row = await row_of(world, held.session.id)
    assert (row.version, row.capacity, row.sequence) == ("1", 20, 0)
    assert len({row.secret, row.screen, row.id}) == 3
    assert len(row.screen) == len(row.secret) == 32
    (listed,) = await world.sessions.list_all("muscat")
    assert listed == held
    assert await world.sessions.list_all("uae-fed") == []


@pytest.mark.parametrize("roles", [["employee"], ["employee", "account_manager", "communication"]])
async def test_nobody_else_does(world: World, roles: list[str]) -> None:
    await employ(world, TRAINER, roles=roles)
    with pytest.raises(StaffError, match="neither trainer nor HR"):
        await world.sessions.create(NEW)
    assert await world.sessions.list_all() == []


async def test_nor_a_trainer_of_another_employer_or_one_who_left(world: World) -> None:
    await employ(world, TRAINER, employer="uae-fed", roles=["trainer"])
    with pytest.raises(StaffError, match="muscat has no active employee"):
        await world.sessions.create(NEW)
    await dismiss(world, await employ(world, TRAINER, roles=["trainer"]))
    with pytest.raises(StaffError, match="muscat has no active employee"):
        await world.sessions.create(NEW)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"employer": "nowhere"}, "no employer 'nowhere'"),
        ({"workshop": "bahrain"}, "'bahrain' is none of muscat"),
        ({"ends_at": STARTS}, "it ends before it begins"),
        ({"ends_at": STARTS + timedelta(hours=13)}, "more than 12 hours"),
        ({"starts_at": STARTS - timedelta(days=90)}, "it begins in the past"),
        ({"place": None}, "a place or a link"),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"link": "https://"}, "begins with https://"),
        ({"link": "https://meet.example/a b"}, "without spaces"),
        ({"link": "https://meet.example/" + "x" * 500}, "at most 500 characters"),
        ({"place": " \n"}, "a place or a link"),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"capacity": 0}, "1 or more"),
    ],
)
async def test_what_cannot_be_held(world: World, facts: dict[str, Any], says: str) -> None:
    await staff(world)
    with pytest.raises(SessionError, match=says):
        await world.sessions.create(replace(NEW, **facts))


async def test_calling_off_tells_who_registered_and_who_waits(world: World) -> None:
    session = await hold(world, capacity=1)
    first, second, gone = await people(world, 3)
    for person in (first, second, gone):
        await world.registrations.register(person, session)
    await world.registrations.cancel(gone, session, world.session_words)
    assert await world.sessions.cancel(session, TRAINER, world.session_words) == 2
    messages = await told(world)
    assert {message.person_id for message in messages} == {first, second}
    said = Message.from_json(messages[0].payload or {})
    assert world.phrase("live_called_off") in said.plain_text
    assert said.document is not None
    assert said.document.media_type == "text/calendar"
    file = await world.files.find(said.document.file)
    assert file is not None
    lines = file.content.decode().split("\r\n")
    assert {"STATUS:CANCELLED", "SEQUENCE:1", f"UID:{session}@waai"} <= set(lines)
    with pytest.raises(SessionError, match="cancelled already"):
        await world.sessions.cancel(session, TRAINER, world.session_words)
    assert len(await told(world)) == 2


async def test_what_cannot_be_called_off(world: World) -> None:
    session = await hold(world)
    await employ(world, "1", roles=["employee"])
    with pytest.raises(StaffError, match="neither trainer nor HR"):
        await world.sessions.cancel(session, "1", world.session_words)
    with pytest.raises(SessionError, match="no session 'x'"):
        await world.sessions.cancel("x", TRAINER, world.session_words)
    world.moment = STARTS + timedelta(hours=3)
    with pytest.raises(SessionError, match="over already"):
        await world.sessions.cancel(session, TRAINER, world.session_words)
