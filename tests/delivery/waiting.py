"""Waiting for what workers do in their own time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.support.patience import PATIENCE_S


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    seconds: float = PATIENCE_S,
    pause: float = 0.02,
) -> None:
    async with asyncio.timeout(seconds):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(pause)
