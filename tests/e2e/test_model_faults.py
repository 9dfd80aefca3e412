from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.conversation.messages import BlockKind, Message
from tests.e2e.product import Product
from tests.e2e.visitor import Visitor, part, visiting
from tests.support.patience import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"
LEFT = re.compile("أوقفت الاختبار|ليس أمامك سؤال")
OUTAGE = re.compile(r"^أعتذر، .*برقم (\d+)، .*", re.DOTALL)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def broken(
    model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Product, Visitor]]:
    """A product whose model server tests break, and somebody who chats."""
    assert model.suffix == ".gz"
    with Product(tmp_path_factory.mktemp("broken")) as product:
        async with visiting(product.url) as [visitor]:
            await visitor.onboards()
            yield product, visitor


async def _is_back(visitor: Visitor) -> Message:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await visitor.says(QUESTION)
            if part(answer, BlockKind.CITATION):
                return answer
            # A session may send 20 messages in 10 s; what comes next must not be told to wait.
            await asyncio.sleep(1.2)


async def _apologises(visitor: Visitor) -> int:
    answer = await visitor.says(QUESTION)
    found = OUTAGE.match(answer.plain_text)
    assert found, answer.plain_text
    return int(found[1])


async def test_a_killed_model_server_is_started_again(broken: tuple[Product, Visitor]) -> None:
    product, visitor = broken
    first = product.model_server()
    first.kill()
    numbers = [await _apologises(visitor) for _ in range(5)]
    # An outage opens one request for all that a person asks in it.
    assert set(numbers) == {numbers[0]}
    await _is_back(visitor)
    assert product.model_server().pid != first.pid


async def test_a_hung_model_server_is_not_waited_for(
    broken: tuple[Product, Visitor],
) -> None:
    product, visitor = broken
    server = product.model_server()
    server.send_signal(signal.SIGSTOP)
    try:
        for _ in range(4):
            await _apologises(visitor)
    finally:
        server.send_signal(signal.SIGCONT)
    await _is_back(visitor)


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        '/ask_rule{"x":1}',
        "  \u00a0/restart",
        "//",
        "/" * 50 + "ask_rule",
        "@ask_rule",
        "🙂🙂",
        "\u0000\u0000س",
        "\u202eهل يجوز\u202c أن \u2066أنشر\u2069 صورة\u200f؟",
        "هل أنشر؟ " * 444,
        "س" * 4000,
        "</script><b>هل أنشر",
        "{{{}}} ${x} %s \\",
    ],
)
async def test_no_text_is_a_command_or_an_outage(
    broken: tuple[Product, Visitor], text: str
) -> None:
    _, visitor = broken
    await _leave_the_quiz(visitor)
    answer = await visitor.says(text)
    assert not OUTAGE.match(answer.plain_text), answer.plain_text
    assert "خطأ عندي" not in answer.plain_text
    await _leave_the_quiz(visitor)
    assert part(await visitor.says(QUESTION), BlockKind.CITATION)
    assert visitor.errors == []


async def _leave_the_quiz(visitor: Visitor) -> None:
    """Leave a quiz that such a text may have begun, whose question would be put again."""
    await visitor.send("press", message="", data="qz1")
    for _ in range(3):
        if LEFT.search((await visitor.next()).plain_text):
            return
    raise AssertionError("the quiz was not left")


async def test_a_text_of_4001_characters_is_refused_and_the_next_is_answered(
    broken: tuple[Product, Visitor],
) -> None:
    _, visitor = broken
    await _leave_the_quiz(visitor)
    await visitor.send("text", text="س" * 4001)
    assert part(await visitor.says(QUESTION), BlockKind.CITATION)
    assert visitor.errors == ["too_long"]
