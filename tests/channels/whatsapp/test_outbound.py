import functools
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.labels import titles
from bot.channels.whatsapp.markup import marked, plain
from bot.channels.whatsapp.outbound import (
    LIMITS,
    contents,
    recipient,
    template_content,
)
from bot.conversation.announcement import WAITING
from bot.conversation.buttons import ShowHelp, ShowMore, ShowPage, decode, encode
from bot.conversation.messages import Block, BlockKind, Button, Document, Message, Quote
from bot.conversation.splitting import utf16_units
from bot.domain.meaning import Language
from bot.library.templates import Template
from tests.support.content import real_library

SAY = functools.partial(real_library().phrases.say, language=Language.ARABIC)
HOSTILE = [
    "*غامق* و_مائل_ و~مشطوب~ و`رمز` و```كتلة```",
    "> اقتباس\n> ثان",
    "* نقطة\n* أخرى",
    "<script>alert(1)</script></b><a href='x'>",
    "👩‍⚕️👨‍👩‍👧‍👦 تجربة",
    "أ\u202e*ب*",
    "*",
    "__a__ *b",
]
FILE = Document("f" * 32, "بياناتي.txt", "text/plain")
PICTURE = Document("e" * 32, "muscat.l1.png", "image/png", "ما فيها")


def message(*buttons: Button, text: str = "الجواب", kind: BlockKind = BlockKind.BODY) -> Message:
    return Message((Block(kind, text),), buttons)


def button(label: str, number: int = 0) -> Button:
    return Button(label, encode(ShowMore(f"{number}")))


def sent(made: Message, media: str = "") -> dict[str, Any]:
    (content,) = contents(made, "7", SAY, media)
    return json.loads(json.dumps(content))  # type: ignore[no-any-return]


def rows(made: Message) -> list[dict[str, str]]:
    (section,) = sent(made)["interactive"]["action"]["sections"]
    return list(section["rows"])


def test_a_whole_answer() -> None:
    answer = Message(
        (
            Block(BlockKind.VERDICT, "⛔ محظور"),
            Block(BlockKind.BODY, "لا تنشر صور العمل في #وزارة_الصحة."),
            Block(BlockKind.CITATION, "المادة 4\nالمادة 5"),
            Block(BlockKind.QUOTE, "• الأول", Quote(((0, 4),), ("غبي",))),
            Block(BlockKind.QUOTE, "• الثاني", Quote(((5, 9),), ("*جدا*",))),
            Block(BlockKind.COPY, "رأيي *الشخصي*"),
        ),
        (Button("👍👎 قيّم", "ra1:42:"), Button("المزيد", "mo1:42"), Button("اسأل موظفاً", "pe1:42")),
    )
    assert sent(answer) == {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {
                "text": "*⛔ محظور*\n\nلا تنشر صور العمل في #وزارة_الصحة.\n\n"
                "_المادة 4_\n_المادة 5_\n\n• الأول: «غبي»\n• الثاني: «∗جدا∗»\n\n"
                "```رأيي *الشخصي*```"
            },
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "ra1:42:", "title": "👍👎 قيّم"}},
                    {"type": "reply", "reply": {"id": "mo1:42", "title": "المزيد"}},
                    {"type": "reply", "reply": {"id": "pe1:42", "title": "اسأل موظفاً"}},
                ]
            },
        },
    }


def test_text_alone() -> None:
    assert sent(message()) == {"type": "text", "text": {"body": "الجواب", "preview_url": False}}


def test_labels_that_are_cut_stand_in_full_above() -> None:
    long = "إعادة نشر خبر عن قضية منظورة أمام المحكمة"
    made = sent(message(button(long, 1), button("لا", 2)))["interactive"]
    shown = [each["reply"]["title"] for each in made["action"]["buttons"]]
    assert shown == ["إعادة نشر خبر عن…", "لا"]
    assert made["body"]["text"] == f"الجواب\n\n• {long}"


