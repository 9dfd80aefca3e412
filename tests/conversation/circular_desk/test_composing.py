"""HR composes circulars in a chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.conversation.events import Media, MediaKind
from bot.domain.circulars import CircularState
from bot.records.employees import Employee
from bot.services.circular_new import draft_of
from bot.services.staff import ByNumber
from tests.support.desk_chat import EMPLOYER, OLD, DeskChat, circulate, colleagues, compose, row
from tests.support.roster import employ
from tests.support.world import World

STATEMENT = "أقرّ بأنني اطلعت على هذا التعميم وفهمت ما فيه وألتزم به."


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
    assert "لا يشمل هذا الاختيار أي موظف" in await choose("أدوار", "خدمة المتعاملين")
    await hr.presses("رجوع")
    await choose("أرقام وظيفية")
    assert "ليس في جهتك موظفون بهذه الأرقام: \u20664444\u2069" in await hr.types("1001 4444")
    said = await hr.types("١٠٠١، 1003")
    assert "أصحاب الأرقام الوظيفية: \u20661001\u2069، \u20661003\u2069" in said
    assert (await row(world)).audience == {"employers": [EMPLOYER], "people": ["1001", "1003"]}


async def test_a_mark_that_is_set_twice_stays(world: World, hr: DeskChat) -> None:
    await employ(world, "1003", roles=["employee", "trainer"])
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


async def test_a_draft_is_discarded(world: World, hr: DeskChat) -> None:
    await compose(hr)
    await hr.presses("احذف المسودة")
    assert "حذف المسودة 2026/1" in hr.said[0].plain_text
    await hr.presses("نعم")
    assert (await row(world)).state is CircularState.CANCELLED


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


async def test_who_is_not_hr_any_more_writes_nothing(world: World, hr: DeskChat) -> None:
    circular = await compose(hr)
    await hr.forges(f"me1:{circular}:title::")
    async with world.database.transaction() as session:
        demoted = update(Employee).values(roles=["employee"])
        await session.execute(demoted)
    assert OLD in await hr.types("عنوان آخر")
    assert (await row(world)).title == "ضوابط النشر عن المؤتمر"


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
