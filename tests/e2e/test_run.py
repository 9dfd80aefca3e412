from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from pathlib import Path

import pytest

from bot.conversation.messages import BlockKind
from tests.e2e.product import Product, gone, waai
from tests.e2e.visitor import part, visiting

pytestmark = pytest.mark.slow

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"
SIGNALS = [signal.SIGINT, signal.SIGTERM]


async def test_without_tokens_it_serves_the_web_chat_and_prints_its_address(live: Product) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", live.url)
    async with visiting(live.url) as [visitor]:
        await visitor.onboards("iraq-judiciary")
        answer = await visitor.says("اگدر اسوي ريتويت لمنشور ينتقد الوزارة لو ما يصير")
    assert part(answer, BlockKind.VERDICT)
    assert re.search(r"\[iraq-judiciary\.\d+\]", part(answer, BlockKind.CITATION))


async def test_the_second_start_trains_nothing_and_answers(product: Product) -> None:
    product.start()
    assert product.stop() == 0
    product.start()
    async with visiting(product.url) as [visitor]:
        await visitor.onboards()
        assert part(await visitor.says(QUESTION), BlockKind.CITATION)
    assert "Training the model" not in product.written()


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_stops_all_processes(product: Product, number: signal.Signals) -> None:
    product.start()
    family = product.family()
    assert len(family) > 1
    async with visiting(product.url) as [visitor]:
        await visitor.onboards()
        assert await asyncio.to_thread(product.stop, number) == 0
    assert gone(family)
    assert "Traceback" not in product.errors()


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("later_s", [0, 0.7, 2])
def test_a_signal_while_the_model_server_starts_stops_all_processes(
    product: Product, number: signal.Signals, later_s: float
) -> None:
    product.begin()
    while len(family := product.family()) < 2:
        time.sleep(0.05)
    time.sleep(later_s)
    assert product.stop(number) == 0
    assert gone(family)
    assert "Traceback" not in product.errors()


def test_a_signal_in_the_first_second_leaves_nothing(product: Product) -> None:
    product.begin()
    time.sleep(0.6)
    family = product.family()
    product.stop()
    assert gone(family)


def test_the_model_server_ends_with_a_bot_that_was_killed(product: Product) -> None:
    product.start()
    server = product.model_server()
    product.process.kill()
    product.process.wait()
    assert gone([server])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TELEGRAM_WEBHOOK_URL": "https://x.example/t"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_BOT_TOKEN": "nonsense"}, "TELEGRAM_BOT_TOKEN"),
        ({"DATABASE_URL": "mysql://x/y"}, "database"),
        ({"WAAI_PORT": "http"}, "WAAI_PORT"),
        ({"WAAI_CONTENT": "/nowhere"}, "/nowhere"),
    ],
)
def test_half_a_configuration_refuses_to_start(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    product = Product(tmp_path, **settings)
    product.begin()
    assert product.process.wait(30) == 1
    assert said in product.errors()
    assert "Traceback" not in product.errors()


def test_a_port_in_use_is_said_in_a_sentence(model: Path, tmp_path: Path) -> None:
    assert model.suffix == ".gz"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        product = Product(tmp_path, WAAI_PORT=port)
        product.begin()
        assert product.process.wait(60) == 1
    assert f"Port {port}" in product.errors()
    assert "Traceback" not in product.errors()


def test_commands_that_need_no_model_work_alone(tmp_path: Path) -> None:
    assert "rulebooks" in waai(tmp_path, "check-content").stdout
    assert waai(tmp_path, "migrate").returncode == 0
    assert (tmp_path / "waai.db").exists()
