from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.channel import Limits
from bot.conversation.messages import Block, BlockKind, Button, Document, Message, Quote
from bot.conversation.splitting import split, utf16_units

BUTTONS = (Button("نعم", "ra1:a:1"), Button("لا", "ra1:a:0"))
FAMILY = "👨‍👩‍👧‍👦"
FILE = Document("f1", "ملف.txt", "text/plain")
TELEGRAM = Limits(4096, 40)


def message(*texts: str, edits: str = "") -> Message:
    return Message(tuple(Block(BlockKind.BODY, text) for text in texts), BUTTONS, edits=edits)


def texts(parts: list[Message]) -> list[str]:
    return [part.plain_text for part in parts]


def graphemes(texts: list[str]) -> list[str]:
    return sorted(grapheme for text in texts for grapheme in regex.findall(r"\X", text))


def test_what_fits_stays_one_message() -> None:
    whole = message("a" * 4000, "b" * 94, edits="7")
    assert split(whole, TELEGRAM) == [whole]


def test_the_empty_line_between_paragraphs_counts() -> None:
    assert texts(split(message("a" * 4000, "b" * 95), TELEGRAM)) == ["a" * 4000, "b" * 95]


def test_the_first_part_edits_and_the_last_has_the_buttons() -> None:
    parts = split(message("a" * 4096, "b" * 4096, "c", edits="7"), TELEGRAM)
    assert [part.edits for part in parts] == ["7", "", ""]
    assert [part.buttons for part in parts] == [(), (), BUTTONS]


def test_quoted_words_count_and_stay_with_their_line() -> None:
    line = Block(BlockKind.QUOTE, "• عنوان", Quote(((0, 60),), ("س" * 60,)))
    whole = Message((Block(BlockKind.BODY, "a" * 4080), line, Block(BlockKind.NOTE, "n")))
    first, second = split(whole, TELEGRAM)
    assert first.blocks == whole.blocks[:1]
    assert second.blocks == whole.blocks[1:]


def test_each_piece_keeps_its_blocks_kind() -> None:
    long = Message((Block(BlockKind.VERDICT, "لا"), Block(BlockKind.CITATION, "مادة " * 1000)))
    parts = split(long, TELEGRAM)
    assert [[block.kind for block in part.blocks] for part in parts] == [
        [BlockKind.VERDICT],
        [BlockKind.CITATION],
        [BlockKind.CITATION],
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("aaaa aaaa\n\nbb. bb bb bb bb", "aaaa aaaa\n\n"),  # a paragraph before a sentence
        ("aaaa aaaa\nbbbb bbbb bbbb", "aaaa aaaa\n"),  # a line before a word
        ("هل أنشر؟ نعم. لا تنشر اسم", "هل أنشر؟ نعم. "),  # a sentence, with Arabic marks
        ("a\n\nbbbb bbbb bbbb bbbb", "a\n\nbbbb bbbb "),  # no tiny part for a paragraph's sake
        ("aaaa bbbbbbbbbbbbbbbbbb", "aaaa "),  # no word is cut
        ("a" * 30, "a" * 16),  # but for a word that is longer than a message
        ("aaaaaaaaaaaaaaa " + "\n" * 9, "aaaaaaaaaaaaaa"),  # no part of white space
    ],
)
def test_where_it_cuts(text: str, first: str) -> None:
    parts = texts(split(message(text), Limits(16, 40)))
    assert parts[0] == first
    assert "".join(parts) == text


def test_4097_units_of_emoji_are_cut_between_people() -> None:
    text = "a" * 4090 + FAMILY
    assert utf16_units(text) == 4101
    assert texts(split(message(text), TELEGRAM)) == ["a" * 4090, FAMILY]


def test_a_grapheme_longer_than_a_message_is_cut_for_it_could_not_be_sent() -> None:
    text = "a" + "\u0301" * 5000
    parts = texts(split(message(text), TELEGRAM))
    assert "".join(parts) == text
    assert max(map(utf16_units, parts)) <= 4096


