from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot import log
from bot.records.handovers import Handovers
from bot.records.links import Links
from bot.records.outbox import Lane
from bot.services.staff import ByChat, ByNumber
from tests.support.handovers import ANSWER, HR, HR_TOO, OPEN, TEXT, ask, join, noted, queued, row_of
from tests.support.handovers import text_of as said
from tests.support.world import BADR, World

LIMIT = 100


@pytest.fixture
def world(world: World) -> World:
    world.moment = OPEN
    return world


@pytest.fixture
def output() -> io.StringIO:
    out = io.StringIO()
    log.configure(out, json=True)
    return out


async def told(world: World, user: str = HR.user) -> list[str]:
    await world.handover_notices.tell_due(LIMIT)
    return [said(message) for message in await queued(world, user)]


async def test_all_of_the_desk_are_told_at_once(world: World) -> None:
    for staff, address in (("7", HR), ("8", HR_TOO)):
        await join(world, staff, address)
    await join(world, "9", BADR, roles=("employee", "trainer"))
    number = await ask(world)
    assert await world.handover_notices.tell_due(LIMIT) == 1
    assert await world.handover_notices.tell_due(LIMIT) == 0
    assert await queued(world, BADR.user) == []
    for user in (HR.user, HR_TOO.user):
        (message,) = await queued(world, user)
        assert message.lane is Lane.BULK
        assert world.phrase("handover_new", number=number) in said(message)
        assert TEXT in said(message)
        assert message.payload is not None
        data = [button[1] for button in message.payload["buttons"]]
        assert data == [f"ha1:{number}", f"hx1:{number}:", "hl1:0"]
    assert [(e.kind, e.body) for e in await noted(world)] == [
        ("handover_viewed", {"how": "told"})
    ] * 2


@pytest.mark.parametrize("way", ["blocked", "unlinked", "erasing"])
async def test_who_cannot_be_reached_is_not_told(world: World, way: str) -> None:
    person = await join(world, "7", HR)
    if way == "blocked":
        await world.enrolment.blocked(HR, blocked=True)
    elif way == "erasing":
        await world.privacy.ask_erasure(person)
    else:
        async with world.database.transaction() as session:
            link = await Links(session).find(HR)
            assert link is not None
            await Links(session).end(link, "unlinked", world.moment)
    await ask(world)
    assert await told(world) == []


async def test_who_blocked_the_chat_that_they_prefer_is_told_in_another(world: World) -> None:
    await join(world, "7", HR)
    code = await world.linking.issue_code("uae-fed", "7")
    await world.linking.redeem(HR_TOO, code)
    await ask(world)
    assert len(await told(world)) == 1
    assert await queued(world, HR_TOO.user) == []
    await world.enrolment.blocked(HR, blocked=True)
    number = await ask(world, "وحسابي الخاص؟")
    assert len(await told(world)) == 1
    (message,) = await queued(world, HR_TOO.user)
    assert world.phrase("handover_new", number=number) in said(message)


async def test_who_wants_no_reminders_is_told_all_the_same(world: World) -> None:
    person = await join(world, "7", HR)
    assert await world.enrolment.set_reminders(person, wanted=False)
    await ask(world)
    assert len(await told(world)) == 1


async def test_where_nobody_can_be_told_it_is_said_and_tried_again(
    world: World, output: io.StringIO
) -> None:
    await join(world, "7", HR)
    await world.enrolment.blocked(HR, blocked=True)
    number = await ask(world)
    assert await told(world) == []
    (line,) = (line for line in output.getvalue().splitlines() if "desk_untold" in line)
    assert json.loads(line)["about"] == f"handover:{number}"
    officer = ByNumber("uae-fed", "7")
    (listed,) = await world.handover_desk.list_open(officer)
    assert listed.untold
    await world.enrolment.blocked(HR, blocked=False)
    world.pass_(minutes=59)
    assert await told(world) == []
    world.pass_(minutes=1)
    assert len(await told(world)) == 1
    (listed,) = await world.handover_desk.list_open(officer)
    assert not listed.untold


async def test_what_is_asked_on_waits_to_be_told_anew(world: World) -> None:
    officer = await join(world, "7", HR)
    number = await ask(world)
    await told(world)
    await world.handover_desk.answer(ByChat(officer), number, ANSWER)
    person = (await row_of(world)).person_id
    world.pass_(minutes=5)
    await world.handovers.add_more(person, number, "ولو كان الحساب مغلقاً؟", "event:9")
    (listed,) = await world.handover_desk.list_open(ByChat(officer))
    assert listed.untold


async def test_outside_the_hours_they_are_told_at_the_next_opening(world: World) -> None:
    await join(world, "7", HR, employer="moh-uae", roles=("customer_service",))
    world.pass_(hours=10)
    await ask(world, employer="moh-uae")
    assert await told(world) == []
    # Thursday evening; the policy's Friday and Saturday are closed, and Sunday opens at 7:30.
    opens = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    assert (await row_of(world)).tell_at == opens
    world.moment = opens - timedelta(seconds=1)
    assert await told(world) == []
    world.moment = opens
    assert len(await told(world)) == 1


async def test_a_question_that_is_not_written_yet_is_not_told(world: World) -> None:
    await join(world, "7", HR)
    await ask(world, None)
    assert await told(world) == []
    await world.handovers.ask(await world.person("uae-fed"), TEXT, "event:2")
    assert len(await told(world)) == 1


async def test_what_is_overdue_comes_again_once_a_working_day(world: World) -> None:
    officer = await join(world, "7", HR)
    number = await ask(world)
    assert len(await told(world)) == 1
    times = []
    for _ in range(24 * 9):
        world.pass_(hours=1)
        before = len(await queued(world, HR.user))
        if len(await told(world)) > before:
            times.append(world.moment)
    # Two working days of eight hours later, on Monday, and at each opening since.
    monday = datetime(2026, 11, 23, 6, tzinfo=UTC)
    openings = [datetime(2026, 11, day, 4, tzinfo=UTC) for day in (24, 25, 26, 27)]
    assert times == [monday, *openings]
    last = said((await queued(world, HR.user))[-1])
    assert world.phrase("handover_overdue", number=number) in last
    await world.handover_desk.answer(ByChat(officer), number, ANSWER)
    world.pass_(days=7)
    assert len(await told(world)) == 1 + len(times)


async def test_two_processes_tell_once(world: World) -> None:
    await join(world, "7", HR)
    await ask(world)
    tell = world.handover_notices.tell_due
    await asyncio.gather(*(tell(LIMIT) for _ in range(6)))
    assert len(await queued(world, HR.user)) == 1


async def test_what_somebody_else_is_changing_is_told_the_next_time(world: World) -> None:
    await join(world, "7", HR)
    first, second = await ask(world), await ask(world, "وحسابي الخاص؟")
    async with world.database.transaction() as session:
        # As an erasure does, which takes what a person asked in any order.
        await Handovers(session).hold(second)
        telling = asyncio.create_task(world.handover_notices.tell_due(LIMIT))
        await asyncio.sleep(0.5)
        await Handovers(session).hold(first)
    await telling
    assert len(await told(world)) == 2
