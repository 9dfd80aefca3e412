"""HR composes, sends and follows circulars in a chat."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.commands.adding import Commands
from bot.commands.circulars import add_circulars
from bot.conversation.events import Address, Command, Media, MediaKind
from bot.conversation.messages import Message
from bot.domain.circulars import CircularState
from bot.records.circulars import Circular
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.outbox import OutboxMessage
from bot.services.circular_new import (
    draft_of,
)
from bot.services.staff import ByNumber
from tests.conftest import each_database
from tests.support.desk_chat import EMPLOYER, DeskChat, circulate, colleagues, compose, officer
from tests.support.observing import journal
from tests.support.roster import employ
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past ten in Muscat
STATEMENT = "أقرّ بأنني اطلعت على هذا التعميم وفهمت ما فيه وألتزم به."
OLD = "هذا الزر قديم"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from each_database(request, tmp_path)


@pytest.fixture
def world(database: Database) -> World:
    return World(database, moment=MONDAY)


@pytest.fixture
async def hr(world: World) -> DeskChat:
    return await officer(world)


async def rows(world: World) -> list[Circular]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Circular).order_by(Circular.version)))


async def row(world: World) -> Circular:
    (only,) = await rows(world)
    return only


async def told(world: World, address: Address) -> list[Message]:
    """What was queued for a chat."""
    queued = select(OutboxMessage).where(OutboxMessage.user == address.user)
    async with world.database.reading() as session:
        found = await session.scalars(queued.order_by(OutboxMessage.id))
        return [Message.from_json(each.payload) for each in found if each.payload]


async def send(hr: DeskChat) -> None:
    await hr.presses("أرسل الآن")
    await hr.presses("نعم، أرسل")


async def test_a_circular_is_composed_by_buttons_and_texts(world: World, hr: DeskChat) -> None:
    await colleagues(world, "1001", "1002")
    await employ(world, "1009")
    circular = await compose(hr)
    written = await row(world)
    assert written.id == circular
    assert (written.number, written.state) == ("2026/1", CircularState.DRAFT)
    assert written.title == "ضوابط النشر عن المؤتمر"
    assert written.body == "إلى جميع الموظفين.\n\nيُمنع نشر صور المؤتمر قبل اعتمادها."
    assert (written.issuer, written.statement) == ("الموارد البشرية", STATEMENT)
    assert written.due_at == datetime(2026, 11, 30, 19, 59, tzinfo=UTC)
    assert written.audience == {"employers": [EMPLOYER]}
    preview, card = hr.said
    assert "📣 ضوابط النشر عن المؤتمر" in preview.plain_text
    assert "في موعد أقصاه الاثنين 30/11/2026 الساعة 11:59 مساءً" in preview.plain_text
    assert "[أقرّ بالاطلاع]" in preview.plain_text
    assert preview.buttons == ()
    assert "عدد المستلمين: 4" in card.plain_text
    assert "عبر تيليجرام: 3" in card.plain_text
    assert "لم يُربط بواعي" in card.plain_text
    assert "يبدأ الإرسال فور اعتماده." in card.plain_text


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
    assert "كتبه: سالم بن حمد (6001)" in status
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


@pytest.mark.parametrize(
    "data",
    [
        "ms1:0000000000000000",
        "ms1:",
        "me1:{}:nothing::",
        "mv1:{}:due:tomorrow:",
        "mv1:{}:due:99999999:",
        "mv1:{}:when:202613010800:",
        "mv1:{}:when:000101010000:",
        "mv1:{}:when:202611010800:",
        "mv1:{}:due:²0261201:",
        "mv1:{}:departments:none:",
        "mv1:{}:roles:king:",
        "mv1:{}:roles:king.1:",
        "mv1:{}:audience:own2:",
        "mv1:{}:title:x:",
        "mv1:{}:ask:x:",
        "mm1:{}:fly:",
    ],
)
async def test_forged_values_do_nothing(world: World, hr: DeskChat, data: str) -> None:
    circular = await compose(hr)
    before = (await row(world)).digest
    assert OLD in await hr.forges(data.replace("{}", circular))
    assert (await row(world)).digest == before


async def test_every_kind_of_audience(world: World, hr: DeskChat) -> None:
    await employ(world, "1001")
    await employ(world, "1002", department=["المديرية العامة", "المالية"])
    await employ(world, "1003", roles=["employee", "trainer"])
    await compose(hr)

    async def choose(*labels: str) -> str:
        await hr.presses("عدّل")
        await hr.presses("المستلمون")
        for label in labels:
            await hr.presses(label)
        return "\n".join(message.plain_text for message in hr.said)

    assert "الإدارات: الموارد البشرية" in await choose("إدارتي")
    said = await choose(
        "إدارات أختارها", "✓ الموارد البشرية", "المالية", "الإعلام", "✓ الإعلام", "تم"
    )
    assert "الإدارات: المديرية العامة › المالية" in said
    assert "عدد المستلمين: 1" in said
    assert "الأدوار: مدرّب" in await choose("أدوار", "مدرّب", "تم")
    assert "من لم يُكملوا ورشة" in await choose("من لم يُكمل")
    await choose("أرقام وظيفية")
    assert "ليس في جهتك موظفون بهذه الأرقام: 4444" in await hr.types("1001 4444")
    assert "أصحاب الأرقام الوظيفية: 1001، 1003" in await hr.types("١٠٠١، 1003")
    assert (await row(world)).audience == {"employers": [EMPLOYER], "people": ["1001", "1003"]}


async def test_a_mark_that_is_set_twice_stays(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    for data, roles in (("trainer.1", ["trainer"]), ("trainer.0", None)):
        for _ in range(2):
            await hr.forges(f"mv1:{circular}:roles:{data}:")
            assert (await row(world)).audience.get("roles") == roles


async def test_every_part_can_be_another(world: World, hr: DeskChat) -> None:
    await compose(hr, acknowledged=False)
    for label, text in (("العنوان", "عنوان آخر"), ("الجهة", "مكتب المدير")):
        await hr.presses("عدّل")
        await hr.presses(label)
        await hr.types(text)
    await hr.presses("عدّل")
    await hr.presses("النص")
    await hr.types("نص آخر.")
    await hr.types("وبقيته.")
    await hr.presses("تم")
    await hr.presses("عدّل")
    await hr.presses("الإقرار")
    await hr.presses("بإقرار")
    await hr.types("اطلعت.")
    await hr.presses("بلا موعد")
    written = await row(world)
    assert (written.title, written.issuer) == ("عنوان آخر", "مكتب المدير")
    assert (written.body, written.statement) == ("نص آخر.\n\nوبقيته.", "اطلعت.")
    assert written.due_at is None


async def test_english_words_do_not_outlive_what_they_translate(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    drafts, by = world.circular_desk.drafts, ByNumber(EMPLOYER, "6001")
    known = await drafts.courses.find(by, circular)
    draft = draft_of(known, world.now())
    english = replace(draft, title_en="Old", body_en="Old text.", statement_en="Old words.")
    await drafts.writing.change(by, circular, english)
    for part, texts in (("title", ["عنوان"]), ("body", ["نص", "تم"]), ("statement", ["اطلعت."])):
        assert getattr(await row(world), f"{part}_en")
        await hr.forges(f"me1:{circular}:{part}::")
        for text in texts:
            await hr.types(text)
        assert getattr(await row(world), f"{part}_en") == ""


async def test_what_cannot_be_kept_is_asked_for_again(world: World, hr: DeskChat) -> None:
    await hr.forges("mn1")
    assert "لا يزيد على 200" in await hr.types("ط" * 201)
    assert "لا يزيد على 200" in await hr.types("👍")
    await hr.types("العنوان")
    assert "لا يزيد على 6000" in await hr.types("ط" * 6001)
    await hr.types("ط" * 5000)
    assert "لا يزيد على 6000" in await hr.types("ط" * 1000)
    await hr.types("تمّ.")
    assert "لا يزيد على 200" in await hr.types("ط" * 201)
    await hr.types("مكتب المدير")
    assert len((await row(world)).body) == 5000


async def test_texts_that_are_handled_again_change_nothing(world: World, hr: DeskChat) -> None:
    await hr.forges("mn1")
    for event, text in enumerate(("العنوان", "النص", "بقيته", "تم"), 500):
        first = await hr.types(text, event=event)
        assert await hr.types(text, event=event) == first
    assert (await row(world)).body == "النص\n\nبقيته"


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
    assert "ينتظر اعتمادك" in waits.plain_text
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


async def test_it_is_paused_cancelled_and_corrected(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    await send(hr)
    discard = f"mm1:{circular}:discard:1"
    assert "لا يمكن ذلك الآن" in await hr.forges(discard)
    await circulate(world)
    await hr.presses("تحديث")
    assert "موقوف مؤقتاً" in await hr.presses("إيقاف مؤقت")
    assert "قيد الإرسال" in await hr.presses("متابعة الإرسال")
    await hr.presses("إلغاء التعميم")
    assert "لن يُرسل إلى أحد" in hr.said[0].plain_text
    await hr.presses("نعم")
    assert (await row(world)).state is CircularState.SENDING
    assert "السبب: خطأ في التاريخ" in await hr.types("خطأ في التاريخ")
    assert "مسودة نسخة جديدة" in await hr.presses("تصحيح")
    first, second = await rows(world)
    assert (first.state, second.state) == (CircularState.CANCELLED, CircularState.DRAFT)
    assert (second.supersedes, second.body) == (first.id, first.body)
    await hr.forges(f"mv1:{second.id}:ask:none:")
    assert "فلا بد أن تطلبه" in hr.said[-1].plain_text
    listed = await hr.forges("ml1:")
    assert "2026/1 (النسخة 2)" in listed


async def test_what_is_paused_or_cancelled_is_not_said_to_begin(hr: DeskChat) -> None:
    await compose(hr)
    await hr.presses("أرسل الآن")
    begins = "لم يبدأ الإرسال بعد"
    assert begins in await hr.presses("نعم، أرسل")
    assert begins not in await hr.presses("إيقاف مؤقت")
    assert begins in await hr.presses("متابعة الإرسال")
    await hr.presses("إلغاء التعميم")
    await hr.presses("نعم")
    assert begins not in await hr.types("خطأ في التاريخ")


async def test_a_correction_whose_deadline_is_over_says_so(world: World, hr: DeskChat) -> None:
    await compose(hr)
    await send(hr)
    await circulate(world)
    world.pass_(days=10)
    await hr.presses("تحديث")
    assert "انقضى موعد الإقرار" in await hr.presses("تصحيح")
    await hr.presses("أرسل الآن")
    assert "لا يمكن ذلك الآن" in await hr.presses("نعم، أرسل")
    await hr.presses("عدّل")
    await hr.presses("العنوان")
    assert "آخر موعد للإقرار" in await hr.types("عنوان مصحح")
    assert "آخر موعد للإقرار: الأحد 6/12/2026" in await hr.presses("3 أيام")
    await send(hr)
    assert (await rows(world))[1].state is CircularState.SCHEDULED


@pytest.mark.parametrize("how", ["pressed", "typed"])
async def test_a_correction_of_the_text_asks_for_another_deadline(
    world: World, hr: DeskChat, how: str
) -> None:
    circular = await compose(hr)
    await send(hr)
    await circulate(world)
    world.pass_(days=10)
    await hr.forges(f"ms1:{circular}")
    await hr.presses("تصحيح")
    await hr.presses("عدّل")
    await hr.presses("النص")
    await hr.types("النص المصحح.")
    await hr.types("وبقيته.")
    assert "آخر موعد للإقرار" in await (hr.presses("تم") if how == "pressed" else hr.types("تم"))
    assert "آخر موعد للإقرار: الأحد 6/12/2026" in await hr.presses("3 أيام")
    written = (await rows(world))[1]
    assert (written.body, written.due_at is None) == ("النص المصحح.\n\nوبقيته.", False)


async def test_a_draft_is_discarded(world: World, hr: DeskChat) -> None:
    await compose(hr)
    await hr.presses("احذف المسودة")
    assert "حذف المسودة 2026/1" in hr.said[0].plain_text
    await hr.presses("نعم")
    assert (await row(world)).state is CircularState.CANCELLED


async def test_the_list_has_pages(world: World, hr: DeskChat) -> None:
    for _ in range(7):
        await compose(hr, acknowledged=False)
        world.pass_(minutes=1)
    await hr.forges("ml1:")
    assert sum(label.startswith("2026/") for label in hr.labels) == 6
    await hr.presses("الأقدم")
    assert [label for label in hr.labels if label.startswith("2026/")] == ["2026/1"]
    await hr.presses("الأحدث")
    assert "2026/7" in hr.labels


async def test_a_draft_waits_for_whatever_comes_between(world: World, hr: DeskChat) -> None:
    await hr.forges("mn1")
    await world.send(Media(MediaKind.PICTURE), address=hr.address)
    await hr.types("العنوان")
    await hr.types("النص")
    await hr.types("/quiz")
    await hr.forges("ml1:")
    await hr.presses("2026/1")
    await hr.presses("عدّل")
    await hr.presses("العنوان")
    assert "لم يتغيّر شيء" in await hr.types("إلغاء")
    await hr.types("ليس عنواناً")
    await hr.forges(f"me1:{(await row(world)).id}:title::")
    world.pass_(minutes=31)
    await hr.types("ليس عنواناً")
    await hr.forges(f"me1:{(await row(world)).id}:title::")
    await hr.types("عنوان في أثناء اختبار")
    assert (await row(world)).title == "عنوان في أثناء اختبار"


async def test_a_press_ends_what_was_asked_for(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    await hr.forges(f"me1:{circular}:title::")
    await hr.forges(f"ms1:{circular}")
    await hr.types("ليس عنواناً")
    assert (await row(world)).title == "ضوابط النشر عن المؤتمر"


async def test_what_is_typed_after_a_press_elsewhere_ends_no_circular(
    world: World, hr: DeskChat
) -> None:
    await compose(hr)
    await send(hr)
    await circulate(world)
    await hr.presses("تحديث")
    await hr.presses("إلغاء التعميم")
    await hr.presses("نعم")
    await hr.forges("cl1:")
    await hr.types("هل يجوز لي أن أنشر صورة من مكان العمل؟")
    assert (await row(world)).state is CircularState.SENDING
    assert len(world.understanding.heard) == 1


async def test_who_is_not_hr_any_more_writes_nothing(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    await hr.forges(f"me1:{circular}:title::")
    async with world.database.transaction() as session:
        demoted = update(Employee).values(roles=["employee"])
        await session.execute(demoted)
    assert OLD in await hr.types("عنوان آخر")
    assert (await row(world)).title == "ضوابط النشر عن المؤتمر"


async def test_the_panel_and_the_help_lead_to_what_is_theirs(world: World, hr: DeskChat) -> None:
    await hr.types("/help")
    await hr.presses("لوحة العمل")
    assert hr.labels == ["تعاميم الجهة", "تعميم جديد", "الرصد والإحالة", "الطلبات"]
    press = await officer(world, "5001", roles=["employee", "communication"])
    await press.types("/hr")
    assert press.labels == ["الرصد والإحالة"]
    service = await officer(world, "8001", "moh-uae", roles=["employee", "customer_service"])
    await service.types("لوحة العمل")
    assert service.labels == ["الطلبات"]
    stranger = Address("telegram", "bot1", "stranger")
    await world.person(EMPLOYER, stranger)
    (said,) = await world.send(Command("help"), address=stranger)
    assert "لوحة العمل" not in [button.label for button in said.buttons]


async def test_english(world: World, hr: DeskChat) -> None:
    await hr.types("/english")
    circular = await compose_in_english(hr)
    assert "Recipients: 1" in hr.said[-1].plain_text
    await hr.presses("Send now")
    await hr.presses("Yes, send")
    await circulate(world)
    assert "State: being sent" in await hr.presses("Refresh")
    assert circular == (await row(world)).id


async def compose_in_english(hr: DeskChat) -> str:
    await hr.types("/hr")
    await hr.presses("New circular")
    await hr.types("Conference")
    await hr.types("No pictures.")
    await hr.types("done")
    await hr.types("HR")
    await hr.presses("For information")
    await hr.presses("All employees")
    return hr.data("Change").split(":")[1]