def test_a_long_text_is_cut_fast() -> None:
    parts = split(message("نشر الأخبار. " * 20_000), TELEGRAM)
    assert len(parts) == 64


_PIECES = st.sampled_from(
    ["a", "نَشْر", " ", "\n", "\n\n", ". ", "؟ ", "😀", FAMILY, "🇦🇪", "e\u0301", "\r\n", "ـ", "1"]
)
_TEXTS = st.lists(st.lists(_PIECES, max_size=60).map("".join), min_size=1, max_size=4)


@given(blocks=_TEXTS, units=st.integers(24, 60))
def test_parts_fit_lose_nothing_and_cut_no_grapheme(blocks: list[str], units: int) -> None:
    whole = message(*blocks, edits="7")
    parts = split(whole, Limits(units, 40))
    assert all(utf16_units(part.plain_text) <= units for part in parts)
    pieces = [block.text for part in parts for block in part.blocks]
    assert "".join(pieces) == "".join(blocks)
    assert graphemes(pieces) == graphemes(blocks)
    assert [part.edits for part in parts] == ["7", *[""] * (len(parts) - 1)]
    assert [part.buttons for part in parts] == [*[()] * (len(parts) - 1), BUTTONS]
    assert all(part.language == whole.language for part in parts)


@pytest.mark.parametrize(
    ("limits", "more", "last"),
    [
        (Limits(4096, 40, caption_units=1024), {}, 3000),  # ordinary buttons take nothing away
        (Limits(4096, 40, caption_units=1024), {"document": FILE}, 1024),
        (Limits(4096, 40, buttoned_units=900), {"document": FILE}, 900),
        (Limits(4096, 40, buttoned_units=900, caption_units=1024), {"document": FILE}, 900),
        (Limits(4096, 40, buttoned_units=900), {}, 900),
    ],
)
def test_what_stands_beside_a_document(limits: Limits, more: dict[str, Any], last: int) -> None:
    whole = replace(message("a" * 3000, edits="7"), asks_contact="x", closes_keyboard=True, **more)
    parts = split(whole, limits)
    assert "".join(texts(parts)) == "a" * 3000
    assert 0 < len(texts(parts)[-1]) <= last
    assert len(parts) == (1 if last == 3000 else 2)
    *before, end = parts
    assert end.document == whole.document
    assert (end.buttons, end.asks_contact, end.closes_keyboard) == (BUTTONS, "x", True)
    for part in before:
        assert part == Message(part.blocks, language=part.language, edits="7")


PICTURE = Document("p1", "درس.png", "image/png")
CAPTIONED = Limits(4096, 40, caption_units=1024)
BUTTONED = Limits(4000, 20, buttoned_units=900)


@pytest.mark.parametrize(
    ("written", "limits", "parted"),
    [
        (("عنوان", "a" * 1017), CAPTIONED, [("عنوان\n\n" + "a" * 1017, True)]),
        (("عنوان", "a" * 1018), CAPTIONED, [("عنوان", True), ("a" * 1018, False)]),
        (("b" * 1025, "a"), CAPTIONED, [("", True), ("b" * 1025 + "\n\na", False)]),
        (("b" * 1024,), CAPTIONED, [("b" * 1024, True)]),
        (
            ("عنوان", "a" * 900),
            Limits(4000, 20, buttoned_units=900),
            [("عنوان", True), ("a" * 900, False)],
        ),
        (("عنوان", "a" * 2000), TELEGRAM, [("عنوان\n\n" + "a" * 2000, True)]),
    ],
)
def test_a_picture_comes_before_what_cannot_stand_beside_it(
    written: tuple[str, ...], limits: Limits, parted: list[tuple[str, bool]]
) -> None:
    parts = split(replace(message(*written), document=PICTURE), limits)
    assert [(part.plain_text, part.document is not None) for part in parts] == parted
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
