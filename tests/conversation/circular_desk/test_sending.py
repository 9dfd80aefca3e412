"""HR sends circulars in a chat, alone or where a second person approves."""

from __future__ import annotations

import argparse
from dataclasses import replace

from sqlalchemy import select

from bot.commands.adding import Commands
from bot.commands.circulars import add_circulars
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.domain.circulars import CheckQuestion, CircularState
from bot.records.database import Database
from bot.records.outbox import OutboxMessage
from bot.services.circular_new import draft_of
from bot.services.staff import ByNumber
from tests.support.desk_chat import (
    EMPLOYER,
    MONDAY,
    OLD,
    DeskChat,
    circulate,
    colleagues,
    compose,
    officer,
    row,
)
from tests.support.observing import journal
from tests.support.roster import employ
from tests.support.world import World


async def told(world: World, address: Address) -> list[Message]:
    """What was queued for a chat."""
    queued = select(OutboxMessage).where(OutboxMessage.user == address.user)
    async with world.database.reading() as session:
        found = await session.scalars(queued.order_by(OutboxMessage.id))
        return [Message.from_json(each.payload) for each in found if each.payload]


async def test_what_is_sent_arrives_and_its_status_is_followed(world: World, hr: DeskChat) -> None:
    (amal,) = await colleagues(world, "1001")
    await compose(hr)
    asked = await hr.presses("أرسل الآن")
    assert "عدد المستلمين: 2" in asked
    assert await told(world, amal) == []
    assert "معتمد للإرسال" in await hr.presses("نعم، أرسل")
    await circulate(world)
    (arrived,) = await told(world, amal)
    assert "📣 ضوابط النشر عن المؤتمر" in arrived.plain_text
    status = await hr.presses("تحديث")
    assert "الحال: قيد الإرسال" in status
    assert "كتبه: سالم بن حمد (\u20666001\u2069)" in status
    assert "مدرج للإرسال: 2" in status
    assert "لم يقرّ بعد: 2" in status
    typed = next(line for line in status.splitlines() if "circular export" in line)
    parser = argparse.ArgumentParser()
    add_circulars(Commands(parser))
    parsed = parser.parse_args(typed.removeprefix("python -m bot ").split())
    assert (parsed.by, parsed.employer) == ("6001", EMPLOYER)
    kinds = [entry.kind for entry in await journal(world, EMPLOYER)]
    assert {"circular_created", "circular_changed", "circular_approved"} <= set(kinds)
    assert kinds[-1] == "circular_viewed"


async def test_two_presses_and_two_people_send_one(world: World, hr: DeskChat) -> None:
    (amal,) = await colleagues(world, "1001")
    other = await officer(world, "6002")
    circular = await compose(hr)
    await hr.presses("أرسل الآن")
    yes = hr.data("نعم، أرسل")
    await other.forges(f"ms1:{circular}")
    await other.presses("أرسل الآن")
    await hr.forges(yes, event=70)
    assert "لا يُرسل مرتين" in await hr.forges(yes, event=70)
    assert "لا يُرسل مرتين" in await other.presses("نعم، أرسل")
    await circulate(world)
    assert len(await told(world, amal)) == 1
    approved = [one for one in await journal(world, EMPLOYER) if one.kind == "circular_approved"]
    assert len(approved) == 1


async def test_a_draft_that_changed_since_it_was_asked_about_is_not_sent(
    world: World, hr: DeskChat
) -> None:
    circular = await compose(hr)
    await employ(world, "1003", roles=["employee", "trainer"])
    await hr.presses("أرسل الآن")
    yes = hr.data("نعم، أرسل")
    await hr.forges(f"mv1:{circular}:roles:trainer.1:")
    assert "تغيّرت المسودة" in await hr.forges(yes)
    assert (await row(world)).state is CircularState.DRAFT


