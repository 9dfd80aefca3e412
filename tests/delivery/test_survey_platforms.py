"""A survey on the real doors: what WhatsApp and Telegram carry leaves nothing behind either."""

from __future__ import annotations

import re

import pytest

from bot.domain.surveying import SKIPPED
from tests.delivery.product import Product
from tests.delivery.workers import cells
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.surveying import SURVEY, picks_of
from tests.support.world import World

pytestmark = pytest.mark.long
SLIP = re.compile(r"(?:st1|sn1):")


async def labels_to_press(world: World) -> list[str]:
    """From the offer to the thanks, as the person with the number 5 answers."""
    survey = world.library.surveys[SURVEY]
    labels = [world.phrase("button_survey_begin")]
    for question, pick in zip(survey.questions, picks_of(5, world), strict=True):
        choices = [choice.ar for choice in survey.choices(question)]
        labels.append(world.phrase("button_survey_skip") if pick == SKIPPED else choices[pick])
    return [*labels, world.phrase("button_survey_send")]


async def test_on_whatsapp(on_whatsapp: Product, whatsapp: FakeWhatsApp) -> None:
    world = on_whatsapp.world
    await world.waves.open(SURVEY, "muscat", "before", is_for_all=True)
    salim = whatsapp.user("سالم", "96891234567", "OM.111")
    await world.person("muscat", on_whatsapp.address(salim))
    salim.says("/survey")
    for label in await labels_to_press(world):
        await on_whatsapp.settled()
        salim.presses(whatsapp.messages_to(salim)[-1], label)
    await on_whatsapp.settled()
    assert whatsapp.messages_to(salim)[-1].text == world.phrase("survey_thanks")
    assert not SLIP.search(await cells(world.database))
    assert (await world.waves.list_waves())[0].takers == 1


async def test_on_telegram(on_telegram: Product, telegram: FakeTelegram) -> None:
    world = on_telegram.world
    await world.waves.open(SURVEY, "muscat", "before", is_for_all=True)
    salim = telegram.user("سالم")
    await world.person("muscat", on_telegram.address(salim))
    salim.says("/survey")
    for label in await labels_to_press(world):
        shown = await on_telegram.seen(salim)
        salim.presses(shown[-1], label)
    (only,) = await on_telegram.seen(salim)
    # The one message was replaced all along: the chat does not show what was picked.
    assert only.text == world.phrase("survey_thanks")
    assert not SLIP.search(await cells(world.database))
    assert (await world.waves.list_waves())[0].takers == 1
