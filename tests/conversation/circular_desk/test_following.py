"""HR pauses, cancels, corrects and finds again what it sent, in a chat."""

from __future__ import annotations

import pytest

from bot.conversation.buttons import encode
from bot.conversation.events import Address, Command
from bot.conversation.staff_buttons import ManageCircular
from bot.domain.circulars import CircularState
from tests.support.circulars import say
from tests.support.desk_chat import EMPLOYER, DeskChat, circulate, compose, officer, row, rows
from tests.support.world import World


async def send(hr: DeskChat) -> None:
    await hr.presses("أرسل الآن")
    await hr.presses("نعم، أرسل")


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


async def test_hr_sees_why_it_was_paused_and_how_to_look_into_it(
    world: World, hr: DeskChat
) -> None:
    circular = await compose(hr)
    assert (await row(world)).state is CircularState.DRAFT
    before = await say(world, circular, "كل النشر مسموح.")
    assert "لا تطابق هذه المسودة" in await hr.forges(encode(ManageCircular(circular)))
    await say(world, circular, before)
    await hr.forges(encode(ManageCircular(circular)))
    await send(hr)
    await say(world, circular, "كل النشر مسموح.")
    await circulate(world)
    shown = await hr.presses("تحديث")
    assert f"السبب: {world.phrase('manage_altered')}" in shown
    assert f"circular verify {circular} --by " in shown
    assert f"--employer {EMPLOYER}" in shown
    assert "لا يمكن ذلك الآن" in await hr.presses("متابعة الإرسال")
