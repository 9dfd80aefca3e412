"""The quiz on what a circular is about."""

from __future__ import annotations

from bot.conversation.events import Command
from bot.conversation.messages import Message
from tests.conversation.test_quizzing import answering, asked, question_of
from tests.support.circulars import linked, publish
from tests.support.world import AMAL, BADR, World, data_of


async def _begin(world: World, *articles: str) -> Message:
    employee, _ = await linked(world)
    circular = await publish(world, employee, articles=articles)
    (shown,) = await world.press(f"cs1:{circular}")
    (first,) = await world.press(*data_of(shown, "cq1"))
    return first


async def test_it_asks_about_the_circulars_articles_alone(world: World) -> None:
    message = await _begin(world, "uae-fed.2.1", "uae-fed.3.1")
    assert world.phrase("circular_quiz_begins") in message.plain_text
    articles = []
    while not data_of(message, "qs1"):
        articles.append(question_of(world, message).article)
        (message,) = await world.press(answering(world, message))
    assert set(articles) == {"uae-fed.2.1", "uae-fed.3.1"}
    assert len(articles) <= 5


async def test_an_open_quiz_goes_on_first(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee, articles=("uae-fed.2.1",))
    (quiz,) = await world.send(Command("quiz"))
    (second,) = await world.press(answering(world, quiz))
    (message,) = await world.press(f"cq1:{circular}")
    assert asked(message) == asked(second)
    assert world.phrase("quiz_resumed") in message.plain_text


async def test_nothing_in_the_bank_is_said_so(world: World) -> None:
    message = await _begin(world, "muscat.1")
    assert message.plain_text == world.phrase("circular_quiz_none")


async def test_it_is_for_those_who_were_sent_the_circular(world: World) -> None:
    employee, _ = await linked(world, address=AMAL)
    await linked(world, "1002", BADR)
    circular = await publish(world, employee, articles=("uae-fed.2.1",))
    (old,) = await world.press(f"cq1:{circular}", address=BADR)
    assert old.plain_text == world.phrase("old_button")
