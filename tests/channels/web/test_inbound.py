"""What a page sends, read from the socket and from the inbox."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from bot.channels.web import inbound
from bot.conversation.events import Address, Command, Content, Incoming, Press, Text

USER = "0123456789abcdef" * 4
ID = "6f0ad3e5-7a43-4c2e-9c9b-0d8f7d3f6a11"


@pytest.mark.parametrize(
    ("frame", "content"),
    [
        ({"type": "text", "text": "هل يجوز النشر؟"}, Text("هل يجوز النشر؟")),
        ({"type": "text", "text": " two\nlines "}, Text(" two\nlines ")),
        ({"type": "text", "text": "/restart"}, Text("/restart")),
        ({"type": "text", "text": "a\0b"}, Text("ab")),
        ({"type": "press", "message": "17", "data": "ra1:x:1"}, Press("ra1:x:1", "17")),
        ({"type": "press", "message": "", "data": "hp1"}, Press("hp1")),
        ({"type": "command", "name": "start"}, Command("start")),
        (
            {"type": "command", "name": "link", "argument": "7K2QX-M9P3T"},
            Command("link", "7K2QX-M9P3T"),
        ),
    ],
)
def test_a_frame_survives_storing(frame: dict[str, str], content: Content) -> None:
    read = inbound.read_frame(json.dumps(frame | {"id": ID}))
    assert isinstance(read, inbound.EventFrame)

    raw = json.loads(json.dumps(inbound.pack(USER, "ar", read)))

    assert inbound.parse(raw) == Incoming(
        Address("web", "site", USER), f"0123456789abcdef:{ID}", content, language_hint="ar"
    )


def test_resume_and_ping_are_read() -> None:
    resume = inbound.read_frame('{"type":"resume","after":12}')
    assert resume == inbound.ResumeFrame(type="resume", after=12)
    assert inbound.read_frame('{"type":"ping"}') == inbound.PingFrame(type="ping")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 10_000,
        '{"type":"text"}',
        '{"type":"shout","id":"' + ID + '","text":"a"}',
        '{"type":"text","id":"1","text":"a"}',
        '{"type":"text","id":"' + ID + '","text":7}',
        '{"type":"text","id":"' + ID + '","text":" \\n"}',
        '{"type":"text","id":"' + ID + '","text":"\\u0000"}',
        '{"type":"text","id":"' + ID + '","text":"\\ud800"}',
        '{"type":"press","id":"' + ID + '","message":"7;","data":"hp1"}',
        '{"type":"press","id":"' + ID + '","message":"7","data":""}',
        '{"type":"press","id":"' + ID + '","message":"7","data":"' + "x" * 65 + '"}',
        '{"type":"command","id":"' + ID + '","name":"Start now"}',
        '{"type":"command","id":"' + ID + '","name":"link","argument":"a b"}',
        '{"type":"command","id":"' + ID + '","name":"link","argument":"' + "x" * 65 + '"}',
        '{"type":"command","id":"' + ID + '","name":"link","argument":"a\\n"}',
        '{"type":"resume","after":-1}',
        '{"type":"resume","after":9223372036854775808}',
        '{"type":"resume"}',
    ],
)
def test_anything_else_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        inbound.read_frame(data)


def test_the_id_of_a_refused_frame_is_found_where_there_is_one() -> None:
    assert inbound.find_id('{"type":"shout","id":"' + ID + '"}') == ID
    assert inbound.find_id('{"type":"shout","id":"x"}') == ""
    assert inbound.find_id("{") == ""


@pytest.mark.parametrize("raw", [{}, {"user": USER}, {"user": "", "frame": {"type": "ping"}}])
def test_a_stored_event_that_cannot_be_used_is_an_error(raw: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        inbound.parse(raw)


def test_the_longest_text_fits_the_largest_frame() -> None:
    frame = {"type": "text", "id": str(UUID(ID)), "text": "😀" * inbound.MAX_TEXT}
    data = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    assert len(data.encode()) < inbound.MAX_FRAME_BYTES
