"""``observation``: monitoring and referral, for the communication department and HR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.commands.observation_report import add_report
from bot.conversation.clock import SystemClock
from bot.conversation.observation_words import ObservationWords
from bot.domain.observing import ObservationError, ObservationKind, ObservationState, Outcome
from bot.library.library import Library
from bot.records.database import Database
from bot.services.observation_desk import ObservationDeskService
from bot.services.observation_facts import LARGEST_SCREENSHOT, Changes, Facts
from bot.services.observation_reviews import ObservationReviewService
from bot.services.observation_views import KnownObservation, Listed, ObservationLine
from bot.services.observations import ObservationService
from bot.services.staff import ByNumber

_Act = Callable[[Database, Library], Awaitable[ObservationLine]]


def add_observations(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("observation", "what was seen on social media, and what HR made of it")
    recording = group.add("record", _record, "record an observation (communication department)")
    _add_facts(recording, required=True)
    listing = group.add("list", _list, "list what you may see, the newest first")
    listing.add_argument("--state", choices=[each.value for each in ObservationState])
    showing = group.add("show", _show, "show one with all that you may see of it")
    showing.add_argument("--screenshot", type=Path, metavar="FILE", help="write it there")
    changing = group.add("change", _change, "change one before it is referred")
    _add_facts(changing, required=False)
    acts = {
        "refer": (_refer, "give it to HR, whose people are told (communication department)"),
        "withdraw": (_withdraw, "take it back before it is referred (communication department)"),
        "review": (_review, "begin to review it (HR)"),
        "close": (_close, "close it (HR)"),
    }
    parsers = [group.add(name, act, says) for name, (act, says) in acts.items()]
    deciding = group.add("decide", _decide, "decide on it (HR); who recorded it is told")
    deciding.add_argument("--outcome", required=True, choices=[each.value for each in Outcome])
    deciding.add_argument("--text", default="", help="reasons, for HR alone; - reads them")
    for parser in (showing, changing, deciding, *parsers):
        parser.add_argument("number", metavar="NUMBER", help="as `observation list` shows it")
    for parser in (recording, listing, showing, changing, deciding, *parsers, add_report(group)):
        parser.add_argument("--employer", required=True, help="e.g. uae-fed")
        parser.add_argument(
            "--by", required=True, metavar="NUMBER", help="your number: communication or HR"
        )


def _add_facts(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--link", required=required, metavar="https://…", help="where")
    parser.add_argument(
        "--seen-on", type=date.fromisoformat, required=required, metavar="YYYY-MM-DD", help="when"
    )
    parser.add_argument("--text", required=required, help="what was seen; - reads it")
    parser.add_argument(
        "--article",
        action="append",
        required=required,
        metavar="ID",
        help="an article that it touches, e.g. uae-fed.4.2; may be given again",
    )
    parser.add_argument("--kind", choices=[each.value for each in ObservationKind])
    nobody = "" if required else '; "" for nobody'
    parser.add_argument(
        "--subject", metavar="NUMBER", help=f"who published it, if that is known{nobody}"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="a PNG, JPEG or PDF of at most 10 MB"
    )


def _record(arguments: argparse.Namespace) -> None:
    facts = Facts(
        link=arguments.link,
        seen_on=arguments.seen_on,
        text=_text(arguments.text),
        articles=tuple(arguments.article),
        kind=ObservationKind(arguments.kind or ObservationKind.OBSERVATION),
        subject=arguments.subject,
    )
    screenshot = _read(arguments.screenshot)
    _say(
        lambda database, library: _service(database, library).record(
            _by(arguments), facts, screenshot
        )
    )


def _change(arguments: argparse.Namespace) -> None:
    changes = Changes(
        link=arguments.link,
        seen_on=arguments.seen_on,
        text=None if arguments.text is None else _text(arguments.text),
        articles=None if arguments.article is None else tuple(arguments.article),
        kind=None if arguments.kind is None else ObservationKind(arguments.kind),
        subject=arguments.subject,
        screenshot=_read(arguments.screenshot),
    )
    by, number = _by(arguments), arguments.number
    _say(lambda database, library: _service(database, library).change(by, number, changes))


def _refer(arguments: argparse.Namespace) -> None:
    by, number = _by(arguments), arguments.number
    _say(
        lambda database, library: _service(database, library).refer(
            by, number, ObservationWords(library)
        )
    )


def _withdraw(arguments: argparse.Namespace) -> None:
    by, number = _by(arguments), arguments.number
    _say(lambda database, library: _service(database, library).withdraw(by, number))


def _review(arguments: argparse.Namespace) -> None:
    _say(lambda database, _: _reviews(database).review(_by(arguments), arguments.number))


def _decide(arguments: argparse.Namespace) -> None:
    outcome, text = Outcome(arguments.outcome), _text(arguments.text)
    by, number = _by(arguments), arguments.number
    _say(
        lambda database, library: _reviews(database).decide(
            by, number, outcome, ObservationWords(library), text
        )
    )


def _close(arguments: argparse.Namespace) -> None:
    _say(lambda database, _: _reviews(database).close(_by(arguments), arguments.number))


def _list(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> Listed:
        return await _desk(database).list_all(_by(arguments))

    listed = with_database(act).lines
    shown = [line for line in listed if arguments.state in {None, line.state.value}]
    print("\n".join([*map(_line, shown), f"{len(shown)} observations"]))


def _show(arguments: argparse.Namespace) -> None:
    by, number = _by(arguments), arguments.number

    async def act(database: Database, _: Library) -> tuple[KnownObservation, bytes]:
        desk = _desk(database)
        seen = await desk.show(by, number)
        wanted = arguments.screenshot is not None
        return seen, (await desk.screenshot(by, number))[1] if wanted else b""

    seen, content = with_database(act)
    print("\n".join([_line(seen.line), *_facts(seen)]))
    if arguments.screenshot is not None:
        try:
            arguments.screenshot.write_bytes(content)
        except OSError as error:
            raise ObservationError(f"{arguments.screenshot}: {error.strerror}") from error
        print(f"{arguments.screenshot}: {len(content)} bytes")


def _facts(seen: KnownObservation) -> list[str]:
    """Give all that is seen, a line each."""
    subject, screenshot = seen.subject, seen.screenshot
    named = [subject.number, subject.name, subject.department, subject.job] if subject else []
    facts = {
        "link": seen.link or "deleted at the end of its time",
        "articles": ", ".join(seen.articles),
        "seen": seen.text,
        "published by": ", ".join(filter(None, named)),
        "screenshot": screenshot
        and f"{screenshot.media_type}, {screenshot.size} bytes, sha256 {screenshot.sha256}",
        "decision": seen.decision,
        "you may": ", ".join(seen.steps),
        "others of HR may, since you recorded, changed or referred it": ", ".join(seen.withheld),
    }
    taken = [f"  {each.at:%Y-%m-%d %H:%M} UTC {each.step} by {each.by}" for each in seen.history]
    return [f"  {name}: {value}" for name, value in facts.items() if value] + taken


def _line(line: ObservationLine) -> str:
    outcome = f" ({line.outcome})" if line.outcome else ""
    untold = ", nobody of HR could be told" if line.untold else ""
    return f"{line.number}: {line.kind}, seen on {line.seen_on}, {line.state}{outcome}{untold}"


def _say(act: _Act) -> None:
    """Do something and print how it stands then."""
    print(_line(with_database(act)))


def _text(given: str) -> str:
    return sys.stdin.read() if given == "-" else given


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_SCREENSHOT + 1)
    except OSError as error:
        raise ObservationError(f"{path}: {error.strerror}") from error


def _by(arguments: argparse.Namespace) -> ByNumber:
    return ByNumber(arguments.employer, arguments.by)


def _service(database: Database, library: Library) -> ObservationService:
    return ObservationService(database, library, SystemClock().now)


def _reviews(database: Database) -> ObservationReviewService:
    return ObservationReviewService(database, SystemClock().now)


def _desk(database: Database) -> ObservationDeskService:
    return ObservationDeskService(database, SystemClock().now)
