import json
from dataclasses import replace
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup

from bot.channels.telegram.outbound import LIMITS, caption, parameters
from bot.conversation.buttons import AskPerson, RateAnswer, ShowHelp, ShowMore, encode
from bot.conversation.messages import Block, BlockKind, Button, Message, Quote
from tests.fakes.telegram_text import parse_html

HOSTILE = [
    "<script>alert(1)</script>",
    "</b><a href='https://evil.example'>x</a>",
    "_*[`~|\\",
    "&lt;b&gt; & &amp; &#60;",
    "a \"quoted\" 'text'",
    "👩‍⚕️👨‍👩‍👧‍👦 تجربة",
    "<",
    "5 < 6 > 4",
]


def message(*buttons: Button, text: str = "الجواب", kind: BlockKind = BlockKind.BODY) -> Message:
    return Message((Block(kind, text),), buttons)


def rows(*buttons: Button) -> list[list[str]]:
    markup = parameters(message(*buttons))["reply_markup"]
    assert isinstance(markup, InlineKeyboardMarkup)
    return [[button.text for button in row] for row in markup.inline_keyboard]


def button(label: str, data: str | None = None) -> Button:
    return Button(label, data or encode(ShowHelp()))


def test_a_whole_answer() -> None:
    answer = Message(
        (
            Block(BlockKind.VERDICT, "محظور"),
            Block(BlockKind.BODY, "لا تنشر <صور> العمل."),
            Block(BlockKind.CITATION, "المادة 4 & 5"),
            Block(BlockKind.NOTE, "للاستفسار: الموارد البشرية"),
        ),
        (Button("المزيد", encode(ShowMore("42"))),),
    )
    made: dict[str, Any] = dict(parameters(answer))
    for key in ("link_preview_options", "reply_markup"):
        made[key] = json.loads(made[key].to_json())
    assert made == {
        "text": "<b>محظور</b>\n\nلا تنشر &lt;صور&gt; العمل.\n\n<i>المادة 4 &amp; 5</i>\n\n"
        "للاستفسار: الموارد البشرية",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "المزيد", "callback_data": "mo1:42"}]]},
    }


def test_no_buttons_no_keyboard() -> None:
    assert parameters(message())["reply_markup"] is None


@pytest.mark.parametrize("kind", BlockKind)
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_says_is_shown_and_not_obeyed(text: str, kind: BlockKind) -> None:
    shown, entities = parse_html(parameters(message(text=text, kind=kind))["text"])
    assert shown == text
    marked = {
        BlockKind.VERDICT: ["bold"],
        BlockKind.CITATION: ["italic"],
        BlockKind.COPY: ["code"],
    }
    assert [entity["type"] for entity in entities] == marked.get(kind, [])


@pytest.mark.parametrize("text", HOSTILE)
def test_quoted_words_are_marked_whatever_they_say(text: str) -> None:
    lines = tuple(
        Block(BlockKind.QUOTE, title, Quote(((0, 4), (6, 9)), (text, "غبي")))
        for title in ("• الأول", "• الثاني")
    )
    shown, entities = parse_html(parameters(Message((*lines, Block(BlockKind.NOTE, "ن"))))["text"])
    assert shown == f"• الأول: «{text}» «غبي»\n• الثاني: «{text}» «غبي»\n\nن"
    assert [entity["type"] for entity in entities] == ["underline"] * 4


def test_an_override_of_direction_does_not_break_the_markup() -> None:
    made = parameters(message(text="أ\u202e<b>ب", kind=BlockKind.VERDICT))
    assert parse_html(made["text"])[0] == "أ<b>ب"  # Telegram takes the control out


RATE = (
    button("نعم، أفادني هذا الجواب كثيرا", encode(RateAnswer("42", "1"))),
    button("لا", encode(RateAnswer("42", "0"))),
)
PERSON = button("سؤال", encode(AskPerson("42")))


@pytest.mark.parametrize(
    ("buttons", "expected"),
    [
        ([button("1")], [["1"]]),
        ([button("1"), button("2"), button("3")], [["1", "2", "3"]]),
        ([button(str(n)) for n in range(7)], [["0", "1", "2"], ["3", "4", "5"], ["6"]]),
        ([button("a" * 18), button("b")], [["a" * 18, "b"]]),
        ([button("a" * 19), button("b")], [["a" * 19], ["b"]]),
        ([button("👨‍👩‍👧‍👦" * 18), button("b")], [["👨‍👩‍👧‍👦" * 18, "b"]]),
        ([button("مُ" * 18), button("b")], [["مُ" * 18, "b"]]),
        ([*RATE, PERSON], [[RATE[0].label, "لا"], ["سؤال"]]),
        ([button("1"), RATE[1], RATE[1]], [["1"], ["لا", "لا"]]),
    ],
)
def test_rows(buttons: list[Button], expected: list[list[str]]) -> None:
    assert rows(*buttons) == expected


@pytest.mark.parametrize("data", ["", "م" * 33, "a" * 65])
def test_button_data_that_telegram_would_refuse(data: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        parameters(message(Button("x", data)))


def test_button_data_of_64_bytes_fits() -> None:
    assert rows(Button("x", "م" * 32)) == [["x"]]


def keyboard(**more: Any) -> dict[str, Any] | None:
    made = parameters(replace(message(button("1")), **more))["reply_markup"]
    return made.to_dict() if made else None


def test_the_button_that_shares_the_number() -> None:
    assert keyboard(buttons=(), asks_contact="مشاركة رقمي") == {
        "keyboard": [[{"text": "مشاركة رقمي", "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_it_goes_away_when_the_chat_is_linked_and_buttons_with_it() -> None:
    assert keyboard(closes_keyboard=True) == {"remove_keyboard": True}


def test_buttons_leave_no_place_for_it() -> None:
    assert keyboard(asks_contact="مشاركة رقمي") == keyboard()


def test_a_caption_is_marked_like_a_text() -> None:
    made = caption(message(button("1"), text="<b>", kind=BlockKind.VERDICT))
    assert (made["caption"], made["parse_mode"]) == ("<b>&lt;b&gt;</b>", "HTML")
    assert isinstance(made["reply_markup"], InlineKeyboardMarkup)


def test_limits() -> None:
    assert (LIMITS.text_units, LIMITS.caption_units, LIMITS.buttoned_units) == (4096, 1024, None)
