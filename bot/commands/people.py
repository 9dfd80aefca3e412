"""``enrol``, ``unlink`` and ``privacy``: employees and the chats that they are known on."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.conversation.personal_data import described
from bot.domain.codes import shown
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.linking import CODE_LIVES, LinkingService
from bot.services.privacy import PersonalData, PrivacyService
from bot.services.retention import Retention
from bot.settings import Settings, answers_key, load_settings
from bot.spreadsheets.writing import write_csv

_HEADINGS = ("number", "code", "links")


class PeopleError(WaaiError):
    """What is asked for cannot be done; the message says why."""


def add_people(commands: Commands) -> None:
    """Add these commands."""
    enrolling = commands.add("enrol", _enrol, "make one-time codes that link employees to a chat")
    enrolling.add_argument("number", nargs="*", metavar="NUMBER", help="the employer's number")
    enrolling.add_argument("--employer", required=True, help="e.g. iraq-judiciary")
    enrolling.add_argument(
        "--all", action="store_true", help="everybody who is on no chat yet; needs --out"
    )
    enrolling.add_argument("--days", type=int, default=CODE_LIVES.days, help="how long they live")
    enrolling.add_argument("--out", type=Path, metavar="FILE.csv", help="write them there")
    unlinking = commands.add("unlink", _unlink, "end the link of all chats of an employee")
    privacy = commands.group("privacy", "what is stored about an employee")
    exporting = privacy.add("export", _export, "print what is stored, as the employee gets it")
    exporting.add_argument("--json", action="store_true", help="as JSON")
    erasing = privacy.add("erase", _erase, "erase what may be erased, and say what stays")
    for parser in (unlinking, exporting, erasing):
        parser.add_argument("number", metavar="NUMBER", help="the employer's number")
        parser.add_argument("--employer", required=True, help="e.g. iraq-judiciary")


def _enrol(arguments: argparse.Namespace) -> None:
    employer, numbers = arguments.employer, list(arguments.number)
    if arguments.all == bool(numbers) or (arguments.all and not arguments.out):
        raise PeopleError("give NUMBER ..., or --all with --out FILE.csv")
    if not 1 <= arguments.days <= CODE_LIVES.days * 4:
        raise PeopleError(f"--days: from 1 to {CODE_LIVES.days * 4}")
    settings, lives = load_settings(), timedelta(days=arguments.days)

    async def act(database: Database, _: Library) -> dict[str, str]:
        linking = _linking(database, settings)
        if arguments.all:
            return await linking.issue_codes(employer, lives)
        return {number: await linking.issue_code(employer, number, lives) for number in numbers}

    codes = with_database(act)
    if arguments.out is None:
        for number, code in codes.items():
            print("\n  ".join([f"{number}: {shown(code)}", *_links(code, settings)]))
        return
    rows = [
        [number, shown(code), " ".join(_links(code, settings))] for number, code in codes.items()
    ]
    _write_private(arguments.out, [_HEADINGS, *rows])
    print(f"{arguments.out}: {len(codes)} codes. Who reads one can be that employee once.")


def _links(code: str, settings: Settings) -> list[str]:
    """Links that bring a code along, where it is set how people reach Waai."""
    typed = shown(code)
    links = {
        settings.telegram_bot_name: f"https://t.me/{settings.telegram_bot_name}?start={typed}",
        settings.whatsapp_number: f"https://wa.me/{settings.whatsapp_number}?text={typed}",
        settings.public_url: f"{(settings.public_url or '').rstrip('/')}/#link={typed}",
    }
    return [link for where, link in links.items() if where]


def _write_private(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a file that only this user may read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            write_csv(file, rows)
    except OSError as error:
        raise PeopleError(f"{path}: cannot be written ({error.strerror})") from error


def _unlink(arguments: argparse.Namespace) -> None:
    settings = load_settings()

    async def act(database: Database, _: Library) -> int:
        linking = _linking(database, settings)
        return await linking.unlink_all(arguments.employer, arguments.number)

    print(f"{with_database(act)} chats are unlinked.")


def _export(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> tuple[PersonalData, Library]:
        privacy = _privacy(database)
        return await privacy.collect(await _person(privacy, arguments)), library

    data, library = with_database(act)
    if arguments.json:
        facts = dataclasses.asdict(data)
        print(json.dumps(facts, ensure_ascii=False, indent=1, default=datetime.isoformat))
    else:
        print(described(data, library, data.speaks), end="")


def _erase(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> int:
        privacy = _privacy(database)
        await privacy.ask_erasure(await _person(privacy, arguments))
        return await privacy.erase_due()

    print(
        f"Erased: {with_database(act)}. What stays: the roster's entry with its decisions, "
        "workshops with attendance and certificates, pledges and the names of surveys taken, and "
        "texts of questions, which have no author and expire."
    )


async def _person(privacy: PrivacyService, arguments: argparse.Namespace) -> str:
    person_id = await privacy.find_person(arguments.employer, arguments.number)
    if person_id is None:
        raise PeopleError(f"{arguments.employer} {arguments.number} is on no chat: nothing is kept")
    return person_id


def _linking(database: Database, settings: Settings) -> LinkingService:
    return LinkingService(database, SystemClock().now, answers_key(settings))


def _privacy(database: Database) -> PrivacyService:
    retention = Retention(questions=timedelta(days=load_settings().retention_days))
    return PrivacyService(database, retention, SystemClock().now)
