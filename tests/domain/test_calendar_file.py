from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar_file import CalendarEvent, calendar_file

STARTS = datetime(2026, 12, 6, 10, tzinfo=timezone(timedelta(hours=4)))
EVENT = CalendarEvent(
    uid="0123456789abcdef@waai.example",
    sequence=0,
    stamp=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=2),
    title="ورشة التوعية: بلدية مسقط",
    description="سجّل الحضور بالرمز الظاهر على شاشة المدرّب.",
    place="القاعة الكبرى، الطابق 2",
    link="https://meet.example/a;b,c",
    alarms=(timedelta(days=1), timedelta(hours=1)),
)


def lines(event: CalendarEvent) -> list[str]:
    """The file's lines, unfolded as a calendar does it."""
    written = calendar_file(event)
    assert written.endswith(b"\r\n")
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()  # no character is cut in two
    return written.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def value(event: CalendarEvent, name: str) -> str:
    (found,) = [line for line in lines(event) if line.startswith(f"{name}:")]
    return found.partition(":")[2]


def read(text: str) -> str:
    """Take the escapes of a text back."""
    told, rest = "", iter(text)
    for char in rest:
        told += {"n": "\n", "N": "\n"}.get(other := next(rest), other) if char == "\\" else char
    return told


def test_a_whole_file() -> None:
    assert lines(EVENT) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Waai//Workshops//AR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:0123456789abcdef@waai.example",
        "DTSTAMP:20261120T093000Z",
        "SEQUENCE:0",
        "DTSTART:20261206T060000Z",
        "DTEND:20261206T080000Z",
        "SUMMARY:ورشة التوعية: بلدية مسقط",
        "DESCRIPTION:سجّل الحضور بالرمز الظاهر على شاشة المدرّب.",
        "LOCATION:القاعة الكبرى، الطابق 2",
        "URL:https://meet.example/a;b,c",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:ورشة التوعية: بلدية مسقط",
        "TRIGGER:-PT1440M",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:ورشة التوعية: بلدية مسقط",
        "TRIGGER:-PT60M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancelled_event_keeps_its_name_and_reminds_of_nothing() -> None:
    off = replace(EVENT, is_cancelled=True, sequence=1)
    assert value(off, "UID") == value(EVENT, "UID")
    assert value(off, "STATUS") == "CANCELLED"
    assert value(off, "SEQUENCE") == "1"
    assert "BEGIN:VALARM" not in lines(off)


def test_what_has_a_meaning_is_escaped() -> None:
    title = "a;b, c\\d\r\ne\nf: g"
    assert value(replace(EVENT, title=title, alarms=()), "SUMMARY") == (
        "a\\;b\\, c\\\\d\\ne\\nf: g"
    )


def test_a_text_begins_no_line_of_its_own() -> None:
    forged = "x\r\nATTENDEE:mailto:a@b\x0b\x00"
    told = lines(replace(EVENT, title=forged, place=forged, link=forged, uid=forged, alarms=()))
    assert not any(line.startswith("ATTENDEE") for line in told)


def test_long_arabic_is_folded_between_characters() -> None:
    words = "ورشة التوعية بضوابط استخدام وسائل التواصل الاجتماعي " * 6
    assert value(replace(EVENT, title=words, alarms=()), "SUMMARY") == words


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    assert read(value(replace(EVENT, title=text, alarms=()), "SUMMARY")) == text