async def test_nobody_else_gets_anything(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    before = await row(world)
    elsewhere = await officer(world, "6001", "moh-uae")
    trainer = await officer(world, "7001", roles=["employee", "trainer"])
    for data in (
        f"ms1:{circular}",
        f"me1:{circular}:title::",
        f"mv1:{circular}:audience:all:",
        f"mm1:{circular}:send:",
        f"mm1:{circular}:discard:1",
    ):
        for stranger in (elsewhere, trainer):
            assert OLD in await stranger.forges(data), data
    for data in ("ml1:", "mn1"):
        assert OLD in await trainer.forges(data)
    assert "لمن أُسند إليه عمل" in await trainer.types("/hr")
    assert "2026/1" not in await elsewhere.forges("ml1:")
    assert (await row(world)).digest == before.digest


async def test_it_is_scheduled(world: World, hr: DeskChat) -> None:
    (amal,) = await colleagues(world, "1001")
    await compose(hr)
    await hr.presses("موعد الإرسال")
    assert hr.labels == ["فور اعتماده", "صباح الثلاثاء 24/11", "صباح الأحد 29/11"]
    await hr.types("غداً")
    assert "لم أفهم الموعد" in hr.said[0].plain_text
    assert "بعد وقت الإرسال" in await hr.types("1/12 9")
    await hr.presses("موعد الإرسال")
    assert "الأربعاء 25/11/2026 الساعة 9:30 صباحاً" in await hr.types("٢٥/١١ ٩:٣٠ صباحاً")
    await hr.presses("أرسل في الموعد")
    await hr.presses("نعم، أرسل")
    await circulate(world)
    assert await told(world, amal) == []
    world.pass_(days=2)
    await circulate(world)
    assert len(await told(world, amal)) == 1


async def test_a_second_person_approves(database: Database) -> None:
    world = World(database, moment=MONDAY, circular_approval=True)
    hr, other = await officer(world), await officer(world, "6002")
    elsewhere = await officer(world, "6003", "moh-uae")
    circular = await compose(hr)
    assert "أرسل الآن" not in hr.labels
    await hr.presses("اطلب الاعتماد")
    assert "اعتمد وأرسل" not in hr.labels
    await hr.forges(f"mm1:{circular}:send:")
    assert "لا يمكن ذلك الآن" in await hr.presses("نعم، أرسل")
    (waits,) = await told(world, other.address)
    assert "بانتظار اعتمادك" in waits.plain_text
    assert await told(world, elsewhere.address) == await told(world, hr.address) == []
    other.said = [waits]
    assert "هكذا يراه المستلمون" in await other.presses("عرض")
    await other.presses("أعد مع ملاحظة")
    assert "ملاحظة من أعاده: التاريخ خطأ" in await other.types("التاريخ خطأ")
    (back,) = await told(world, hr.address)
    assert "أُعيد إليك" in back.plain_text
    assert "التاريخ خطأ" in back.plain_text
    hr.said = [back]
    await hr.presses("عرض")
    await hr.presses("اطلب الاعتماد")
    await other.forges(f"ms1:{circular}")
    await other.presses("اعتمد وأرسل")
    await other.presses("نعم، أرسل")
    assert "اعتُمد إرسال تعميمك" in (await told(world, hr.address))[-1].plain_text
    assert (await row(world)).state is CircularState.SCHEDULED


async def test_where_nobody_can_be_told_that_it_waits_the_list_says_so(database: Database) -> None:
    world = World(database, moment=MONDAY, circular_approval=True)
    hr, other = await officer(world), await officer(world, "6002")
    await compose(hr)
    await world.enrolment.blocked(other.address, blocked=True)
    await hr.presses("اطلب الاعتماد")
    courses, by = world.circular_desk.courses, ByNumber(EMPLOYER, "6002")
    (listed,) = await courses.list_all(by)
    assert listed.untold
    await courses.reject(by, listed.id, "التاريخ خطأ")
    assert not (await courses.list_all(by))[0].untold


async def test_who_changed_it_last_does_not_approve_it(database: Database) -> None:
    world = World(database, moment=MONDAY, circular_approval=True)
    hr, other = await officer(world), await officer(world, "6002")
    circular = await compose(hr)
    await other.forges(f"me1:{circular}:title::")
    await other.types("عنوان آخر")
    await other.forges(f"mm1:{circular}:submit:")
    assert "اعتمد وأرسل" not in other.labels
    await other.forges(f"mm1:{circular}:send:")
    assert "لا يمكن ذلك الآن" in await other.presses("نعم، أرسل")
    await hr.forges(f"ms1:{circular}")
    await hr.presses("اعتمد وأرسل")
    assert "معتمد للإرسال" in await hr.presses("نعم، أرسل")


async def test_who_approves_sees_all_that_they_approve(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    drafts, by = world.circular_desk.drafts, ByNumber(EMPLOYER, "6001")
    draft = draft_of(await drafts.courses.find(by, circular), world.now())
    check = CheckQuestion("متى؟", ("الآن", "غداً"), 1, "When?", ("Now", "Tomorrow"))
    full = replace(
        draft,
        title_en="Conference",
        body_en="No pictures.",
        statement_en="I have read it.",
        check=check,
        articles=("muscat.4",),
        urgent=True,
    )
    await drafts.writing.change(by, circular, full)
    await hr.forges(f"ms1:{circular}")
    arabic, english, card = (message.plain_text for message in hr.said)
    assert "يُمنع نشر صور المؤتمر" in arabic
    assert "No pictures." in english
    assert hr.said[1].buttons == ()
    for said in (
        "متى؟\n▫️ الآن\n✅ غداً\nWhen?\n▫️ Now\n✅ Tomorrow",
        "«I have read it.»",
        "(muscat.4)",
        "⚡ عاجل",
        "جميع الموظفين",
    ):
        assert said in card, said
    await hr.presses("أرسل الآن")
    yes = hr.data("نعم، أرسل")
    await drafts.writing.change(by, circular, replace(full, urgent=False))
    assert "تغيّرت المسودة" in await hr.forges(yes)
    assert "عاجل" not in hr.said[-1].plain_text
