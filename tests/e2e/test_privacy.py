from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.records.schema import metadata
from tests.delivery.waiting import until
from tests.e2e.product import Product
from tests.e2e.visitor import visiting
from tests.fakes.telegram import FakeTelegram

pytestmark = pytest.mark.slow

NAME, USER_NAME = "زبيدة الهاشمية", "zubaida_hashmi"
PHONES = ["+971501234567", "0501234567", "٠٧٧٠١٢٣٤٥٦٧", "00968 9123 4567"]
TOKEN_IN_TEXT = "7123456789:AAHfakefakefakefakefakefakefakefake"
MARK = "قنديل"
"""A word in each text, by which a text is found wherever it went."""

TEXTS = [
    f"انا {NAME} رقمي {PHONES[0]} {MARK} هل اقدر انشر صورة مريض؟",
    f"{MARK} رقمي {PHONES[1]} و {PHONES[2]} هل يجوز الاعجاب بتغريدة تسيء لزميل",
    f"{MARK} توكن البوت {TOKEN_IN_TEXT} ممكن انشره؟",
    f"{MARK} شكرا جزيلا، اتصلوا بي على {PHONES[3]}",
    f"{MARK} اريد اتكلم مع موظف",
]
DRAFT_MARK = "زعفران"
DRAFT = f"مديري {DRAFT_MARK} كسول وجاهل، والوزارة فاشلة وقراراتها نكتة"
"""A post to check, which nothing may hold."""

MAY_HOLD_TEXT = {"triage_questions.text", "handovers.question"}
MAY_HOLD_ADDRESS = {"channel_links.user", "outbox_messages.user"}


async def _chat(product: Product, telegram: FakeTelegram) -> int:
    """Chat on both channels; give the Telegram chat's id."""
    user = telegram.user(NAME)
    user.sends(text="/start", **{"from": user.profile | {"username": USER_NAME}})
    await until(lambda: len(telegram.messages_to(user)) == 1)
    user.presses(telegram.messages_to(user)[0], "الحكومة العراقية")
    async with visiting(product.url) as [visitor]:
        await visitor.onboards()
        for number, said in enumerate([*TEXTS, "/check", DRAFT]):
            user.says(said)
            await visitor.says(said)
            await until(lambda count=number + 3: len(telegram.messages_to(user)) == count)  # type: ignore[misc]
        await _outage(product, visitor.says)
    answered = next(m for m in telegram.messages_to(user) if len(m.keyboard) and m.marked("bold"))
    user.presses(answered, "اسأل موظفاً")
    await until(lambda: len(telegram.messages_to(user)) == len(TEXTS) + 5)
    # A person's words in what cannot be read, too.
    user.sends(text="", caption=MARK, contact={"phone_number": PHONES[0], "first_name": NAME})
    await asyncio.sleep(1)
    return user.id


async def _outage(product: Product, says: object) -> None:
    assert callable(says)
    product.model_server().kill()
    await says(TEXTS[0])


async def _cells(url: str) -> list[tuple[str, str]]:
    """Every cell of every table, as text, with its table and column."""
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    cells: list[tuple[str, str]] = []
    async with engine.connect() as connection:
        for table in metadata.sorted_tables:
            assert await _exists(connection, table.name)
            rows = (await connection.execute(select(table))).mappings()
            cells += [(f"{table.name}.{c}", _plain(v)) for row in rows for c, v in row.items()]
    await engine.dispose()
    return cells


async def _exists(connection: AsyncConnection, name: str) -> bool:
    return await connection.run_sync(lambda sync: inspect(sync).has_table(name))


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _where(cells: Iterable[tuple[str, str]], needle: str) -> set[str]:
    return {place for place, value in cells if needle in value}


async def _rows(url: str, query: str) -> int:
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with engine.connect() as connection:
        count = await connection.scalar(text(query))
    await engine.dispose()
    return int(count or 0)


@pytest.mark.usefixtures("model")
async def test_no_row_and_no_log_line_tells_who_asked_what(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        telegram.token = f"{telegram.bot['id']}:AAEfake_fake_fake_fake_fake_fake_fa"
        settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.base_url}
        product = Product(tmp_path, **settings)
        try:
            await asyncio.to_thread(product.start)
            chat = await _chat(product, telegram)
            assert await asyncio.to_thread(product.stop) == 0
        finally:
            product.kill()
        url = product.environment["DATABASE_URL"]
        cells = await _cells(url)
        secrets = (telegram.token, telegram.token.partition(":")[2])
    _check_rows(cells, chat, secrets)
    assert await _rows(url, "SELECT count(*) FROM inbox_events WHERE payload IS NOT NULL") == 0
    telegram_texts = "channel = 'telegram' AND payload IS NOT NULL"
    assert await _rows(url, f"SELECT count(*) FROM outbox_messages WHERE {telegram_texts}") == 0  # noqa: S608 - our own words
    _check_logs(product.written(), [*secrets, str(chat)])


def _check_rows(cells: list[tuple[str, str]], chat: int, secrets: Iterable[str]) -> None:
    assert _where(cells, MARK) == MAY_HOLD_TEXT
    assert _where(cells, DRAFT_MARK) == set()
    for said in (NAME, TOKEN_IN_TEXT, *PHONES):
        assert _where(cells, said) <= MAY_HOLD_TEXT
    assert _where(cells, USER_NAME) == set()
    assert _where(cells, str(chat)) <= MAY_HOLD_ADDRESS
    for secret in secrets:
        assert _where(cells, secret) == set()


def _check_logs(written: str, secrets: Iterable[str]) -> None:
    assert "inbox_event" in written
    for needle in (MARK, DRAFT_MARK, NAME, USER_NAME, TOKEN_IN_TEXT, *PHONES, *secrets):
        assert needle not in written, needle
    # Nor as JSON escapes them.
    assert json.dumps(MARK).strip('"') not in written
