from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.buttons import (
    decode,
)
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.conversation.quiz_buttons import (
    SetDaily,
    StartQuiz,
)
from bot.domain.meaning import Language
from bot.records.outbox import OutboxMessage
from bot.services.daily import Doors, Reminder
from bot.services.quizzes import QuizService
from bot.services.turns import Turn
from tests.support.world import AMAL, World, data_of, labels

MONDAY = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # half past eight in Muscat
DOORS: Doors = {(AMAL.channel, AMAL.account): None}
WHATSAPP = Address("whatsapp", "4711", "OM.111")
HOURS = ["8 صباحاً", "10 صباحاً", "12 ظهراً", "4 عصراً", "6 مساءً", "8 مساءً"]


@pytest.fixture
def world(world: World) -> World:
    world.moment = MONDAY
    return world


async def chosen(world: World, person: str, hour: str) -> Message:
    message = await world.habits.set_daily(person, hour)
    assert message is not None
    return message


async def answer_all(world: World, person: str, *, right: bool) -> None:
    quizzes = QuizService(world.database, world.library, world.now)
    turn = await quizzes.start(person, "event:1")
    while turn is not None and turn.question is not None:
        wrong = frozenset({min(set(turn.order) - turn.question.right)})
        picks = turn.question.right if right else wrong
        given = await quizzes.answer(
            person, turn.sitting, turn.position, picks, f"event:{turn.position + 2}"
        )
        assert isinstance(given, Turn)
        turn = given


async def test_hours_are_offered_as_people_write_them(world: World) -> None:
    person = await world.person("muscat")
    offered = await world.habits.daily(person)
    assert labels(offered) == HOURS
    assert [decode(button.data) for button in offered.buttons] == [
        SetDaily(hour) for hour in ("8", "10", "12", "16", "18", "20")
    ]
    await world.enrolment.choose_language(person, Language.ENGLISH)
    english = labels(await world.habits.daily(person))
    assert english == ["8 am", "10 am", "12 pm", "4 pm", "6 pm", "8 pm"]


async def test_an_hour_is_taken_shown_and_given_up(world: World) -> None:
    person = await world.person("muscat")
    said = await chosen(world, person, "16")
    assert said.plain_text == world.phrase("daily_set", hour="4 عصراً")
    shown = await chosen(world, person, "")
    assert shown.plain_text == world.phrase("daily_is", hour="4 عصراً")
    assert labels(shown) == [*HOURS, world.phrase("button_daily_off")]
    off = await chosen(world, person, "off")
    assert off.plain_text == world.phrase("daily_off")
    assert (await world.habits.daily(person)).plain_text == world.phrase("daily_choose")


@pytest.mark.parametrize("hour", ["6", "21", "0", "23"])
async def test_at_night_nobody_is_reminded(world: World, hour: str) -> None:
    said = await chosen(world, await world.person("muscat"), hour)
    assert said.plain_text == world.phrase("daily_not_then", first="7 صباحاً", last="8 مساءً")
    assert labels(said) == HOURS


@pytest.mark.parametrize("hour", ["24", "-1", "09", "٩", "x", "8.0"])
async def test_what_is_no_hour_has_no_effect(world: World, hour: str) -> None:
    person = await world.person("muscat")
    assert await world.habits.set_daily(person, hour) is None
    assert (await world.daily.status(person)).hour is None


async def test_without_an_employer_it_is_asked_for(world: World) -> None:
    person = await world.person(None)
    asked = world.phrase("choose_employer")
    for said in (
        await world.habits.show_progress(person),
        await world.habits.daily(person),
        await chosen(world, person, "9"),
    ):
        assert said.plain_text == asked
        assert data_of(said, "em1")


async def test_who_wants_no_reminders_is_told_that_none_will_come(world: World) -> None:
    person = await world.person("muscat")
    await world.enrolment.set_reminders(person, wanted=False)
    said = await chosen(world, person, "9")
    assert world.phrase("daily_reminders_off") in said.plain_text
    assert data_of(said, "rm1") == ["rm1:1"]


async def test_on_whatsapp_they_are_told_of_its_window(world: World) -> None:
    said = await chosen(world, await world.person("muscat", WHATSAPP), "9")
    assert world.phrase("daily_whatsapp") in said.plain_text


async def test_a_reminder_arrives_with_its_buttons(world: World) -> None:
    person = await world.person("muscat")
    await chosen(world, person, "9")
    world.pass_(hours=1)
    assert await world.daily.remind_due(10, DOORS, world.habits.reminder) == 1
    async with world.database.reading() as session:
        row = await session.get_one(OutboxMessage, 1)
    said = Message.from_json(row.payload or {})
    assert said.plain_text == world.phrase("daily_reminder")
    assert said.untemplated
    assert said.until == world.moment.replace(hour=17, minute=0)
    assert [decode(button.data) for button in said.buttons] == [
        StartQuiz("daily"),
        SetDaily("off"),
    ]


def test_the_last_reminder_says_that_it_is(world: World) -> None:
    due = Reminder(Language.ENGLISH, last=True, until=world.moment)
    payload = world.habits.reminder(due)
    said = Message.from_json(payload)
    assert world.phrase("daily_reminder_last", Language.ENGLISH) in said.plain_text


async def test_progress_before_the_first_question(world: World) -> None:
    said = await world.habits.show_progress(await world.person("muscat"))
    total = len(world.library.questions("muscat"))
    assert world.phrase("progress_none", total=total) in said.plain_text
    assert world.phrase("progress_daily_none") in said.plain_text
    assert [decode(button.data) for button in said.buttons] == [StartQuiz(), SetDaily()]


async def test_progress_names_what_to_read_again(world: World) -> None:
    person = await world.person("muscat")
    await chosen(world, person, "20")
    await answer_all(world, person, right=False)
    said = await world.habits.show_progress(person)
    total = len(world.library.questions("muscat"))
    for line in (
        world.phrase("progress_known", known=0, total=total),
        world.phrase("progress_asked", asked=7),
        world.phrase("progress_sittings", sittings=1),
        world.phrase("progress_streak", streak=1),
        world.phrase("progress_daily", hour="8 مساءً"),
    ):
        assert line in said.plain_text
    articles = [data.partition(":")[2] for data in data_of(said, "ar1")]
    assert len(articles) == 3
    for article in articles:
        assert world.library.locate(article).article.title.ar in said.plain_text


async def test_who_knows_it_all_is_sent_to_no_article(world: World) -> None:
    person = await world.person("muscat")
    await answer_all(world, person, right=True)
    said = await world.habits.show_progress(person)
    assert data_of(said, "ar1") == []


async def test_a_habit_that_stopped_by_itself_is_called_so(world: World) -> None:
    person = await world.person("muscat")
    await chosen(world, person, "9")
    world.pass_(hours=1)
    for days in (1, 1, 1, 3):  # from Monday to Thursday, and then Sunday
        await world.daily.remind_due(10, DOORS, world.habits.reminder)
        world.pass_(days=days)
    await world.daily.remind_due(10, DOORS, world.habits.reminder)
    stopped = world.phrase("progress_daily_stopped")
    assert stopped in (await world.habits.show_progress(person)).plain_text
    said = await world.habits.daily(person)
    assert said.plain_text == world.phrase("daily_was_stopped")
