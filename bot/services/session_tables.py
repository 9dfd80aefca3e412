"""Attendance as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.sessions import Report

HEADINGS = (
    "session",
    "workshop",
    "version",
    "date",
    "number",
    "name_ar",
    "name_en",
    "department",
    "presence",
    "at",
    "by",
    "reason",
    "marked_by",
)


def attendance_table(report: Report, zone: ZoneInfo) -> Iterator[list[str]]:
    """Give a row for each person of a session under headings; who is not linked has no number.

    Args:
        report: What came of the session.
        zone: Where the employer is, by whose clocks times are written.
    """
    session = report.session
    yield list(HEADINGS)
    for line in report.lines:
        yield [
            session.id,
            session.workshop,
            session.version,
            _moment(session.starts_at, zone),
            line.number,
            line.name_ar,
            line.name_en,
            line.department,
            line.presence.value,
            _moment(line.at, zone) if line.at else "",
            line.by,
            line.reason,
            line.marked_by,
        ]


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
