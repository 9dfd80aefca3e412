"""Texts on Telegram that look like markup, reorder what is read, or do not fit a message."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import regex

from bot.conversation.events import Incoming
from bot.conversation.messages import Block, BlockKind, Button, Message
from tests.delivery.product import Product, opened
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_text import clean, units
from tests.support.world import World, drafts

FAMILY = "👨‍👩‍👧‍👦"
HOSTILE = [
    "<script>alert(1)</script>",
    "</b><a href='https://evil.example'>x</a>",
    "كلمة _*[`~|\\",
    "&lt;b&gt; &amp; &#60; &",
    "أ\u202eقلب\u202c",
    f"{FAMILY} مي\u200dم",
]
LONG = {
    "4,097 units": "م" * 4097,
    "an emoji on the edge": "a" * 4095 + FAMILY + "b" * 4095 + "😀" + "c",
    "marks of direction on the edge": "a" * 4095 + "\u202e\u202c" + "b" * 10,
    "markup on the edge": "a" * 4090 + "<script>&amp;</script>" * 400,
    "words": f"كلمة {FAMILY}، </b> _*[ " * 700,
}


def bare(text: str) -> str:
    """A text as it can be compared: Telegram trims each message, and takes out some controls."""
    return regex.sub(r"\s", "", clean(text))


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_are_shown_as_they_are(
    world: World, telegram: FakeTelegram, on_telegram: Product, text: str
) -> None:
    word = text.strip()
    world.understanding.meanings[text] = drafts("offend", words={"offend": ((0, len(word)),)})
    user = telegram.user(name=text)
    await world.person("uae-fed", on_telegram.address(user))
    user.says(text)  # as a draft
    user.says(f"{text} سؤال")  # as what nobody understands
    user.starts()
    shown = await on_telegram.seen(user)
    assert f"«{clean(word)}»" in shown[0].text
    assert shown[0].marked("underline") == [clean(word)]
    assert {kind["type"] for one in shown for kind in one.entities} <= {
        *("bold", "italic", "underline", "code"),
    }
    assert len(shown) == 3
    assert telegram.refusals == []


@pytest.mark.parametrize("kind", [BlockKind.VERDICT, BlockKind.BODY, BlockKind.COPY])
@pytest.mark.parametrize("name", LONG)
async def test_what_does_not_fit_comes_whole_in_parts(
    world: World, telegram: FakeTelegram, name: str, kind: BlockKind
) -> None:
    text = LONG[name]

    async def answer(_: Incoming, __: int) -> Sequence[Message]:
        return [Message((Block(kind, text),), (Button("زر", "hp1"),))]

    async with opened(world, telegram, answer) as product, product.working():
        user = telegram.user()
        user.says("سؤال")
        shown = await product.seen(user)
        assert len(shown) > 1
        assert max(units(one.text) for one in shown) <= 4096
        assert "".join(bare(one.text) for one in shown) == bare(text)
        graphemes = [g for one in shown for g in regex.findall(r"\X", bare(one.text))]
        assert graphemes == regex.findall(r"\X", bare(text))
        assert [one.labels for one in shown] == [*[[]] * (len(shown) - 1), [["زر"]]]
        assert telegram.refusals == []
        assert len(telegram.calls("sendMessage")) == len(shown)


async def test_a_message_that_telegram_refuses_is_not_tried_for_ever(
    world: World, telegram: FakeTelegram
) -> None:
    async def answer(incoming: Incoming, _: int) -> Sequence[Message]:
        text = "\u202e" if incoming.external_id.endswith("1") else "نص"
        return [Message((Block(BlockKind.BODY, text),))]

    async with opened(world, telegram, answer) as product, product.working():
        user = telegram.user()
        for _ in range(2):
            user.says("سؤال")
        assert [one.text for one in await product.seen(user)] == ["نص"]
        assert len(telegram.refusals) == 1
