"""Circulars as an employee reads, acknowledges and finds them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.events import Address, Command, Press
from bot.conversation.messages import Button, Message
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.records.circular_rows import Delivery
from bot.records.files import NewFile
from bot.records.outbox import Lane, OutboxState
from bot.records.outbox_rows import OutboxMessage
from tests.support.circulars import CHECK, linked, publish, turn
from tests.support.world import AMAL, BADR, World, data_of, labels

FILES = (
    NewFile("ضوابط.pdf", "application/pdf", b"%PDF 1"),
    NewFile("صور.pdf", "application/pdf", b"%PDF 2"),
)
AT = "الجمعة 20/11/2026 الساعة 1:30 ظهراً"


async def shown(world: World, circular: str) -> Message:
    (message,) = await world.press(f"cs1:{circular}")
    return message


async def test_a_circular_is_acknowledged_by_its_button(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, files=FILES)
    message = await shown(world, circular)
    assert labels(message) == ["أقرّ بالاطلاع", "📎 صور.pdf"]
    assert message.document is not None
    (said,) = await world.press(data_of(message, "ca1")[0], message_id="m9")
    assert said.plain_text == world.phrase("received_done", number="2026/14", at=AT)
    # On the circular itself only the buttons change: the text and the file stay.
    assert said.edits == "m9"
    done = Button("✅ أقررت 20/11/2026، 1:30 ظهراً", f"ca1:{circular}:ar")
    assert said.rebuttons == (done, *message.buttons[1:])
    new = said.as_new()
    assert new == replace(said, edits="", rebuttons=())
    (again,) = await world.press(f"ca1:{circular}:ar", message_id="m9")
    assert again.plain_text == world.phrase("received_before", number="2026/14", at=AT)
    again = await shown(world, circular)
    assert labels(again) == ["📎 صور.pdf"]
    assert again.plain_text.endswith(said.plain_text)
    assert "المطلوب" not in again.plain_text


async def test_after_the_deadline_it_is_taken_and_marked(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, due_at=world.now() - timedelta(hours=1))
    (said,) = await world.press(f"ca1:{circular}:ar")
    assert said.plain_text == world.phrase("received_done_late", number="2026/14", at=AT)
    assert said.rebuttons[0].label == "✅ أقررت متأخراً 20/11/2026"


@pytest.mark.parametrize("language", Language)
async def test_who_reads_it_after_the_deadline_is_told_that_and_that_they_still_can(
    world: World, language: Language
) -> None:
    employee, person = await linked(world)
    await world.enrolment.choose_language(person, language)
    circular = await publish(world, employee, due_at=world.now() + timedelta(hours=1))
    before = await shown(world, circular)
    until = world.phrase("received_asked_until", language, due="|").split("|")[0]
    assert until in before.plain_text
    world.pass_(hours=2)
    late = await shown(world, circular)
    assert until not in late.plain_text
    # 10:30 in UTC, by the employer's clock.
    due = {
        Language.ARABIC: "الجمعة 20/11/2026 الساعة 2:30 ظهراً",
        Language.ENGLISH: "Friday 20/11/2026 at 2:30 pm",
    }[language]
    assert world.phrase("received_late", language, due=due) in late.plain_text
    assert world.phrase("received_asked", language) in late.plain_text
    assert data_of(late, "ca1") == data_of(before, "ca1")
    # Once it is done, only how it was done is said.
    await world.press(data_of(late, "ca1")[0])
    done = await shown(world, circular)
    assert world.phrase("received_late", language, due=due) not in done.plain_text


async def test_what_asks_for_nothing_is_never_late(world: World) -> None:
    employee, _ = await linked(world)
    past = world.now() - timedelta(hours=1)
    circular = await publish(world, employee, statement="", due_at=past)
    assert "فات" not in (await shown(world, circular)).plain_text


async def test_before_what_comes_by_itself_after_its_deadline_that_is_said(world: World) -> None:
    employee, _ = await linked(world)
    past = world.now() - timedelta(hours=1)
    circular = await publish(world, employee, delivery=DeliveryState.QUEUED, due_at=past)
    await waits(world, circular, OutboxState.QUEUED)
    (said,) = await world.press(f"cs1:{circular}")
    assert said.plain_text == world.phrase(
        "received_late", due="الجمعة 20/11/2026 الساعة 12:30 ظهراً"
    )
    assert said.buttons == ()
    await world.press(f"ca1:{circular}:ar")
    assert await world.send(Press(f"cs1:{circular}", "m1")) == []


async def test_the_question_is_put_and_may_be_tried_again(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, check=CHECK)
    (asked,) = await world.press(f"ca1:{circular}:ar")
    assert CHECK.question in asked.plain_text
    assert "أ) فوراً\nب) بعد شهر\nج) العام المقبل" in asked.plain_text
    assert "اطلعت على التعميم وألتزم بما جاء فيه." in asked.plain_text
    right, wrong, _ = data_of(asked, "cc1")
    (said,) = await world.press(wrong, message_id="m3")
    assert said.plain_text == world.phrase("received_wrong")
    assert said.edits == "m3"
    assert data_of(said, "cs1") == [f"cs1:{circular}"]
    (asked,) = await world.press(data_of(said, "ca1")[0])
    (said,) = await world.press(right, message_id="m4")
    assert said.plain_text == world.phrase("received_done", number="2026/14", at=AT)


async def test_an_english_question_is_put_in_english(world: World) -> None:
    employee, _ = await linked(world)
    check = replace(CHECK, question_en="From when on?", choices_en=("At once", "Later", "Never"))
    circular = await publish(world, employee, check=check)
    (asked,) = await world.press(f"ca1:{circular}:en")
    assert asked.language is Language.ENGLISH
    assert "From when on?" in asked.plain_text
    assert "A) At once" in asked.plain_text


async def test_a_file_comes_by_its_button(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, files=FILES)
    message = await shown(world, circular)
    (sent,) = await world.press(data_of(message, "co1")[0])
    assert sent.document is not None
    assert sent.document.name == "صور.pdf"
    async with world.database.reading() as session:
        assert await session.scalar(select(Delivery.opened_at)) == world.now()


@pytest.mark.parametrize(
    "data",
    [
        *("cs1:{}", "ca1:{}:ar", "cc1:{}:0:ar", "co1:{}:0", "co1:{}:7", "co1:{}:", "cq1:{}"),
        *("ca1:{}:fr", "cc1:{}::ar", "cc1:{}:-1:ar", "cs1:0123456789abcdef", "cs1:"),
    ],
)
async def test_foreign_and_forged_buttons_do_nothing(world: World, data: str) -> None:
    employee, _ = await linked(world)
    await linked(world, "1002", BADR)
    circular = await publish(world, employee, check=CHECK)
    (said,) = await world.press(data.format(circular), address=BADR)
    assert said.plain_text == world.phrase("old_button")
    async with world.database.reading() as session:
        assert await session.scalar(select(Delivery.check_tries)) == 0
        assert await session.scalar(select(Delivery.opened_at)) is None


async def test_an_old_version_leads_to_the_new_one(world: World) -> None:
    employee, _ = await linked(world)
    first = await publish(world, employee)
    await turn(world, first, CircularState.SUPERSEDED)
    second = await publish(world, employee, version=2, title="ضوابط معدّلة", supersedes=first)
    for data in (f"ca1:{first}:ar", f"cs1:{first}"):
        (said,) = await world.press(data)
        assert said.plain_text.startswith(world.phrase("received_newer"))
        assert "ضوابط معدّلة" in said.plain_text
        assert data_of(said, "ca1") == [f"ca1:{second}:ar"]
    # Whoever has acknowledged that one is not asked to do it again.
    await world.press(f"ca1:{second}:ar")
    for data in (f"ca1:{first}:ar", f"cs1:{first}"):
        (said,) = await world.press(data)
        assert said.plain_text.startswith(world.phrase("received_newer"))
        assert said.plain_text.endswith(world.phrase("received_done", number="2026/14", at=AT))
        assert data_of(said, "ca1") == []


async def test_what_was_called_off_says_so(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, state=CircularState.CANCELLED)
    for data in (f"ca1:{circular}:ar", f"cs1:{circular}"):
        (said,) = await world.press(data)
        assert "سُحب التعميم رقم 2026/14 «ضوابط النشر عن المؤتمر»" in said.plain_text


async def waits(world: World, circular: str, state: OutboxState, chat: Address = AMAL) -> None:
    """Let a circular's message wait in the outbox, or have gone out, behind its template."""
    async with world.database.transaction() as session:
        delivery = await session.scalar(select(Delivery.id).where(Delivery.circular_id == circular))
        session.add(
            OutboxMessage(
                part=0,
                channel=chat.channel,
                account=chat.account,
                user=chat.user,
                lane=Lane.BULK,
                payload={},
                state=state,
                next_at=world.now(),
                created_at=world.now(),
                templated_at=world.now(),
                external_id="t1",
                delivery_id=delivery,
            )
        )


