"""How we speak HTTP with Telegram: timeouts, pauses, and updates exactly as they came."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest


@dataclass(frozen=True)
class RequestOptions:
    """Times in seconds.

    Attributes:
        connect: Most time until a connection stands.
        read: Most time for an answer.
        pool: Most requests at once.
        long_poll: How long Telegram holds a question for updates open.
        acknowledge: Most time for the sign that an event arrived.
    """

    connect: float = 5.0
    read: float = 10.0
    pool: int = 32
    long_poll: int = 25
    acknowledge: float = 3.0

    def request(self) -> HTTPXRequest:
        """Make the client of all methods but ``getUpdates``."""
        return HTTPXRequest(
            self.pool,
            read_timeout=self.read,
            write_timeout=self.read,
            connect_timeout=self.connect,
            pool_timeout=self.read,
        )

    def updates_request(self) -> RawUpdatesRequest:
        """Make the client of ``getUpdates``; the library adds ``long_poll`` to ``read``."""
        return RawUpdatesRequest(
            1, read_timeout=self.read, write_timeout=self.read, connect_timeout=self.connect
        )


@dataclass(frozen=True)
class Pauses:
    """How long to wait after failures, in seconds.

    Attributes:
        shortest: After the first failure; it doubles with each one.
        longest: At most.
        conflict: After another poller took over.
    """

    shortest: float = 1.0
    longest: float = 30.0
    conflict: float = 30.0

    def after(self, failures: int) -> float:
        """Give the pause after so many failures in a row, with up to half taken off by chance."""
        # The exponent is bounded: 2.0 ** 1024 overflows after a night without a network.
        pause = min(self.longest, self.shortest * 2.0 ** min(failures - 1, 32))
        return pause * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing


class RawUpdatesRequest(HTTPXRequest):
    """Keeps the updates of ``getUpdates`` as Telegram wrote them and hands the library none.

    ``Bot.get_updates`` parses a batch into its own types. That drops nothing today, but an update
    that this release can't parse fails the whole batch for ever and is logged with its text, and
    ``to_dict()`` is not what a webhook would have stored. ``do_request`` is the library's own
    seam for another HTTP client.
    """

    __slots__ = ("updates",)

    updates: list[dict[str, object]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.updates = []

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Ask, and keep the updates of a good answer.

        Raises:
            NetworkError: The answer is not a list of updates.
        """
        self.updates = []
        code, payload = await super().do_request(*args, **kwargs)
        if code != HTTPStatus.OK:
            return code, payload
        try:
            updates = json.loads(payload)["result"]
            well_formed = all(isinstance(update["update_id"], int) for update in updates)
        except (ValueError, KeyError, TypeError, RecursionError):
            well_formed, updates = False, []
        if not well_formed:  # the cause is left out: a JSON error carries the document
            raise NetworkError("answer is no list of updates")
        self.updates = updates
        return code, b'{"ok":true,"result":[]}'
