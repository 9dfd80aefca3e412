from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.delivery.waiting import until
from tests.e2e.product import Product, free_port
from tests.fakes.telegram import FakeTelegram, FakeUser, ShownMessage

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"
PATH = "/telegram/hook"


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["polling", "webhook"])
async def telegram(
    request: pytest.FixtureRequest, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FakeTelegram]:
    """A bot that runs, and the Telegram that it talks to."""
    assert model.suffix == ".gz"
    async with FakeTelegram() as telegram:
        telegram.token = f"{telegram.bot['id']}:{secrets.token_hex(18)[:35]}"
        port = free_port()
        settings = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.base_url,
            "WAAI_PORT": str(port),
        }
        if request.param == "webhook":
            settings["TELEGRAM_WEBHOOK_URL"] = f"https://waai.example{PATH}"
            settings["TELEGRAM_WEBHOOK_SECRET"] = secrets.token_urlsafe(24)
        product = Product(tmp_path_factory.mktemp("telegram"), **settings)
        try:
            await asyncio.to_thread(product.start)
            if request.param == "webhook":
                await until(lambda: bool(telegram.methods.webhook_url))
                assert telegram.methods.webhook_url == settings["TELEGRAM_WEBHOOK_URL"]
                # The fake stands in for the proxy that ends TLS, too.
                telegram.methods.webhook_url = f"http://127.0.0.1:{port}{PATH}"
            yield telegram
            assert await asyncio.to_thread(product.stop) == 0
        finally:
            product.kill()


async def _count(telegram: FakeTelegram, user: FakeUser, count: int) -> ShownMessage:
    await until(lambda: len(telegram.messages_to(user)) >= count)
    await asyncio.sleep(0.1)
    shown = telegram.messages_to(user)
    assert len(shown) == count
    return shown[-1]


async def _onboarded(telegram: FakeTelegram, employer: str) -> FakeUser:
    user = telegram.user()
    user.says("/start")
    welcome = await _count(telegram, user, 1)
    assert "خصوصيتك" in welcome.text
    user.presses(welcome, employer)
    assert employer.rsplit(maxsplit=1)[-1] in (await _count(telegram, user, 2)).text
    return user


async def _asked(telegram: FakeTelegram) -> tuple[FakeUser, ShownMessage]:
    user = await _onboarded(telegram, "الحكومة العراقية")
    user.says(QUESTION)
    return user, await _count(telegram, user, 3)


async def test_a_question_gets_a_verdict_a_citation_and_three_buttons(
    telegram: FakeTelegram,
) -> None:
    _, answer = await _asked(telegram)
    assert len(answer.marked("bold")) == 1
    assert re.search(r"\[iraq-judiciary\.\d+\]", answer.marked("italic")[0])
    assert sum(map(len, answer.labels)) == 3
    assert not telegram.presses


async def test_a_rating_edits_the_message_that_was_pressed(telegram: FakeTelegram) -> None:
    user, answer = await _asked(telegram)
    user.presses(answer, "👍👎")
    await until(lambda: answer.edits == 1)
    assert answer.labels == [["👍 أفادتني", "👎 لم تفدني"]]
    user.presses(answer, "👎")
    thanks = await _count(telegram, user, 4)
    assert "شكراً لصراحتك" in thanks.text
    assert answer.edits == 2
    assert [label for row in answer.labels for label in row] == ["المزيد", "اسأل موظفاً"]


async def test_more_shows_the_articles_and_a_person_gives_a_number(
    telegram: FakeTelegram,
) -> None:
    user, answer = await _asked(telegram)
    user.presses(answer, "المزيد")
    assert "[iraq-judiciary." in (await _count(telegram, user, 4)).text
    user.presses(answer, "اسأل موظفاً")
    first = await _count(telegram, user, 5)
    number = re.search(r"برقم (\d+)", first.text)
    assert number
    user.presses(answer, "اسأل موظفاً")
    assert number[0] in (await _count(telegram, user, 6)).text


async def test_another_persons_button_has_no_effect(telegram: FakeTelegram) -> None:
    _, answer = await _asked(telegram)
    stranger = await _onboarded(telegram, "بلدية مسقط")
    stranger.presses_data(answer, answer.data_of("اسأل موظفاً"))
    assert "هذا الزر قديم" in (await _count(telegram, stranger, 3)).text


async def test_voice_pictures_and_english(telegram: FakeTelegram) -> None:
    user = await _onboarded(telegram, "الحكومة العراقية")
    user.sends_voice()
    assert "الصوتية" in (await _count(telegram, user, 3)).text
    user.sends_photo()
    assert "الصورة" in (await _count(telegram, user, 4)).text
    user.says("May I like a post that insults a colleague?")
    assert "Source" in (await _count(telegram, user, 5)).text


async def test_two_quick_messages_are_answered_in_order_and_nobody_waits(
    telegram: FakeTelegram,
) -> None:
    first = await _onboarded(telegram, "الحكومة العراقية")
    second = await _onboarded(telegram, "الحكومة العراقية")
    first.says("شكرا جزيلا")
    first.says(QUESTION)
    second.says("مع السلامة")
    await _count(telegram, second, 3)
    answer = await _count(telegram, first, 4)
    assert "العفو" in telegram.messages_to(first)[2].text
    assert answer.marked("italic")
