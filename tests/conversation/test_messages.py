from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.announcement import Announcement
from bot.conversation.messages import (
    Block,
    BlockKind,
    Button,
    Document,
    Message,
    Quote,
    quoted,
)
from bot.domain.meaning import Language

QUOTES = st.builds(
    Quote,
    st.lists(st.tuples(st.integers(0), st.integers(0))).map(tuple),
    st.lists(st.text()).map(tuple),
    st.text(),
)
BLOCKS = st.builds(Block, st.sampled_from(BlockKind), st.text(), st.none() | QUOTES)
MESSAGES = st.builds(
    Message,
    blocks=st.lists(BLOCKS).map(tuple),
    buttons=st.lists(st.builds(Button, st.text(), st.text())).map(tuple),
    language=st.sampled_from(Language),
    edits=st.text(),
    rebuttons=st.lists(st.builds(Button, st.text(), st.text())).map(tuple),
    document=st.none() | st.builds(Document, st.text(), st.text(), st.text()),
    asks_contact=st.text(),
    closes_keyboard=st.booleans(),
    untemplated=st.booleans(),
    announced=st.builds(
        Announcement,
        st.text(),
        st.lists(st.text()).map(tuple),
        st.lists(st.text()).map(tuple),
    ),
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
)
WHOLE = Message((Block(BlockKind.BODY, "نص"),), (Button("زر", "hp1"),)).to_json()


@given(MESSAGES)
def test_a_message_survives_json(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_the_plain_text_parts_paragraphs() -> None:
    blocks = (Block(BlockKind.VERDICT, "a"), Block(BlockKind.BODY, "b\nc"))
    assert Message(blocks).plain_text == "a\n\nb\nc"
    assert Message(()).plain_text == ""


@pytest.mark.parametrize(
    "change",
    [
        *({"blocks": None}, {"blocks": [["shout", "x"]]}, {"blocks": [["body"]]}, {"blocks": 5}),
        *({"blocks": [["quote", "x", {"spans": []}]]}, {"blocks": [["quote", "x", 5]]}),
        *({"buttons": [["a"]]}, {"buttons": None}, {"language": "fr"}, {"language": None}),
    ],
)
def test_what_is_no_message_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Message.from_json({**WHOLE, **change})


@pytest.mark.parametrize("key", list(WHOLE))
def test_a_missing_key_is_refused(key: str) -> None:
    with pytest.raises(KeyError):
        Message.from_json({name: value for name, value in WHOLE.items() if name != key})


TEXT = "قال إنه  فاشل\nجداً"


def test_quoted_words_are_said_line_by_line() -> None:
    lines = [Block(BlockKind.QUOTE, f"• {n}", quoted(TEXT, ((0, 3), (4, 18)))) for n in (1, 2)]
    whole = Message((*lines, Block(BlockKind.NOTE, "n"), Block(BlockKind.QUOTE, "• 3")))
    assert whole.plain_text == ("• 1: «قال» «إنه فاشل جداً»\n• 2: «قال» «إنه فاشل جداً»\n\nn\n\n• 3")


def test_quoted_words_can_be_left_out_and_their_places_stay() -> None:
    note = Block(BlockKind.NOTE, "n")
    whole = Message((Block(BlockKind.QUOTE, "• 1", quoted(TEXT, ((9, 13),))), note))
    assert "فاشل" in whole.plain_text
    kept = whole.without_quoted_words("e:1")
    assert kept.blocks == (Block(BlockKind.QUOTE, "• 1", Quote(((9, 13),), (), "e:1")), note)
    assert "فاشل" not in json.dumps(kept.to_json(), ensure_ascii=False)


def test_few_and_short_words_are_quoted() -> None:
    many = quoted("x" * 1000, tuple((n * 100, n * 100 + 99) for n in range(9)))
    assert len(many.spans) == len(many.words) == 5
    assert {len(words) for words in many.words} == {61}
    assert quoted("x", ((5, 9),)).words == ("",)
