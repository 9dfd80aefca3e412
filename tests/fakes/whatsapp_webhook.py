"""How the fake WhatsApp tells the product's webhook what has happened.

Bodies, batches, retries: https://developers.facebook.com/docs/graph-api/webhooks/getting-started/
At least once, and in no order that one may rely on: a body that was not answered with 2xx is
posted again later, while others go on.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import random
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.whatsapp_spec import problems_of_webhook
from tests.fakes.whatsapp_world import Notice

Json = dict[str, Any]
Order = Callable[[list[Notice]], Iterable[Notice]]


@dataclass(frozen=True)
class Delivery:
    """One post: when (monotonic), what, and the answer's status, 0 where nobody answered.

    Attributes:
        took: Seconds until the answer.
    """

    time: float
    raw: bytes
    status: int
    took: float

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Webhook:
    """The one webhook of the app.

    Attributes:
        app_secret: Signs each body.
        deliveries: Every post, in order.
        retry: The first and the longest pause between two posts of a body, in seconds.
        copies: How often each body is posted.
        held: What waits for ``release``; None where nothing is held back.
    """

    def __init__(self, violations: list[str]) -> None:
        self.url = ""
        self.app_secret = "fake-app-secret-of-the-tests"
        self.account_id = "419561257915477"
        self.deliveries: list[Delivery] = []
        self.retry = (0.02, 0.5)
        self.copies = 1
        self.held: list[Notice] | None = None
        self._violations = violations
        self._lines: dict[str, list[Notice]] = {}
        self._couriers: dict[str, asyncio.Task[None]] = {}
        self._retries: set[asyncio.Task[None]] = set()
        self._shuffle = random.Random(7)  # noqa: S311  # the same disorder in every run

    async def open(self) -> None:
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        tasks = [*self._couriers.values(), *self._retries]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    async def subscribe(self, url: str, verify_token: str) -> bool:
        """Verify the endpoint as the app's dashboard does; posts begin where it succeeds."""
        challenge = secrets.token_hex(8)
        query = {"hub.mode": "subscribe", "hub.challenge": challenge}
        query |= {"hub.verify_token": verify_token}
        async with self._session.get(url, params=query) as answer:
            is_ours = answer.status == 200 and await answer.text() == challenge
        if is_ours:
            self.url = url
            for person in self._lines:
                self._send_courier(person)
        return is_ours

    def accept(self, notice: Notice) -> None:
        """Take something to tell."""
        if self.held is not None:
            self.held.append(notice)
            return
        self._lines.setdefault(notice.person, []).append(notice)
        self._send_courier(notice.person)

    def hold(self) -> None:
        """Tell nothing more until ``release``; ``held`` shows what waits."""
        self.held = []

    async def release(
        self,
        order: Order | None = None,
        *,
        entries: int = 0,
        changes: int = 1,
    ) -> list[int]:
        """Tell what was held back, one after the other, or all in one body.

        Args:
            order: Sorts it, leaves some out, or repeats some.
            entries: Put all into one body of so many entries, contacts shuffled.
            changes: So many changes an entry; more where messages and statuses share one.

        Returns:
            The status of each post.
        """
        waiting, self.held = self.held or [], None
        notices = list(order(waiting)) if order else waiting
        if not notices:
            return []
        if not entries:
            return [await self._tell(self.body([[notice]])) for notice in notices]
        dealt: list[list[Notice]] = [
            notices[n :: entries * changes] for n in range(entries * changes)
        ]
        return [await self._tell(self.body([d for d in dealt if d], changes))]

    async def flush(self, person: str) -> None:
        """Wait until all that concerns a person was posted once."""
        if courier := self._couriers.get(person):
            await asyncio.wait([courier])

    async def quiet(self, seconds: float = 60.0) -> None:
        """Wait until everything was answered with 2xx.

        Raises:
            TimeoutError: It took longer.
        """
        async with asyncio.timeout(seconds):
            while open_tasks := [
                t for t in (*self._couriers.values(), *self._retries) if not t.done()
            ]:
                await asyncio.wait(open_tasks)

    def body(self, dealt: Sequence[list[Notice]], changes: int = 1) -> Json:
        """Make a body: each list one change, so many changes one entry."""
        groups = list(itertools.chain.from_iterable(_alike(notices) for notices in dealt))
        made = [self._change(group) for group in groups]
        size = max(changes, 1)
        entries = [made[n : n + size] for n in range(0, len(made), size)]
        body = {
            "object": "whatsapp_business_account",
            "entry": [{"id": self.account_id, "changes": entry} for entry in entries],
        }
        self._violations += problems_of_webhook(body)
        return body

    def signature(self, raw: bytes, secret: str | None = None) -> str:
        """Sign a body as the app does, or as another would."""
        key = (self.app_secret if secret is None else secret).encode()
        return "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()

    async def post(self, body: Json | bytes, headers: dict[str, str] | None = None) -> int:
        """Post a body once, signed unless other headers are given; give the status, or 0."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        if headers is None:
            headers = {"X-Hub-Signature-256": self.signature(raw)}
        headers = {"Content-Type": "application/json"} | headers
        at, status = time.monotonic(), 0
        try:
            async with self._session.post(self.url, data=raw, headers=headers) as answer:
                status = answer.status
        except aiohttp.ClientError:
            pass
        self.deliveries.append(Delivery(at, raw, status, time.monotonic() - at))
        return status

    def _change(self, notices: list[Notice]) -> Json:
        first = notices[0]
        metadata = {"display_phone_number": first.number.display}
        metadata |= {"phone_number_id": first.number.id}
        value: Json = {"messaging_product": "whatsapp", "metadata": metadata}
        contacts = {json.dumps(n.contact): n.contact for n in notices if n.contact}
        if contacts:
            shuffled = list(contacts.values())
            self._shuffle.shuffle(shuffled)
            value["contacts"] = shuffled
        value[first.kind] = [notice.content for notice in notices]
        is_preference = first.kind == "user_preferences"
        return {"value": value, "field": first.kind if is_preference else "messages"}

    def _send_courier(self, person: str) -> None:
        courier = self._couriers.get(person)
        if self.url and (courier is None or courier.done()):
            self._couriers[person] = asyncio.create_task(self._deliver(person))

    async def _deliver(self, person: str) -> None:
        line = self._lines[person]
        while line:
            await self._tell(self.body([[line.pop(0)]]))

    async def _tell(self, body: Json) -> int:
        raw = json.dumps(body).encode()
        answers = [await self.post(raw) for _ in range(self.copies)]
        if not 200 <= answers[-1] < 300:
            retry = asyncio.create_task(self._try_again(raw))
            self._retries.add(retry)
            retry.add_done_callback(self._retries.discard)
        return answers[-1]

    async def _try_again(self, raw: bytes) -> None:
        pause, longest = self.retry
        status = 0
        while not 200 <= status < 300:
            await asyncio.sleep(min(pause, longest))
            pause *= 2
            status = await self.post(raw)


def _alike(notices: list[Notice]) -> list[list[Notice]]:
    """Part them into what can stand in one change: one number, one kind."""
    parts: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        parts.setdefault((notice.number.id, notice.kind), []).append(notice)
    return list(parts.values())
