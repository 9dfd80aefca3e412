"""``session``: live workshops, by who holds them."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.live_sessions import Presence
from bot.library.library import Library
from bot.records.database import Database
from bot.services.session_tables import attendance_table
from bot.services.sessions import HeldSession, NewSession, Report, SessionError, SessionService
from bot.settings import Settings, load_settings
from bot.spreadsheets.writing import write_table_file
from bot.wiring import session_words

_MINUTES = 120


def add_sessions(commands: Commands) -> None:
    """Add these commands."""
    sessions = commands.group("session", "live workshops: set up, call off, see who came")
    _add_create(sessions)
    listing = sessions.add("list", _list, "list sessions, past and cancelled ones too")
    listing.add_argument("--employer", help="of one employer only")
    cancelling = sessions.add("cancel", _cancel, "call a session off and tell who registered")
    attendance = sessions.add("attendance", _attendance, "say who came, was late, was absent")
    attendance.add_argument("--out", type=Path, metavar="FILE", help="a name in .csv or .xlsx")
    overriding = sessions.add(
        "override", _override, "note that an employee was there whom the code did not let in"
    )
    for parser in (cancelling, attendance, overriding):
        parser.add_argument("id", metavar="ID", help="as `session list` shows it")
    overriding.add_argument("number", metavar="NUMBER", help="the employer's number of them")
    overriding.add_argument("--reason", required=True, help="why the code did not do")
    overriding.add_argument("--late", action="store_true", help="they came late")
    for parser in (cancelling, overriding):
        parser.add_argument(
            "--by", required=True, metavar="NUMBER", help="your number: a trainer or HR"
        )


def _add_create(sessions: Commands) -> None:
    creating = sessions.add("create", _create, "set a session up")
    creating.add_argument("--employer", required=True, help="whose people may come")
    creating.add_argument("--workshop", help="the employer's own without it")
    creating.add_argument(
        "--by", required=True, metavar="NUMBER", help="who holds it: a trainer or HR"
    )
    creating.add_argument(
        "--start",
        required=True,
        type=datetime.fromisoformat,
        metavar="YYYY-MM-DDTHH:MM",
        help="by the clocks where the employer is",
    )
    creating.add_argument("--minutes", type=int, default=_MINUTES, help="how long it takes")
    creating.add_argument("--title", help="the workshop's own without it")
    creating.add_argument("--place", help="where it is")
    creating.add_argument("--link", help="where it is to be joined")
    creating.add_argument("--capacity", type=int, help="how many may come; any number without it")


def _create(arguments: argparse.Namespace) -> None:
    settings = load_settings()

    async def act(database: Database, library: Library) -> HeldSession:
        start: datetime = arguments.start
        if start.tzinfo is None:
            start = start.replace(tzinfo=_zone(library, arguments.employer))
        new = NewSession(
            employer=arguments.employer,
            workshop=arguments.workshop or arguments.employer,
            by=arguments.by,
            starts_at=start,
            ends_at=start + timedelta(minutes=arguments.minutes),
            title=arguments.title,
            place=arguments.place,
            link=arguments.link,
            capacity=arguments.capacity,
        )
        return await _service(database, library).create(new)

    held = with_database(act)
    print(f"{held.session.id}: set up.")
    print(f"Trainer's screen, for whoever may let people in: {_screen(held, settings)}")


def _list(arguments: argparse.Namespace) -> None:
    settings = load_settings()

    async def act(database: Database, library: Library) -> list[str]:
        held = await _service(database, library).list_all(arguments.employer)
        return [_line(each, library, settings) for each in held]

    lines = with_database(act)
    print("\n".join([*lines, f"{len(lines)} sessions"]))


def _line(held: HeldSession, library: Library, settings: Settings) -> str:
    session, counts = held.session, held.counts
    local = session.starts_at.astimezone(_zone(library, session.employer))
    places = f"{counts.registered} of {session.capacity or 'any number'} registered"
    return (
        f"{session.id}: {session.employer} {session.workshop} {local:%Y-%m-%d %H:%M}, "
        f"{session.state(SystemClock().now())}, {places}, {counts.waiting} waiting, "
        f"{counts.present} came, screen {_screen(held, settings)}"
    )


def _cancel(arguments: argparse.Namespace) -> None:
    settings = load_settings()

    async def act(database: Database, library: Library) -> int:
        words = session_words(settings, library, SystemClock().now)
        return await _service(database, library).cancel(arguments.id, arguments.by, words)

    print(f"Session {arguments.id} is called off. People who are told: {with_database(act)}.")


def _attendance(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> tuple[Report, ZoneInfo]:
        report = await _service(database, library).report(arguments.id)
        return report, _zone(library, report.session.employer)

    report, zone = with_database(act)
    if arguments.out is not None:
        write_table_file(arguments.out, attendance_table(report, zone))
        print(f"{arguments.out}: {len(report.lines)} people")
        return
    counted = Counter(line.presence for line in report.lines)
    for presence in Presence:
        print(f"{presence:<11}{counted[presence]}")
    if report.ratings:
        mean = sum(report.ratings) / len(report.ratings)
        print(f"rated      {mean:.1f} of 5, by {len(report.ratings)}")
    for comment in report.comments:
        print(f"           “{comment}”")


def _override(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> bool:
        return await _service(database, library).override(
            arguments.id,
            arguments.number,
            by=arguments.by,
            reason=arguments.reason,
            late=arguments.late,
        )

    noted = with_database(act)
    print(f"{arguments.number}: {'noted' if noted else 'was there already, nothing changed'}.")


def _screen(held: HeldSession, settings: Settings) -> str:
    site = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{site.rstrip('/')}/session/{held.screen}"


def _zone(library: Library, employer: str) -> ZoneInfo:
    rulebook = library.rulebooks.get(employer)
    if rulebook is None:
        raise SessionError(f"no employer {employer!r}")
    return rulebook.calendar.zone


def _service(database: Database, library: Library) -> SessionService:
    return SessionService(database, library, SystemClock().now)
