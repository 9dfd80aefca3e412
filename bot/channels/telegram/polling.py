"""Long polling: an update is stored before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import Conflict, TelegramError

from bot.channels.telegram.channel import TelegramChannel, pause_after
from bot.channels.telegram.requests import Pauses

Store = Callable[[dict[str, object]], Awaitable[object]]
"""Stores a raw update and commits; storing one again does nothing."""

_log = structlog.get_logger(__name__)


class Poller:
    """Asks for updates until it is cancelled.

    Args:
        channel: A started channel.
        store: Called for each update in order; returns after the commit.
        pauses: How long to wait after failures.
    """

    def __init__(
        self, channel: TelegramChannel, store: Store, pauses: Pauses | None = None
    ) -> None:
        self._channel = channel
        self._store = store
        self._pauses = pauses or Pauses()
        self._webhook_deleted = False
        self._failures = 0
        # Telegram takes an update as received once an offset beyond its id was asked for:
        # https://core.telegram.org/bots/api#getupdates
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever; a failure is logged and followed by a pause."""
        while True:
            try:
                await self._poll()
            except Conflict:
                _log.warning(
                    "telegram_second_poller",
                    advice="another process polls with this token, or a webhook was set: stop it",
                    pause=self._pauses.conflict,
                )
                self._webhook_deleted = False
                await asyncio.sleep(self._pauses.conflict)
            except TelegramError as error:
                self._failures += 1
                await self._rest(error, pause_after(error, self._failures, self._pauses))
            except Exception as error:  # noqa: BLE001  # a worker loop: the store failed, ask again
                self._failures += 1
                await self._rest(error, self._pauses.after(self._failures))
            else:
                self._failures = 0

    async def _poll(self) -> None:
        if not self._webhook_deleted:
            await self._channel.delete_webhook()
            self._webhook_deleted = True
        updates = await self._channel.list_updates(self._offset)
        # All before the offset is confirmed now. Asking without one, while it is quiet, is how
        # the next id is found after a quiet week, when Telegram draws it anew, maybe lower.
        if not updates:
            self._offset = None
        for update in updates:
            await self._store(update)
            self._offset = int(str(update["update_id"])) + 1

    async def _rest(self, error: Exception, pause: float) -> None:
        _log.warning("telegram_poll_failed", error=type(error).__name__, pause=round(pause, 1))
        await asyncio.sleep(pause)