def test_more_than_three_are_a_list() -> None:
    long = "وزارة الصحة ووقاية المجتمع في الإمارات"
    made = message(*(button(label, n) for n, label in enumerate(["أ", long, "ج", "د"])))
    interactive = sent(made)["interactive"]
    assert (interactive["type"], interactive["action"]["button"]) == ("list", "اختر")
    assert interactive["body"] == {"text": "الجواب"}
    assert rows(made) == [
        {"id": "mo1:0", "title": "أ"},
        {"id": "mo1:1", "title": "وزارة الصحة ووقاية…", "description": long},
        {"id": "mo1:2", "title": "ج"},
        {"id": "mo1:3", "title": "د"},
    ]


def test_a_row_that_even_its_description_cuts_stands_in_full_above() -> None:
    long = "كلمة " * 20
    made = message(*(button(label, n) for n, label in enumerate(["أ", long, "ج", "د"])))
    assert rows(made)[1]["description"].endswith("كلمة…")
    assert sent(made)["interactive"]["body"]["text"] == f"الجواب\n\n• {long.strip()}"


def page(number: int, page: int) -> list[str]:
    buttons = tuple(button(f"زر {n}", n) for n in range(number))
    made = Message((Block(BlockKind.BODY, "ن"),), buttons, page=page)
    return [row["id"] for row in rows(made)]


def ids(first: int, last: int) -> list[str]:
    return [f"mo1:{n}" for n in range(first, last)]


def test_more_than_ten_are_shown_page_by_page() -> None:
    assert page(10, 0) == ids(0, 10)
    assert page(11, 0) == [*ids(0, 9), "pg1:7:1"]
    assert page(11, 1) == ids(9, 11)
    assert page(19, 1) == ids(9, 19)
    assert page(20, 1) == [*ids(9, 18), "pg1:7:2"]
    assert page(20, 2) == ids(18, 20)
    assert page(20, 99) == ids(18, 20)


@given(st.integers(4, 60))
def test_every_button_is_on_one_page(number: int) -> None:
    seen: list[str] = []
    for number_of_page in range(20):
        shown = page(number, number_of_page)
        more = ShowPage("7", str(number_of_page + 1))
        seen += [each for each in shown if decode(each) != more]
        if decode(shown[-1]) != more:
            break
    assert seen == ids(0, number)


def test_a_file_goes_along() -> None:
    alone = Message((Block(BlockKind.BODY, "بياناتك"),), document=FILE)
    document = {"id": "99", "filename": "بياناتي.txt"}
    assert sent(alone, "99") == {
        "type": "document",
        "document": {**document, "caption": "بياناتك"},
    }
    assert sent(Message((), document=FILE), "99")["document"] == document
    beside = sent(Message(alone.blocks, (button("احذف"),), document=FILE), "99")["interactive"]
    assert beside["header"] == {"type": "document", "document": document}
    many = Message(alone.blocks, tuple(button(str(n), n) for n in range(4)), document=FILE)
    first, second = contents(many, "7", SAY, "99")
    assert first == {"type": "document", "document": document}
    assert second["interactive"]["type"] == "list"


def test_a_picture_is_shown_not_offered() -> None:
    alone = Message((Block(BlockKind.BODY, "الدرس"),), document=PICTURE)
    assert sent(alone, "99") == {"type": "image", "image": {"id": "99", "caption": "الدرس"}}
    beside = sent(Message(alone.blocks, (button("السؤال"),), document=PICTURE), "99")
    assert beside["interactive"]["header"] == {"type": "image", "image": {"id": "99"}}
    many = Message(alone.blocks, tuple(button(str(n), n) for n in range(4)), document=PICTURE)
    first, second = contents(many, "7", SAY, "99")
    assert first == {"type": "image", "image": {"id": "99"}}
    assert second["interactive"]["type"] == "list"


def test_a_file_name_reorders_nothing_and_leads_nowhere() -> None:
    evil = Document("f" * 32, "../a\u202egnp.exe\n", "text/plain")
    made = sent(Message((), document=evil), "9")
    assert made["document"]["filename"] == "..-a gnp.exe"


