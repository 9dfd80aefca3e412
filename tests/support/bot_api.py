"""Methods of the Bot API, called on the fake as a bot calls them."""

from typing import Any

import aiohttp

from tests.fakes.telegram import FakeTelegram


async def call(telegram: FakeTelegram, method: str, **params: Any) -> tuple[int, Any]:
    url = f"{telegram.base_url}{telegram.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as answer:
        body = await answer.json()
        return answer.status, body.get("result", body.get("description"))
