"""Managers who could not be told at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.conversation.events import Address
from bot.domain.circular_figures import Escalation, UntoldManager
from bot.records.employees import Employee
from bot.records.links import Links
from bot.records.outbox import OutboxState
from tests.services.test_manager_notices import (
    BOSS,
    DUE,
    WHATSAPP,
    escalate,
    looked_at,
    messages,
    noted,
    said,
    went,
)
from tests.support.circulars import CONTENT, linked, publish
from tests.support.roster import dismiss, employ
from tests.support.world import World


async def test_who_cannot_be_told_is_tried_again_each_hour_and_told_once(world: World) -> None:
    await employ(world, "1", employer=CONTENT.employer)
    employee, _ = await linked(world, "11", manager_number="1")
    circular = await publish(world, employee)
    assert await escalate(world, DUE + timedelta(minutes=1)) == 1
    assert await messages(world) == []
    untold = UntoldManager(CONTENT.employer, "1", "no_chat", 1)
    assert await looked_at(world, circular) == Escalation(0, (untold,), 0)
    world.moment = DUE + timedelta(minutes=30)
    code = await world.linking.issue_code(CONTENT.employer, "1")
    await world.send(code, address=BOSS)
    assert await escalate(world, DUE + timedelta(minutes=31)) == 0
    assert await escalate(world, DUE + timedelta(minutes=61)) == 1
    assert [row.user for row in await messages(world)] == [BOSS.user]
    # Until it is seen that it went out it is on its way.
    (on_its_way,) = (await looked_at(world, circular)).untold
    assert on_its_way.reason is None
    await went(world, OutboxState.SENT)
    assert await escalate(world, DUE + timedelta(minutes=122)) == 1
    assert await looked_at(world, circular) == Escalation(told=1)
    assert await escalate(world, DUE + timedelta(days=1)) == 0
    assert len(await messages(world)) == 1
    counts = {"missing": 1, "unreached": 0, "managers": 1, "unmanaged": 0}
    assert await noted(world, circular) == [
        {**counts, "told": 0, "untold": ["1"]},
        {**counts, "told": 1, "untold": []},
    ]


async def test_what_did_not_go_out_is_tried_again_when_it_can(world: World) -> None:
    await linked(world, "1", BOSS)
    employee, _ = await linked(world, "11", manager_number="1")
    circular = await publish(world, employee)
    await escalate(world, DUE + timedelta(hours=1))
    await went(world, OutboxState.FAILED, "blocked")
    async with world.database.transaction() as session:
        await Links(session).mark_blocked(BOSS, world.now())
    await escalate(world, DUE + timedelta(hours=2))
    (untold,) = (await looked_at(world, circular)).untold
    assert (untold.number, untold.reason) == ("1", "blocked")
    assert (await noted(world, circular))[-1]["untold"] == ["1"]
    assert len(await messages(world)) == 1
    async with world.database.transaction() as session:
        await Links(session).mark_blocked(BOSS, None)
    await escalate(world, DUE + timedelta(hours=3))
    assert [row.state for row in await messages(world)] == [OutboxState.FAILED, OutboxState.QUEUED]


async def test_it_is_a_duty_that_neither_stop_nor_the_limit_of_a_day_ends(world: World) -> None:
    chats = (BOSS, Address(*WHATSAPP, "971500000001"))
    bosses = [await linked(world, str(n), chat) for n, chat in enumerate(chats)]
    for _, person in bosses:
        await world.enrolment.set_reminders(person, wanted=False)
    team = [
        await employ(world, f"1{n}", employer=CONTENT.employer, manager_number=str(n))
        for n in range(2)
    ]
    circular = await publish(world, *team)
    assert await escalate(world, DUE + timedelta(days=1)) == 1
    rows = await messages(world)
    assert {row.person_id for row in rows} == {person for _, person in bosses}
    # The outbox lets what is beyond the limit wait for room.
    assert {row.templated_at for row in rows} == {None}
    assert (await noted(world, circular))[-1]["told"] == 2


async def test_another_manager_in_the_roster_is_told_in_the_place_of_who_left(world: World) -> None:
    await dismiss(world, await employ(world, "1", employer=CONTENT.employer))
    await linked(world, "2", BOSS)
    orphan, ward = [
        await employ(world, number, employer=CONTENT.employer, manager_number=manager)
        for number, manager in (("11", None), ("12", "1"))
    ]
    circular = await publish(world, orphan, ward)
    await escalate(world, DUE + timedelta(hours=1))
    untold = UntoldManager(CONTENT.employer, "1", "left", 1)
    assert await looked_at(world, circular) == Escalation(0, (untold,), 1)
    async with world.database.transaction() as session:
        await session.execute(
            update(Employee).where(Employee.id.in_([orphan, ward])).values(manager_number="2")
        )
    await escalate(world, DUE + timedelta(hours=2))
    text = (await said(world)).plain_text
    assert "الرقم الوظيفي \u206611\u2069" in text
    assert "الرقم الوظيفي \u206612\u2069" in text
    await went(world, OutboxState.SENT)
    await escalate(world, DUE + timedelta(hours=3))
    assert await looked_at(world, circular) == Escalation(told=1)


async def test_after_some_days_nobody_is_tried_any_more(world: World) -> None:
    employee, _ = await linked(world, "11", manager_number="1")
    circular = await publish(world, employee)
    assert await escalate(world, DUE + timedelta(days=1)) == 1
    await linked(world, "1", BOSS)
    assert await escalate(world, DUE + timedelta(days=15, hours=20)) == 0
    (untold,) = (await looked_at(world, circular)).untold
    assert untold.number == "1"
