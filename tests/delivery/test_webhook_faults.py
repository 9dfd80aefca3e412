"""Webhooks that come too often, in the wrong order, forged, poisoned, or while nobody can store."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import log
from bot.channels.telegram import webhook as telegram_webhook
from bot.channels.whatsapp import webhook as whatsapp_webhook
from bot.records.database import Database
from bot.records.inbox import InboxState
from tests.delivery.product import SECRET, Product, opened
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.outage import outage
from tests.support.world import World

Platform = FakeWhatsApp | FakeTelegram
Body = dict[str, Any]
POSTS = 50


@pytest.fixture
async def product(world: World, platform: Platform) -> AsyncIterator[Product]:
    """At work, on each platform."""
    async with opened(world, platform) as product, product.working():
        yield product


@asynccontextmanager
async def three(world: World, url: str, platform: Platform) -> AsyncIterator[list[Product]]:
    """Three processes' worth of the product, on one database."""
    async with AsyncExitStack() as stack:
        products = []
        for _ in range(3):
            database = Database(url)
            stack.push_async_callback(database.dispose)
            own = World(database, moment=world.moment)
            product = await stack.enter_async_context(opened(own, platform))
            await stack.enter_async_context(product.working())
            products.append(product)
        yield products


def body_of(platform: Platform, user: Any, text: str) -> Body:
    """What the platform would post of a text, which does not come by itself."""
    if isinstance(platform, FakeTelegram):
        with platform.holding() as held:
            update: Body = user.says(text)
            held.clear()
        return update
    platform.webhook.hold()
    user.says(text)
    notices, platform.webhook.held = platform.webhook.held or [], None
    return platform.webhook.body([notices])


async def post(product: Product, body: Body) -> int:
    platform = product.platform
    if isinstance(platform, FakeTelegram):
        platform.methods.webhook_url = product.url + telegram_webhook.PATH
        return (await platform.posts(body))[0]
    platform.webhook.url = product.url + whatsapp_webhook.PATH
    return await platform.webhook.post(body)


def shown(platform: Platform, user: FakeUser | TelegramUser) -> list[str]:
    return [message.text for message in platform.messages_to(user)]  # type: ignore[arg-type]


async def test_fifty_copies_on_three_replicas_have_one_answer(
    world: World, database_url: str, platform: Platform
) -> None:
    sara, omar = platform.user(), platform.user("عمر")
    async with three(world, database_url, platform) as products:
        copy = body_of(platform, sara, "مرحبا")
        posts = [post(products[number % 3], copy) for number in range(POSTS)]
        assert await asyncio.gather(*posts) == [200] * POSTS
        await until(lambda: len(shown(platform, sara)) == 1)
        # When this one is answered, another of the first would be too.
        await post(products[1], body_of(platform, omar, "مرحبا"))
        await until(lambda: len(shown(platform, omar)) == 1)
        await products[0].settled()
    assert len(shown(platform, sara)) == 1
    sends = [call for call in platform.wire if call.method in {"messages", "sendMessage"}]
    assert len(sends) == 2


async def test_the_later_before_the_earlier_on_two_replicas_are_both_answered(
    world: World, database_url: str, platform: Platform
) -> None:
    sara, both = platform.user(), platform.user("عمر")
    async with three(world, database_url, platform) as (first, second, _):
        for user in (sara, both):
            bodies = [body_of(platform, user, text) for text in ("مرحبا", "?")]
            late, early = post(first, bodies[1]), post(second, bodies[0])
            if user is sara:
                assert await late == 200
                await until(lambda: len(shown(platform, sara)) == 1)
                assert await early == 200
            else:
                assert set(await asyncio.gather(late, early)) == {200}
            await until(lambda user=user: len(shown(platform, user)) == 2)  # type: ignore[misc]
        await first.settled()
        events = await first.events()
    done = [event for event in events if not event.external_id.startswith("status:")]
    assert [event.state for event in done] == [InboxState.DONE] * 4


