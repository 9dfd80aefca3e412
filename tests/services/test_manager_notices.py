"""Telling managers who let a circular's deadline pass."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.channels.whatsapp.outbound import LIMITS as WHATSAPP_LIMITS
from bot.conversation.circular_notices import CircularNotices
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.conversation.splitting import utf16_units
from bot.domain.circular_figures import Escalation, Status
from bot.domain.circulars import DeliveryState
from bot.domain.meaning import Language
from bot.domain.reach import Door
from bot.records.circular_recipients import CircularRecipients
from bot.records.circular_reminders import Missing
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.files import NewFile
from bot.records.journal import Journal
from bot.records.outbox import OutboxMessage, OutboxState
from bot.services.circular_reports import CircularReportService, Use
from bot.services.circular_tables import CircularTables
from bot.services.manager_notices import ManagerNoticeService
from bot.services.staff import ByNumber
from tests.support.circulars import CONTENT, known, linked, publish, say
from tests.support.roster import dismiss, employ
from tests.support.world import World

TELEGRAM, WHATSAPP = ("telegram", "bot1"), ("whatsapp", "1")
DOORS = {TELEGRAM: Door(None, 30), WHATSAPP: Door(timedelta(hours=24), 80, people_a_day=0)}
DUE = datetime(2026, 11, 30, 11, tzinfo=UTC)  # 15:00 on a Monday in Dubai
BOSS = Address(*TELEGRAM, "boss")


def notices(world: World) -> CircularNotices:
    return CircularNotices(world.circular_words)


async def messages(world: World) -> list[OutboxMessage]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def said(world: World) -> Message:
    return Message.from_json((await messages(world))[-1].payload or {})


async def went(world: World, state: OutboxState, error: str | None = None) -> None:
    """Let all that was queued have gone so far."""
    async with world.database.transaction() as session:
        queued = update(OutboxMessage).where(OutboxMessage.state == OutboxState.QUEUED)
        await session.execute(queued.values(state=state, error=error))


async def looked_at(world: World, circular: str) -> Escalation:
    """What HR sees of who was told."""
    async with world.database.reading() as session:
        return await CircularRecipients(session).look_at_managers(circular)


async def noted(world: World, circular: str) -> list[dict[str, Any]]:
    """What the journal says of whom it was told, without the circular's number and version."""
    async with world.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{circular}")
    bodies = [each.body or {} for each in entries if each.kind == "circular_escalated"]
    return [{k: v for k, v in body.items() if k not in {"number", "version"}} for body in bodies]


async def escalate(world: World, now: datetime) -> int:
    world.moment = now
    return await world.manager_notices.tell_due(DOORS, notices(world))


async def test_managers_are_told_the_names_of_their_own_people_once(world: World) -> None:
    _, boss = await linked(world, "1", Address("telegram", "bot1", "boss"), name_ar="المديرة")
    people = [
        await linked(
            world,
            str(n),
            Address("telegram", "bot1", f"u{n}"),
            name_ar=f"الموظف {n}",
            manager_number=manager,
        )
        for n, manager in ((11, "1"), (12, "1"), (13, "2"), (14, None), (15, "1"))
    ]
    left = await employ(world, "16", employer=CONTENT.employer, manager_number="1")
    await dismiss(world, left)
    circular = await publish(world, *(employee for employee, _ in people), left)
    await world.press(f"ca1:{circular}:ar", address=Address("telegram", "bot1", "u12"))
    assert await escalate(world, DUE - timedelta(minutes=1)) == 0
    # By night managers sleep too.
    assert await escalate(world, DUE + timedelta(hours=8)) == 0
    assert await escalate(world, DUE + timedelta(hours=18)) == 1
    assert await escalate(world, DUE + timedelta(hours=18, minutes=59)) == 0
    assert await escalate(world, DUE + timedelta(hours=19)) == 1
    (row,) = await messages(world)
    assert row.person_id == boss
    about = world.phrase("escalated_about", number="2026/14", title=CONTENT.title)
    text = Message.from_json(row.payload or {}).plain_text
    assert about in text
    assert world.phrase("escalated_sent", count=2) in text
    assert text.endswith(
        "• الموظف 11، الرقم الوظيفي \u206611\u2069\n• الموظف 15، الرقم الوظيفي \u206615\u2069"
    )
    async with world.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{circular}")
    assert entries[-1].kind == "circular_escalated"
    assert entries[-1].body == {
        "number": "2026/14",
        "version": 1,
        "missing": 4,
        "unreached": 0,
        "managers": 2,
        "told": 1,
        "untold": ["2"],
        "unmanaged": 1,
    }


async def test_several_processes_tell_managers_once(world: World, database_url: str) -> None:
    _, boss = await linked(world, "1", Address("telegram", "bot1", "boss"))
    employee, _ = await linked(world, "11", manager_number="1")
    await publish(world, employee)
    world.moment = DUE + timedelta(hours=1)
    processes = [Database(database_url) for _ in range(4)]
    services = [ManagerNoticeService(each, world.library, world.now) for each in processes]
    told = await asyncio.gather(*(service.tell_due(DOORS, notices(world)) for service in services))
    for process in processes:
        await process.dispose()
    assert sum(told) == 1
    assert [row.person_id for row in await messages(world)] == [boss]


