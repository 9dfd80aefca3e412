import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.inbound import ALLOWED_UPDATES, parse, user_of
from bot.conversation.events import (
    Address,
    Blocked,
    Command,
    Contact,
    Content,
    Incoming,
    Media,
    MediaKind,
    Press,
    SentFile,
    Text,
)
from tests.fakes.telegram_spec import problems_of_type

UPDATES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "updates").glob("*.json"))
}
PHOTO = SentFile("AgACAgQbig", size=1043)
BOT, SARA = "7000000001", "9100000000"

CONTENTS: dict[str, Content | None] = {
    "text": Text("هل يجوز أن أنشر صورة من مكان عملي؟"),
    "text_english": Text("May I repost this?"),
    "text_without_language": Text("مرحبا"),
    "start_with_argument": Command("start", "Inv1te_moh-uae"),
    "help_at_bot": Command("help"),
    "slash_arabic": Text("/مساعدة من فضلك"),
    "forwarded_text": Text("إشاعة عن الوزارة", forwarded=True),
    "forwarded_photo": Media(MediaKind.PICTURE, "عاجل: هدم السوق غداً", forwarded=True, file=PHOTO),
    "forwarded_command": Text("/start الهدم غداً", forwarded=True),
    "reply_text": Text("وإذا كان الحساب خاصا؟"),
    "voice": Media(MediaKind.VOICE),
    "audio": Media(MediaKind.VOICE),
    "photo_with_caption": Media(MediaKind.PICTURE, "هل أنشر هذه؟", file=PHOTO),
    "video_with_caption": Media(MediaKind.VIDEO, "شوفوا الزحمة في القسم"),
    "sticker": Media(MediaKind.STICKER),
    "video": Media(MediaKind.VIDEO),
    "video_note": Media(MediaKind.VIDEO),
    "animation": Media(MediaKind.VIDEO),
    "document": Media(MediaKind.DOCUMENT, file=SentFile("BQACAgQdoc", "تعميم.pdf", 20481)),
    "location": Media(MediaKind.LOCATION),
    "venue": Media(MediaKind.LOCATION),
    "contact": Contact("+971500000000", own=True),
    "dice": Media(MediaKind.OTHER),
    "story": Media(MediaKind.OTHER),
    "pinned_message": None,
    "auto_delete_timer": None,
    "edited_message": None,
    "callback_query": Press("ra1:42:1", "7", "4000000000001"),
    "callback_inaccessible": Press("mo1:42", "", "4000000000002"),
    "callback_inline": None,
    "callback_game": None,
    "my_chat_member_kicked": Blocked(blocked=True),
    "my_chat_member_member": Blocked(blocked=False),
    "my_chat_member_group": None,
    "group_message": None,
    "channel_post": None,
    "unknown_kind": None,
}
HINTS = {"text_english": "en", "text_without_language": ""}
OWNERS = {
    "my_chat_member_group": "-1001234567890",
    "group_message": "-1001234567890",
    "channel_post": "-1009876543210",
    "unknown_kind": "",
}

