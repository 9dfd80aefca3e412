"""How we speak HTTP with WhatsApp's Graph API: one account, its requests, outcomes as values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channels.reading import read_body
from bot.channels.whatsapp.failures import AMBIGUOUS, UNREACHABLE, failure_of_answer
from bot.conversation.channel import TOO_LARGE, FetchFailure, SendFailure

DEFAULT_API_URL = "https://graph.facebook.com/v23.0"

_FILES = URL("https://lookaside.fbsbx.com")
"""Where WhatsApp keeps what people send:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media"""


@dataclass(frozen=True)
class Account:
    """One phone number of ours.

    Attributes:
        phone_number_id: Its id, as WhatsApp Manager shows it; not the number itself.
        access_token: Of a system user.
        api_url: The Graph API with its version.
    """

    phone_number_id: str
    access_token: str
    api_url: str = DEFAULT_API_URL


@dataclass(frozen=True)
class GraphOptions:
    """Times in seconds.

    Attributes:
        connect: Most time until a connection stands.
        total: Most time for a request; less than three quarters of a message's lease.
        acknowledge: Most time for the sign that an event arrived.
        fetch: Most time for a file that a person sent; less than an event's handler has.
        pool: Most requests at once.
    """

    connect: float = 5.0
    total: float = 15.0
    acknowledge: float = 3.0
    fetch: float = 10.0
    pool: int = 32


@dataclass(frozen=True)
class Answer:
    """What the platform said to a request that it took."""

    body: dict[str, Any]


class Graph:
    """Asks; connects when it must, and reconnects after ``close``."""

    def __init__(self, account: Account, options: GraphOptions) -> None:
        self._api = account.api_url.rstrip("/")
        self._number = account.phone_number_id
        self._headers = {"Authorization": f"Bearer {account.access_token}"}
        self._options = options
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, edge: str, content: dict[str, Any]) -> Answer | SendFailure:
        """Post JSON to ``messages`` or another edge of the number."""
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return await self._ask("POST", f"{self._number}/{edge}", data=body, headers=headers)

    async def upload(self, name: str, media_type: str, content: bytes) -> Answer | SendFailure:
        """Post a file; its answer holds the id."""
        # Of texts it takes plain ones alone; a phone goes by the name:
        # https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
        media_type = "text/plain" if media_type.startswith("text/") else media_type
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", media_type)
        form.add_field("file", content, filename=name, content_type=media_type)
        return await self._ask("POST", f"{self._number}/media", data=form)

    async def find(self, media_id: str) -> Answer | SendFailure:
        """Ask where a file is that somebody sent to the number; for five minutes it is there."""
        of_ours = {"phone_number_id": self._number}
        return await self._ask("GET", quote(media_id, safe=""), params=of_ours)

    async def download(self, url: str, most: int) -> bytes | FetchFailure:
        """Give what is at an address that WhatsApp named.

        Args:
            url: The address.
            most: How many bytes it may have; no more are read.
        """
        if not is_theirs(url, self._api):
            return FetchFailure("foreign_host")
        try:
            place = URL(url, encoded=True)
            async with self._opened().get(place, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    return FetchFailure(f"error:{answer.status}")
                content = await read_body(answer, most)
        except aiohttp.ClientError as error:
            return FetchFailure(type(error).__name__)
        return TOO_LARGE if content is None else content

    async def _ask(self, method: str, path: str, **request: Any) -> Answer | SendFailure:
        try:
            url = f"{self._api}/{path}"
            async with self._opened().request(method, url, **request) as answer:
                body = _read(await answer.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return UNREACHABLE
        except (aiohttp.ClientError, TimeoutError):
            return AMBIGUOUS
        if not HTTPStatus(200) <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return failure_of_answer(answer.status, body or {})
        return AMBIGUOUS if body is None else Answer(body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(
                total=self._options.total, sock_connect=self._options.connect
            )
            connector = aiohttp.TCPConnector(limit=self._options.pool)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, headers=self._headers
            )
        return self._session


def is_theirs(url: str, api_url: str) -> bool:
    """Say whether an address is at one of WhatsApp's own hosts, to which the token may go."""
    try:
        return URL(url, encoded=True).origin() in {URL(api_url).origin(), _FILES}
    except ValueError:
        return False


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
