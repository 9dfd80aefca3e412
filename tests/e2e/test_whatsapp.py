from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.whatsapp.webhook import PATH
from tests.delivery.waiting import until
from tests.e2e.product import Product, free_port
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp, ShownMessage

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"
VERIFY = "verify-token-of-the-tests"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def whatsapp(
    model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FakeWhatsApp]:
    """A product that runs, and the WhatsApp that it talks to."""
    assert model.suffix == ".gz"
    async with FakeWhatsApp() as whatsapp:
        port = free_port()
        product = Product(
            tmp_path_factory.mktemp("whatsapp"),
            WHATSAPP_PHONE_NUMBER_ID=whatsapp.phone_number_id,
            WHATSAPP_ACCESS_TOKEN=whatsapp.token,
            WHATSAPP_APP_SECRET=whatsapp.webhook.app_secret,
            WHATSAPP_VERIFY_TOKEN=VERIFY,
            WHATSAPP_API_URL=whatsapp.base_url,
            WAAI_PORT=str(port),
        )
        try:
            await asyncio.to_thread(product.start)
            assert await whatsapp.webhook.subscribe(f"http://127.0.0.1:{port}{PATH}", VERIFY)
            yield whatsapp
            assert await asyncio.to_thread(product.stop) == 0
        finally:
            product.kill()


async def _count(whatsapp: FakeWhatsApp, user: FakeUser, count: int) -> ShownMessage:
    await until(lambda: len(whatsapp.messages_to(user)) >= count)
    await asyncio.sleep(0.1)
    shown = whatsapp.messages_to(user)
    assert len(shown) == count
    return shown[-1]


async def test_a_question_gets_a_verdict_a_citation_and_three_buttons(
    whatsapp: FakeWhatsApp,
) -> None:
    user = whatsapp.user()
    user.says("/start")
    welcome = await _count(whatsapp, user, 1)
    assert "خصوصيتك" in welcome.text
    user.presses(welcome, "الحكومة العراقية")
    await _count(whatsapp, user, 2)
    user.says(QUESTION)
    answer = await _count(whatsapp, user, 3)
    assert "[iraq-judiciary." in answer.text
    assert len(answer.labels) == 3
    user.presses(answer, answer.labels[0])
    rating = await _count(whatsapp, user, 4)
    assert (rating.text, len(rating.labels)) == ("هل أفادتك الإجابة؟", 2)
    await whatsapp.webhook.quiet()
