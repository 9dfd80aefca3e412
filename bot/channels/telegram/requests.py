"""How we speak HTTP with Telegram: timeouts, pauses, and updates exactly as they came."""

from __future__ import annotations

import io
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.reading import read_body

_Seconds: TypeAlias = Any
"""Seconds, None for no limit, or the library's own sign for what was set up."""


@dataclass(frozen=True)
class RequestOptions:
    """Times in seconds.

    Attributes:
        connect: Most time until a connection stands.
        read: Most time for an answer.
        pool: Most requests at once.
        long_poll: How long Telegram holds a question for updates open.
        acknowledge: Most time for the sign that an event arrived.
        fetch: Most time for a file that a person sent; less than an event's handler has.
    """

    connect: float = 5.0
    read: float = 10.0
    pool: int = 32
    long_poll: int = 25
    acknowledge: float = 3.0
    fetch: float = 10.0

    def request(self) -> AiohttpRequest:
        """Make the client of all methods but ``getUpdates``."""
        return AiohttpRequest(self, self.pool)

    def updates_request(self) -> RawUpdatesRequest:
        """Make the client of ``getUpdates``; the library adds ``long_poll`` to ``read``."""
        return RawUpdatesRequest(self, 1)


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


class AiohttpRequest(BaseRequest):
    """The library's requests by aiohttp.

    By its own client the two calls of a press took as much of a processor as all else.

    Args:
        options: Times.
        pool: Most requests at once; others wait, for as long as an answer may take.
    """

    def __init__(self, options: RequestOptions, pool: int) -> None:
        self._options = options
        self._pool = pool
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Most seconds for an answer, unless a call says otherwise."""
        return self._options.read

    async def initialize(self) -> None:
        """Open the client; once it is open, nothing."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._pool)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers)

    async def shutdown(self) -> None:
        """Close the client and its connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: _Seconds = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp has none
        connect_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Ask, and give the status and the answer.

        Raises:
            TimedOut: There was no answer in time; the request may have been taken.
            NetworkError: There was no answer. No error tells the address, which holds the token.
        """
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_given(pool_timeout, self._options.read),
            sock_connect=_given(connect_timeout, self._options.connect),
            sock_read=_given(read_timeout, self._options.read),
        )
        async with self._asked(method, url, timeout, _form(request_data)) as answer:
            return answer.status, await answer.read()

    async def download(self, url: str, most: int) -> bytes | None:
        """Give what is at an address; None if it has more bytes than that.

        Raises:
            TimedOut, NetworkError: As above; or there is nothing.
        """
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self._options.connect, sock_read=self._options.read
        )
        async with self._asked("GET", url, timeout) as answer:
            if answer.status != HTTPStatus.OK:
                raise NetworkError(f"HTTP {answer.status}")
            return await read_body(answer, most)

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        url: str,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the client's, of each step
        data: aiohttp.FormData | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask, and turn the client's errors into the library's, without the address."""
        await self.initialize()
        if self._session is None:
            raise AssertionError("it was opened just now")
        try:
            async with self._session.request(
                method,
                url,
                data=data,
                timeout=timeout,
                allow_redirects=False,
                proxy=_proxy(*urlsplit(url)[:2]),
            ) as answer:
                yield answer
        except aiohttp.ConnectionTimeoutError as error:
            raise TimedOut(type(error).__name__) from aiohttp.ConnectionTimeoutError()
        except aiohttp.ClientConnectorError as error:  # it names no more than the host
            raise NetworkError(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


@cache
def _proxy(scheme: str, host: str) -> str | None:
    """Give the proxy of the environment, as the library's own client uses it.

    aiohttp's ``trust_env`` asks for it in a thread at each request.
    """
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _given(value: _Seconds, default: float) -> float | None:
    return value if value is None or isinstance(value, int | float) else default


def _form(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    # Names of files are told as they are.
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)
    for name, (file_name, content, media_type) in data.multipart_data.items():
        # As a stream: large bytes at once would hold all others up.
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=file_name, content_type=media_type)
    return form


class RawUpdatesRequest(AiohttpRequest):
    """Keeps the updates of ``getUpdates`` as Telegram wrote them and hands the library none.

    ``Bot.get_updates`` parses a batch into its own types. That drops nothing today, but an update
    that this release can't parse fails the whole batch for ever and is logged with its text, and
    ``to_dict()`` is not what a webhook would have stored. ``do_request`` is the library's own
    seam for another HTTP client.
    """

    def __init__(self, options: RequestOptions, pool: int) -> None:
        super().__init__(options, pool)
        self.updates: list[dict[str, object]] = []

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