@pytest.mark.parametrize(
    ("state", "messages"),
    [
        *((OutboxState.QUEUED, 0), (OutboxState.SENDING, 0)),
        *((OutboxState.SENT, 1), (OutboxState.FAILED, 1)),
    ],
)
async def test_what_comes_by_itself_is_not_shown_twice(
    world: World, state: OutboxState, messages: int
) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, delivery=DeliveryState.QUEUED)
    await waits(world, circular, state)
    assert len(await world.press(f"cs1:{circular}")) == messages


async def test_what_waits_in_another_chat_is_shown_where_it_is_asked_for(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, delivery=DeliveryState.QUEUED)
    await waits(world, circular, OutboxState.QUEUED, Address("whatsapp", "111", "96891234567"))
    assert data_of(await shown(world, circular), "ca1") == [f"ca1:{circular}:ar"]


@pytest.mark.parametrize("typed", ["/circulars", "التعاميم", "تعاميمي!", "Circulars"])
async def test_circulars_are_listed_with_how_it_stands_with_each(world: World, typed: str) -> None:
    employee, _ = await linked(world)
    circulars = [
        await publish(world, employee, number="2026/1", due_at=None),
        await publish(world, employee, number="2026/2", statement="", due_at=None),
        await publish(world, employee, number="2026/3"),
        await publish(world, employee, number="2026/4", due_at=world.now() - timedelta(days=1)),
        await publish(world, employee, number="2026/5"),
    ]
    await world.press(f"ca1:{circulars[2]}:ar")
    (message,) = await world.send(typed)
    assert [block.text.split(" – ")[1] for block in message.blocks[1:]] == [
        "⏳ مطلوب الإقرار في موعد أقصاه الاثنين 30/11/2026 الساعة 3 عصراً",
        "⚠️ فات موعد الإقرار (الخميس 19/11/2026 الساعة 1:30 ظهراً)، وما زال مطلوباً ولو متأخراً",
        f"✅ أقررت يوم {AT}",
        "للعلم",
        "⏳ مطلوب الإقرار",
    ]
    assert data_of(message, "cs1") == [f"cs1:{each}" for each in reversed(circulars)]
    assert labels(message)[0] == "تعميم رقم 2026/5"
    assert data_of(message, "cl1") == []