def forged(platform: Platform, raw: bytes) -> list[dict[str, str]]:
    if isinstance(platform, FakeTelegram):
        name = "X-Telegram-Bot-Api-Secret-Token"
        return [{}, {name: ""}, {name: SECRET[:-1]}, {name: SECRET.upper()}]
    name, sign = "X-Hub-Signature-256", platform.webhook.signature
    anew = json.dumps(json.loads(raw), ensure_ascii=False).encode()
    sha1 = hmac.new(platform.webhook.app_secret.encode(), raw, hashlib.sha1).hexdigest()
    wrong = [f"sha256={'0' * 64}", sign(anew), sign(raw, "another app's secret"), f"sha1={sha1}"]
    return [{}, {"X-Hub-Signature": f"sha1={sha1}"}, *({name: value} for value in wrong)]


@pytest.mark.usefixtures("log_as_before")
async def test_forged_posts_leave_no_row_and_no_word_in_the_log(
    product: Product, platform: Platform
) -> None:
    lines = io.StringIO()
    log.configure(lines, json=True)
    sara = platform.user()
    raw = json.dumps(body_of(platform, sara, "كلمة سرية")).encode()
    is_telegram = isinstance(platform, FakeTelegram)
    path = telegram_webhook.PATH if is_telegram else whatsapp_webhook.PATH
    async with ClientSession() as session:
        for headers in forged(platform, raw):
            async with session.post(product.url + path, data=raw, headers=headers) as answer:
                assert answer.status == 401
    await product.settled()
    assert await product.events() == []
    assert lines.getvalue().count("webhook_refused") == len(forged(platform, raw))
    for private in ("سرية", json.dumps("سرية").strip('"'), sara.phone, SECRET):
        assert private not in lines.getvalue()


@pytest.mark.long
async def test_what_comes_while_the_database_is_away_is_answered_once_when_it_is_back(
    product: Product, platform: Platform, database_url: str
) -> None:
    users = [platform.user() for _ in range(12)]
    for user in users[:4]:
        user.says("مرحبا")
    await product.settled()
    async with outage(database_url):
        for user in users[4:]:
            user.says("مرحبا")
        await until(lambda: refusals(platform) >= len(users) - 4)
        assert 200 not in statuses(platform)[-len(users) + 4 :]
    await product.run_out(timedelta(hours=1))
    assert [len(shown(platform, user)) for user in users] == [1] * len(users)


def statuses(platform: Platform) -> list[int]:
    if isinstance(platform, FakeTelegram):
        return [status for _, status in platform.deliveries]
    return [delivery.status for delivery in platform.webhook.deliveries]


def refusals(platform: Platform) -> int:
    return statuses(platform).count(503)


def poisoned(platform: Platform, body: Body) -> Body:
    """Authentic, and nothing that can be read: the text is a number."""
    if isinstance(platform, FakeTelegram):
        return body | {"message": body["message"] | {"text": 5}}
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    message["text"] = {"body": 5}
    return body


async def test_poison_is_put_aside_and_the_next_of_its_chat_is_answered(
    product: Product, platform: Platform
) -> None:
    sara = platform.user()
    poison = poisoned(platform, body_of(platform, sara, "مرحبا"))
    for _ in range(2):
        assert await post(product, poison) == 200
    assert await post(product, body_of(platform, sara, "مرحبا")) == 200
    await product.settled()
    assert len(shown(platform, sara)) == 1
    first, second, *_ = await product.events()
    assert (first.state, first.error) == (InboxState.QUARANTINED, "parse:TypeError")
    assert "5" in str(first.payload)
    assert second.state is InboxState.DONE


async def test_poison_among_others_of_one_body_holds_up_none_of_them(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    users = [whatsapp.user() for _ in range(3)]
    whatsapp.webhook.hold()
    for user in users:
        user.says("مرحبا")
    notices, whatsapp.webhook.held = whatsapp.webhook.held or [], None
    body = whatsapp.webhook.body([notices])
    messages = body["entry"][0]["changes"][0]["value"]["messages"]
    messages[1:2] = [5, {"id": 7}, {**messages[1], "text": None}, {}, "x"]
    assert await whatsapp.webhook.post(body) == 200
    await on_whatsapp.settled()
    assert [len(shown(whatsapp, user)) for user in users] == [1, 0, 1]
    aside = [e for e in await on_whatsapp.events() if e.state is InboxState.QUARANTINED]
    assert len(aside) == 5
