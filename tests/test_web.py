from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession

from bot import web
from bot.errors import ConfigurationError
from bot.records.database import Database
from bot.serving import serving
from tests.support.patience import PATIENCE_S


async def health(ping: Callable[[], Awaitable[bool]]) -> tuple[int, str]:
    async with serving(web.build_web_app(ping)) as port, ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{port}/health")
        return answer.status, await answer.text()


async def test_it_is_healthy_while_the_database_answers(database: Database) -> None:
    assert await health(database.ping) == (200, "ok")


async def test_without_its_database_it_is_not() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # nothing listens
        database = Database(f"postgresql://u:hunter2@127.0.0.1:{nobody.getsockname()[1]}/d")
        assert await health(database.ping) == (503, "no database")
        await database.dispose()


async def test_a_database_that_hangs_is_none() -> None:
    async def ping() -> bool:
        await asyncio.Event().wait()
        return True

    async with asyncio.timeout(PATIENCE_S):
        assert (await health(ping))[0] == 503


async def test_a_port_that_is_taken_is_said_in_a_sentence(database: Database) -> None:
    app = web.build_web_app(database.ping)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} on 127.0.0.1 cannot be used"):
            async with serving(app, port=port):
                pass
