"""A store of updates for tests of what comes before the inbox."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from bot.channels.telegram.inbound import key_of
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent
from tests.support.patience import PATIENCE_S


class Shelf:
    """Keeps each update once, as the inbox does, and can be out of order for a while."""

    def __init__(self) -> None:
        self.kept: dict[int, dict[str, Any]] = {}
        self.seen: list[int] = []
        self.unusable: dict[str, dict[str, Any]] = {}
        self.failures = 0
        self.fails_at = 0

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.kept.values()]

    async def keep(self, events: Sequence[NewEvent]) -> list[bool]:
        return [await self.store(json.loads(event.payload)) for event in events]

    async def store(self, update: dict[str, Any]) -> bool:
        if "update_id" not in update:
            self.unusable[key_of(update)] = update
            return True
        update_id = int(update["update_id"])
        self.seen.append(update_id)
        if self.failures and update_id >= self.fails_at:
            self.failures -= 1
            raise NotStoredError
        is_new = update_id not in self.kept
        self.kept[update_id] = update
        return is_new


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  # what others did is seen, not told
            await asyncio.sleep(0.01)
