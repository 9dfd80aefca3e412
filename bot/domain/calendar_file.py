"""One event as a calendar file, by https://www.rfc-editor.org/rfc/rfc5545.html; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MEDIA_TYPE = "text/calendar"

_LINE_OCTETS = 75
_PRODUCT = "-//Waai//Workshops//AR"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_CONTROLS = dict.fromkeys((*range(10), *range(11, 13), *range(14, 32), 127))


@dataclass(frozen=True)
class CalendarEvent:
    """What a calendar is told of an event.

    Attributes:
        uid: Names it in all calendars; the same in every version of it.
        sequence: Which version this is, from 0; a calendar takes no older one.
        stamp: When this version was written, aware like all moments here.
        starts_at: When it begins.
        ends_at: When it ends.
        title: What the calendar shows.
        description: More of it, or empty.
        place: Where it is, or empty.
        link: Where it is to be joined, or empty.
        is_cancelled: It does not take place.
        alarms: How long before its start the calendar is to remind.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    description: str = ""
    place: str = ""
    link: str = ""
    is_cancelled: bool = False
    alarms: tuple[timedelta, ...] = ()


def calendar_file(event: CalendarEvent) -> bytes:
    """Write the file that a calendar takes the event from."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(event)).encode()


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN")
    yield from ("METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_moment(event.starts_at)}"
    yield f"DTEND:{_moment(event.ends_at)}"
    yield f"SUMMARY:{_text(event.title)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.place:
        yield f"LOCATION:{_text(event.place)}"
    if event.link:
        yield f"URL:{_plain(event.link)}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE"
    for before in () if event.is_cancelled else event.alarms:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(event.title)}")
        yield from (f"TRIGGER:-PT{int(before.total_seconds() // 60)}M", "END:VALARM")
    yield from ("END:VEVENT", "END:VCALENDAR")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _plain(value: str) -> str:
    """Leave out what would end the line, or is no text at all."""
    return value.translate(_CONTROLS).replace("\r", "").replace("\n", "")


def _text(value: str) -> str:
    return value.translate(_CONTROLS).translate(_ESCAPES)


def _folded(line: str) -> str:
    """Break a line of too many octets, never inside a character."""
    parts, octets = [""], 0
    for char in line:
        size = len(char.encode())
        if octets + size > _LINE_OCTETS:
            parts.append("")
            octets = 1  # the space that a continued line begins with
        parts[-1] += char
        octets += size
    return "\r\n ".join(parts)