def test_buttons_that_do_the_same_are_one() -> None:
    same = [Button("أ", "hp1"), Button("ب", "br1"), Button("ج", "hp1")]
    made = sent(message(*same))["interactive"]["action"]["buttons"]
    assert [each["reply"]["title"] for each in made] == ["أ", "ب"]


def test_labels_that_would_read_alike_are_numbered() -> None:
    long = "نص طويل جدا لا يتسع له"
    given_ = [long, f"{long} الزر", "نعم", "نعم", "", " \n"]
    shown = titles(given_, 20)
    assert shown == ["نص طويل جدا لا يتسع…", "نص طويل جدا لا… 2", "نعم", "نعم 2", "5 …", "6 …"]


@pytest.mark.parametrize("data", ["", "م" * 33, "a" * 65, " hp1"])
def test_button_data_that_does_not_fit(data: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        contents(message(Button("x", data)), "7", SAY)


def test_recipients() -> None:
    fixed = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    assert recipient("971500000001") == {**fixed, "to": "971500000001"}
    assert recipient("AE.134") == {**fixed, "recipient": "AE.134"}


def test_the_template_that_asks_a_person_to_write() -> None:
    waiting = real_library().templates[WAITING]
    for language in Language:
        assert template_content(waiting, Message((), language=language)) == {
            "type": "template",
            "template": {
                "name": "waai_message_waiting",
                "language": {"code": language.value},
                "components": [],
            },
        }
    assert template_content(waiting, message()) is None


def test_the_values_of_a_template_are_single_lines() -> None:
    body = {"ar": "تعميم {{1}} من {{2}}.", "en": "Circular {{1}} by {{2}}."}
    template = Template.model_validate({"name": "t", "category": "utility", "body": body})
    blocks = Block(BlockKind.BODY, "أ\n\n ب\t\tج"), Block(BlockKind.BODY, "د      ه")
    made = template_content(template, Message(blocks))
    assert made is not None
    (component,) = made["template"]["components"]
    assert [each["text"] for each in component["parameters"]] == ["أ ب ج", "د ه"]


def test_a_templates_button_sends_back_what_the_message_says() -> None:
    circular = real_library().templates["circular"]
    blocks = Block(BlockKind.BODY, "2026/14"), Block(BlockKind.BODY, "الموارد البشرية")
    made = template_content(circular, Message(blocks, (Button("", "cs1:0123456789abcdef"),)))
    assert made is not None
    assert made["template"]["components"][1:] == [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "0",
            "parameters": [{"type": "payload", "payload": "cs1:0123456789abcdef"}],
        }
    ]
    assert template_content(circular, Message(blocks)) is None


MARKS = re.compile(r"[*~`]")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [BlockKind.BODY, BlockKind.NOTE, BlockKind.QUOTE])
def test_what_a_text_holds_marks_nothing(text: str, kind: BlockKind) -> None:
    written = marked(Block(kind, text))
    assert not MARKS.search(written)
    assert not re.search(r"(?m)^>", written)
    assert len(written) == len(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_marked_is_marked_whole(text: str) -> None:
    for line in marked(Block(BlockKind.VERDICT, text)).split("\n"):
        assert re.fullmatch(r"\*\S[^*]*\*", line)
    for line in marked(Block(BlockKind.CITATION, text)).split("\n"):
        assert re.fullmatch(r"_\S[^_]*_", line)
    copied = marked(Block(BlockKind.COPY, text))
    assert re.fullmatch(r"```[^`]*```", copied)


def test_underscores_within_words_stay() -> None:
    text = "@sara_q كتبت في #وزارة_الصحة https://x.example/a_b"
    assert plain(Block(BlockKind.BODY, text)) == text


def test_help_is_short_enough_for_reply_buttons() -> None:
    assert utf16_units(SAY("button_help")) <= LIMITS.button_label
    assert decode(encode(ShowHelp())) == ShowHelp()