async def test_whom_it_did_not_reach_is_listed_apart_with_the_reason(world: World) -> None:
    await linked(world, "1", Address("telegram", "bot1", "boss"))
    team = [
        await employ(world, number, employer=CONTENT.employer, manager_number="1", name_ar=name)
        for number, name in (("11", "من وصله"), ("12", "بلا محادثة"), ("13", "لم يفتحه"))
    ]
    circular = await publish(world, *team)
    async with world.database.transaction() as session:
        for employee, facts in (
            (team[1], {"state": DeliveryState.UNREACHED, "reason": "no_chat"}),
            (team[2], {"state": DeliveryState.QUEUED, "announced_at": world.now()}),
        ):
            await session.execute(
                update(Delivery).where(Delivery.employee_id == employee).values(**facts)
            )
    assert await escalate(world, DUE + timedelta(hours=1)) == 1
    sent, unsent = [block.text.split("\n") for block in (await said(world)).blocks[2:]]
    assert sent == [
        world.phrase("escalated_sent", count=1),
        "• من وصله، الرقم الوظيفي \u206611\u2069",
    ]
    assert unsent == [
        world.phrase("escalated_unsent", count=2),
        f"• بلا محادثة، الرقم الوظيفي \u206612\u2069: {world.phrase('circular_reason_no_chat')}",
        f"• لم يفتحه، الرقم الوظيفي \u206613\u2069: {world.phrase('escalated_unopened')}",
    ]
    async with world.database.reading() as session:
        body = (await Journal(session).list_of(f"circular:{circular}"))[-1].body or {}
    assert (body["missing"], body["unreached"]) == (1, 2)


def test_a_long_list_of_names_comes_whole_in_parts_that_every_platform_carries(
    world: World,
) -> None:
    names = (None, "Sara of the department with the longest name of all")
    missing = [
        Missing(
            employer="uae-fed",
            number=str(n),
            names=names,
            manager="1",
            is_manager_there=True,
            state=DeliveryState.SENT,
            reason=None,
            announced=False,
        )
        for n in range(1000, 1160)
    ]
    parts = [
        Message.from_json(part).plain_text
        for part in notices(world).escalation(known(), missing, Language.ARABIC)
    ]
    assert len(parts) > 1
    assert max(map(utf16_units, parts)) <= WHATSAPP_LIMITS.text_units
    listed = [line for part in parts for line in part.split("\n") if line.startswith("•")]
    assert listed == [f"• {names[1]}، الرقم الوظيفي \u2066{n}\u2069" for n in range(1000, 1160)]


async def test_where_nobody_has_a_manager_nobody_is_told(world: World) -> None:
    employee, _ = await linked(world)
    await publish(world, employee)
    world.moment = DUE + timedelta(hours=1)
    assert await world.manager_notices.tell_due(DOORS, notices(world)) == 1
    assert await messages(world) == []


async def test_hr_sees_who_could_not_be_told_and_whose_people_have_no_manager(
    world: World,
) -> None:
    hr = await employ(world, "6001", employer=CONTENT.employer, roles=["hr"])
    await linked(world, "1", BOSS)
    team = [
        await employ(world, f"1{n}", employer=CONTENT.employer, manager_number=manager)
        for n, manager in enumerate(("1", "7", "8", None))
    ]
    circular = await publish(world, hr, *team)
    reports = CircularReportService(world.database, world.now)
    by = ByNumber(CONTENT.employer, "6001")
    words = world.circular_desk.words

    async def look() -> tuple[CircularTables, Status, str]:
        opened = await reports.open(by, circular, Use.VIEW)
        status = await reports.status(opened)
        blocks = words.status(opened, status, Language.ARABIC)
        said = "\n".join(block.text for block in blocks)
        return CircularTables(world.library, opened, Language.ARABIC), status, said

    tables, status, said = await look()
    assert [*tables.escalation(status), *tables.untold(status)] == []
    assert world.phrase("manage_escalated") not in said
    await escalate(world, DUE + timedelta(hours=1))
    await went(world, OutboxState.DELIVERED)
    await escalate(world, DUE + timedelta(hours=2))
    tables, status, said = await look()
    counts = [
        [world.phrase("circular_report_managers_told"), 1],
        [world.phrase("circular_report_managers_untold"), 2],
        [world.phrase("circular_report_unmanaged"), 2],
    ]
    assert list(tables.escalation(status))[1:] == counts
    left = world.phrase("circular_reason_left")
    employer = tables.employer(CONTENT.employer)
    assert list(tables.untold(status))[1:] == [[n, employer, left, 1] for n in ("7", "8")]
    assert said.splitlines()[-7:-3] == [
        world.phrase("manage_escalated"),
        *(f"• {name}: {count}" for name, count in counts),
    ]
    assert said.splitlines()[-3] == f"   – 7، 8: {left}"


async def test_nothing_is_told_of_what_is_altered_until_it_is_put_right(world: World) -> None:
    await linked(world, "1", BOSS)
    employee, _ = await linked(world, "11", manager_number="1")
    file = NewFile("guide.pdf", "application/pdf", b"%PDF")
    altered = await publish(world, employee, number="2", files=(file,))
    await publish(world, employee, number="3", due_at=DUE + timedelta(minutes=1))
    said_once = await say(world, altered, "كل النشر مسموح.")
    now = DUE + timedelta(hours=18)
    assert [await escalate(world, now), await escalate(world, now)] == [1, 0]
    assert len(await messages(world)) == 1
    assert await noted(world, altered) == []
    await say(world, altered, said_once)
    assert await escalate(world, now) == 1
    assert len(await messages(world)) == 2
