"""Names and texts that are markup, turn the direction, or do not fit: all arrive whole."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from html import unescape
from itertools import accumulate
from typing import Any

import pytest
import regex

from bot.conversation.events import Incoming, Text
from bot.conversation.messages import Block, BlockKind, Message
from bot.records.outbox import OutboxState
from tests.delivery.product import Product, opened
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_text import clean
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.world import World, drafts

Platform = FakeWhatsApp | FakeTelegram
NAME = "</b><a href='u'>\u202e<script>alert(1)</script>_*[`~\u200d👩‍⚕️"
TEXTS = {
    "script": "<script>alert(1)</script> &amp; 1 < 2 > 0",
    "link": "</b><a href='https://u.example'>نص</a><b>",
    "marks": "_*[نص](u)`~ ```` **ب** __ج__ ~~د~~ snake_case_name",
    "quoting": "> أول\n>> ثان\n* ثالث\n1. رابع",
    "direction": "قبل \u202eعكس\u202c بعد \u2066x\u2069 \u200f\u200e",
    "joiners": "می\u200cخواهم 👩\u200d⚕️👨\u200d👩\u200d👧\u200d👦🇦🇪 e\u0301\u0302",
    "4,097 units": "م" * 4097,
    "4,097 units of emoji": "👍🏽" * 1024 + "م",
    "an emoji on the edge": "م" * 3999 + "👩‍⚕️" + "ن" * 90,
    "a family on every edge": "👨\u200d👩\u200d👧\u200d👦" * 900,
    "no space for long": "https://u.example/" + "a" * 8000,
}
_GRAPHEME = regex.compile(r"\X")
_LOOKALIKES = str.maketrans("∗ˍ∼ˋ›", "*_~`>")
"""WhatsApp has no escaping: what it would read as a mark is shown as a sign that looks like it."""


@pytest.fixture
async def echoing(world: World, platform: Platform) -> AsyncIterator[Product]:
    """Says what it hears, on each platform."""

    async def echo(incoming: Incoming, _: int) -> Sequence[Message]:
        await world.enrolment.meet(incoming.address, None)
        assert isinstance(incoming.content, Text)
        return [Message((Block(BlockKind.BODY, incoming.content.text),))]

    async with opened(world, platform, echo) as product, product.working():
        yield product


def told(platform: Platform, user: Any) -> list[str]:
    """What was sent to somebody, message by message."""
    if isinstance(platform, FakeWhatsApp):
        return [message.text.translate(_LOOKALIKES) for message in platform.messages_to(user)]
    calls = [call.params for call in platform.calls("sendMessage")]
    return [unescape(call["text"]) for call in calls if call["chat_id"] == user.id]


def cuts_a_grapheme(parts: Sequence[str]) -> bool:
    graphemes = {match.start() for match in _GRAPHEME.finditer("".join(parts))}
    return any(place not in graphemes for place in list(accumulate(map(len, parts)))[:-1])


def is_shown(platform: Platform, user: Any, text: str) -> bool:
    """Say whether it is seen: Telegram takes overrides of the direction and outer spaces away."""
    if isinstance(platform, FakeWhatsApp):
        return True
    seen = "".join(message.text for message in platform.messages_to(user))
    return "".join(seen.split()) == "".join(clean(text).split())


def random_texts(number: int) -> list[str]:
    """Made of the same hostile pieces, of any length."""
    chance = random.Random(7)  # noqa: S311 - the same texts each time
    pieces = [*"<>&_*[]`~|\\\"'", "</b>", "\n", " ", "س", "سلام ", "👩‍⚕️", "🇴🇲", "\u202e", "\u200d"]
    return [
        "س" + "".join(chance.choices(pieces, k=chance.randint(1, 5000))) + "س"
        for _ in range(number)
    ]


@pytest.mark.long
async def test_hostile_texts_arrive_as_they_are(echoing: Product, platform: Platform) -> None:
    texts = [*TEXTS.values(), *random_texts(8)]
    users = [platform.user(NAME) for _ in texts]
    for user, text in zip(users, texts, strict=True):
        user.says(text)
    await echoing.settled()
    for user, text in zip(users, texts, strict=True):
        parts = told(platform, user)
        assert "".join(parts) == text
        assert not cuts_a_grapheme(parts)
        assert is_shown(platform, user, text)
    rows = await echoing.messages()
    assert OutboxState.FAILED not in {row.state for row in rows}
    assert {row.attempts for row in rows} == {1}
    sends = [call for call in platform.wire if call.method in {"messages", "sendMessage"}]
    assert {(call.status, call.outcome) for call in sends} == {(200, "ok")}
    assert len(sends) == len(rows)


@pytest.mark.long
async def test_hostile_names_and_posts_pass_through_the_conversation(
    world: World, platform: Platform
) -> None:
    async with opened(world, platform) as product, product.working():
        for text in TEXTS.values():
            user = platform.user(NAME)
            await world.person("uae-fed", product.address(user))
            half = len(text) // 2
            words = {"offend": ((0, min(12, half)), (half, half + 9))}
            world.understanding.meanings[text] = drafts("offend", words=words)
            user.says("/check")
            user.says(text)
        await product.settled()
        rows = await product.messages()
        sends = [call for call in platform.wire if call.method in {"messages", "sendMessage"}]
    assert OutboxState.FAILED not in {row.state for row in rows}
    assert {call.status for call in sends} == {200}
    people = platform.users if isinstance(platform, FakeWhatsApp) else platform.users.values()
    for user in people:
        said = [shown.text for shown in platform.messages_to(user)]  # type: ignore[arg-type]
        assert len(said) >= 2
        assert NAME not in " ".join(said)