# Telegram's own names, so that what is generated gets beyond the first missing key.
NAMES = st.sampled_from(
    [
        "callback_query",
        "chat",
        "data",
        "date",
        "from",
        "id",
        "language_code",
        "message",
        "message_id",
        "my_chat_member",
        "new_chat_member",
        "status",
        "text",
        "type",
        "update_id",
    ]
)
JSON = st.recursive(
    st.sampled_from([None, True, 0, 7, 1.5, "", "private", "kicked", "/start"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


def test_every_recorded_update_has_its_expectation() -> None:
    assert UPDATES.keys() == CONTENTS.keys()


@pytest.mark.parametrize("name", CONTENTS)
def test_parse(name: str) -> None:
    raw, content = UPDATES[name], CONTENTS[name]
    expected = content and Incoming(
        Address("telegram", BOT, SARA), str(raw["update_id"]), content, HINTS.get(name, "ar")
    )
    assert parse(raw, BOT) == expected


@pytest.mark.parametrize("name", CONTENTS)
def test_user_of(name: str) -> None:
    assert user_of(UPDATES[name]) == OWNERS.get(name, SARA)


@pytest.mark.parametrize("name", sorted(CONTENTS.keys() - {"unknown_kind"}))
def test_recorded_updates_fit_the_description(name: str) -> None:
    assert problems_of_type("Update", UPDATES[name]) == []


def test_what_is_asked_for_is_what_is_read() -> None:
    used = {next(kind for kind in UPDATES[name] if kind != "update_id") for name in _answered()}
    assert used == set(ALLOWED_UPDATES)


def _answered() -> list[str]:
    return [name for name, content in CONTENTS.items() if content is not None]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("/start", Command("start")),
        ("/start\nabc def ", Command("start", "abc def")),
        ("/restart", Command("restart")),
        ("/quiz_answer{...}", Text("/quiz_answer{...}")),
        ("/etc/passwd", Text("/etc/passwd")),
        ("/", Text("/")),
        ("/" + "a" * 33, Text("/" + "a" * 33)),
        (" /start", Text(" /start")),
        ("سؤال /start", Text("سؤال /start")),
        ("\u202e/start", Text("\u202e/start")),
        ("<script>alert(1)</script>", Text("<script>alert(1)</script>")),
    ],
)
def test_text_or_command(text: str, content: Content) -> None:
    raw = UPDATES["text"] | {"message": UPDATES["text"]["message"] | {"text": text}}
    incoming = parse(raw, BOT)
    assert incoming is not None
    assert incoming.content == content


CARD = UPDATES["contact"]["message"]["contact"]


@pytest.mark.parametrize(
    ("card", "more", "contact"),
    [
        ({"phone_number": "971500000000"}, {}, Contact("+971500000000", own=True)),
        ({"phone_number": "+971 50-000 (0000)"}, {}, Contact("+971500000000", own=True)),
        ({"phone_number": "0500000000"}, {}, Contact("0500000000", own=True)),
        ({"phone_number": "<b>٠٥٠"}, {}, Contact("<b>٠٥٠", own=True)),
        ({"user_id": 9100000001}, {}, Contact("+971500000000", own=False)),
        ({"user_id": 0}, {}, Contact("+971500000000", own=False)),
        ({}, {"forward_origin": {"type": "hidden_user"}}, Contact("+971500000000", own=False)),
        ({}, {"from": {"id": 9100000001}}, Contact("+971500000000", own=False)),
        ({}, {"chat": {"id": -1, "type": "group"}}, None),
    ],
)
def test_a_contact(card: dict[str, Any], more: dict[str, Any], contact: Content | None) -> None:
    raw = UPDATES["contact"]["message"] | {"contact": CARD | card} | more
    incoming = parse({"update_id": 1, "message": raw}, BOT)
    assert (incoming and incoming.content) == contact


def test_a_contact_whose_owner_telegram_does_not_know() -> None:
    card = {key: value for key, value in CARD.items() if key != "user_id"}
    raw = UPDATES["contact"]["message"] | {"contact": card}
    incoming = parse({"update_id": 1, "message": raw}, BOT)
    assert incoming is not None
    assert incoming.content == Contact("+971500000000", own=False)


MALFORMED: list[dict[str, Any]] = [
    {},
    {"message": UPDATES["text"]["message"]},
    {"update_id": "1", "message": UPDATES["text"]["message"]},
    {"update_id": True, "message": UPDATES["text"]["message"]},
    {"update_id": 1, "message": None},
    {"update_id": 1, "message": []},
    {"update_id": 1, "message": {"text": "no chat"}},
    {"update_id": 1, "message": {"chat": {"id": 1}, "text": "no type"}},
    {"update_id": 1, "message": {"chat": {"id": "1", "type": "private"}, "text": "x"}},
    {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": 5}},
    {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": "x", "from": 3}},
    {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "contact": {}}},
    {"update_id": 1, "callback_query": {"id": 7, "message": {}}},
    {"update_id": 1, "callback_query": {"id": "7", "data": "x", "message": {"chat": {}}}},
    {"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
]


@pytest.mark.parametrize("raw", MALFORMED)
def test_malformed_updates_are_refused(raw: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        parse(raw, BOT)


@given(st.dictionaries(NAMES, JSON))
def test_anything_is_read_or_refused(raw: dict[str, Any]) -> None:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        parse(raw, BOT)
    assert isinstance(user_of(raw), str)