async def test_older_ones_are_a_page_away(world: World) -> None:
    employee, _ = await linked(world)
    for number in range(7):
        await publish(world, employee, number=f"2026/{number}")
    (first,) = await world.send(Command("circulars"))
    assert data_of(first, "cl1") == ["cl1:1"]
    (second,) = await world.press("cl1:1")
    assert len(data_of(second, "cs1")) == 2
    assert data_of(second, "cl1") == ["cl1:0"]
    (beyond,) = await world.press("cl1:9999")
    assert beyond.plain_text == world.phrase("received_none")


async def test_a_question_about_circulars_is_a_question(world: World) -> None:
    await linked(world)
    await world.send("هل أنشر التعميم؟")
    assert world.understanding.heard


async def test_who_was_sent_nothing_or_is_not_known_is_told_so(world: World) -> None:
    await world.person()
    (unlinked,) = await world.send(Command("circulars"))
    assert unlinked.plain_text == world.phrase("received_unlinked")
    assert data_of(unlinked, "en1")
    await linked(world, address=BADR)
    (none,) = await world.send(Command("circulars"), address=BADR)
    assert none.plain_text == world.phrase("received_none")


async def test_a_press_handled_again_has_one_effect(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee)
    (first,) = await world.press(f"ca1:{circular}:ar", event=77)
    (again,) = await world.press(f"ca1:{circular}:ar", event=77)
    assert first.plain_text == world.phrase("received_done", number="2026/14", at=AT)
    assert again.plain_text == world.phrase("received_before", number="2026/14", at=AT)
