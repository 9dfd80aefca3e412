"""``circular``: what HR does with circulars, until they are sent."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.circular_drafts import read_attachments, read_draft
from bot.commands.circular_export import add_circular_export
from bot.commands.circular_names import add_name, by_of, find_named
from bot.commands.circular_verify import add_circular_verify
from bot.commands.databases import with_database
from bot.conversation.approval_words import ApprovalWords
from bot.conversation.audience_words import AudienceWords
from bot.conversation.circular_parts import CircularParts
from bot.conversation.circular_setting_words import CircularSettingWords
from bot.conversation.circular_words import CircularWords
from bot.conversation.clock import SystemClock
from bot.domain.circulars import CircularStep
from bot.domain.meaning import Language
from bot.domain.reach import ReachPlan
from bot.doors import doors_of, limits_of
from bot.library.library import Library
from bot.records.database import Database
from bot.services.circular_names import Meant
from bot.services.circular_new import (
    draft_of,
)
from bot.services.circular_views import CircularError, KnownCircular
from bot.services.circular_writing import (
    CircularWritingService,
)
from bot.services.circulars import CircularService
from bot.services.reach_plans import ReachPlanService
from bot.services.staff import ByNumber
from bot.settings import Settings, load_settings

_MINUTE = 60


def add_circulars(commands: Commands) -> None:
    """Add these commands."""
    circulars = commands.group("circular", "circulars: write, approve, send, follow up")
    creating = circulars.add("create", _create, "write a circular; it is sent by `circular send`")
    changing = circulars.add("change", _change, "let a draft say what a file says")
    for parser in (creating, changing):
        parser.add_argument("file", type=Path, metavar="FILE", help="see docs/circulars.md")
    attaching = circulars.add("attach", _attach, "let these files go along with a draft, no others")
    plans = circulars.add("plan", _plan, "foresee whom it reaches, how, how long and for how much")
    previewing = circulars.add("preview", _preview, "show it as its recipients will see it")
    showing = circulars.add("show", _show, "say how far it is, what it asks and whom it is for")
    previewing.add_argument("--language", choices=[*Language], help="without it each that it has")
    showing.add_argument("--language", choices=[*Language], default=Language.ARABIC)
    submitting = circulars.add("submit", _submit, "ask a second person of HR to approve it")
    rejecting = circulars.add("reject", _reject, "send it back to who wrote it")
    sending = circulars.add("send", _send, "approve it and send it, now or later")
    sending.add_argument(
        "--at",
        type=datetime.fromisoformat,
        metavar="YYYY-MM-DDTHH:MM",
        help="by the clocks where the employer is; without it as its file says, or at once",
    )
    pausing = circulars.add("pause", _pause, "stop sending for now")
    resuming = circulars.add("resume", _resume, "go on sending")
    cancelling = circulars.add("cancel", _cancel, "end it; what was sent stays")
    correcting = circulars.add("correct", _correct, "begin the next version of what was sent")
    about = (
        *(attaching, plans, previewing, showing, submitting),
        *(rejecting, sending, pausing, resuming),
    )
    for parser in (changing, *about, cancelling, correcting):
        add_name(parser)
    attaching.add_argument("files", type=Path, nargs="*", metavar="FILE", help="PDF, PNG or JPEG")
    for parser in (rejecting, pausing, cancelling):
        parser.add_argument("--reason", required=parser is not pausing, default="")
    add_circular_export(circulars)
    add_circular_verify(circulars)
    listing = circulars.add("list", _list, "list circulars, the newest first")
    for parser in (creating, changing, *about, cancelling, correcting, listing):
        parser.add_argument("--by", required=True, metavar="NUMBER", help="your number; you are HR")
    for parser in (changing, *about, cancelling, correcting, listing):
        parser.add_argument("--employer", required=True, help="whose HR you are")


def _create(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> KnownCircular:
        now = SystemClock().now
        new = read_draft(arguments.file, library, now())
        service = CircularWritingService(database, library, now)
        return await service.create(ByNumber(new.employer, arguments.by), new)

    _print_line(with_database(act))


def _change(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> KnownCircular:
        now = SystemClock().now
        new = read_draft(arguments.file, library, now())
        service = CircularWritingService(database, library, now)
        named = await find_named(database, arguments, CircularStep.CHANGE)
        return await service.change(by_of(arguments), named, new)

    _print_line(with_database(act))


def _attach(arguments: argparse.Namespace) -> None:
    files = read_attachments(arguments.files)

    async def act(database: Database, library: Library) -> KnownCircular:
        by, now = by_of(arguments), SystemClock().now
        named = await find_named(database, arguments, CircularStep.CHANGE)
        known = await _courses(database, library).find(by, named)
        # A deadline that is over is refused, not given up without a word.
        due_at = known.content.due_at
        new = replace(draft_of(known, now()), attachments=files, due_at=due_at)
        return await CircularWritingService(database, library, now).change(by, known.id, new)

    _print_line(with_database(act))


def _correct(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> KnownCircular:
        service = CircularWritingService(database, library, SystemClock().now)
        named = await find_named(database, arguments, Meant.STARTED)
        return await service.correct(by_of(arguments), named)

    _print_line(with_database(act))


def _plan(arguments: argparse.Namespace) -> None:
    settings = load_settings()

    async def act(database: Database, library: Library) -> ReachPlan:
        speaker = CircularParts(CircularWords(library), limits_of)
        service = ReachPlanService(database, library, SystemClock().now)
        named = await find_named(database, arguments, Meant.NEWEST)
        return await service.plan(by_of(arguments), named, doors_of(settings), speaker)

    _print_plan(with_database(act))


def _preview(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> str:
        named = await find_named(database, arguments, Meant.NEWEST)
        known = await _courses(database, library).find(by_of(arguments), named)
        languages = list(Language) if known.is_bilingual else [Language.ARABIC]
        if arguments.language:
            languages = [Language(arguments.language)]
        shown = [_previewed(library, known, each) for each in languages]
        return "\n\n".join([*shown, _settings(library, known, languages[0])])

    print(with_database(act))


def _show(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> None:
        named = await find_named(database, arguments, Meant.NEWEST)
        known = await _courses(database, library).find(by_of(arguments), named)
        _print_line(known)
        print(_settings(library, known, Language(arguments.language)))

    with_database(act)


def _previewed(library: Library, known: KnownCircular, language: Language) -> str:
    message = CircularWords(library).circular(known, language)
    buttons = "\n".join(f"[{button.label}]" for button in message.buttons)
    file = f"\n📎 {message.document.name}" if message.document else ""
    return f"{message.plain_text}\n{file}\n{buttons}"


def _settings(library: Library, known: KnownCircular, language: Language) -> str:
    words = CircularSettingWords(library, CircularWords(library), AudienceWords(library))
    return "\n\n".join(block.plain_text for block in words.blocks(known, language))


def _submit(arguments: argparse.Namespace) -> None:
    step = CircularStep.SUBMIT
    _print_line(_do(arguments, step, lambda service, by, named: service.submit(by, named)))


def _reject(arguments: argparse.Namespace) -> None:
    step, reason = CircularStep.REJECT, arguments.reason
    _print_line(_do(arguments, step, lambda service, by, named: service.reject(by, named, reason)))


def _send(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> KnownCircular:
        at: datetime | None = arguments.at
        if at is not None and at.tzinfo is None:
            rulebook = library.rulebooks.get(arguments.employer)
            if rulebook is None:
                raise CircularError(f"no employer {arguments.employer!r}")
            at = at.replace(tzinfo=rulebook.calendar.zone)
        named = await find_named(database, arguments, CircularStep.APPROVE)
        return await _courses(database, library).send(by_of(arguments), named, at)

    _print_line(with_database(act))


def _pause(arguments: argparse.Namespace) -> None:
    step, reason = CircularStep.PAUSE, arguments.reason
    _print_line(_do(arguments, step, lambda service, by, named: service.pause(by, named, reason)))


def _resume(arguments: argparse.Namespace) -> None:
    step = CircularStep.RESUME
    _print_line(_do(arguments, step, lambda service, by, named: service.resume(by, named)))


def _cancel(arguments: argparse.Namespace) -> None:
    step, reason = CircularStep.CANCEL, arguments.reason
    _print_line(_do(arguments, step, lambda service, by, named: service.cancel(by, named, reason)))


def _list(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> list[KnownCircular]:
        return await _courses(database, library).list_all(by_of(arguments))

    known = with_database(act)
    for each in known:
        _print_line(each)
    print(f"{len(known)} circulars")


def _do(
    arguments: argparse.Namespace,
    wanted: Meant | CircularStep,
    act: Callable[[CircularService, ByNumber, str], Awaitable[KnownCircular]],
) -> KnownCircular:
    async def acting(database: Database, library: Library) -> KnownCircular:
        named = await find_named(database, arguments, wanted)
        return await act(_courses(database, library), by_of(arguments), named)

    return with_database(acting)


def _courses(database: Database, library: Library) -> CircularService:
    settings: Settings = load_settings()
    return CircularService(
        database,
        library,
        SystemClock().now,
        approval=settings.circular_approval,
        speaker=ApprovalWords(library),
    )


def _print_line(known: KnownCircular) -> None:
    content = known.content
    reason = f" ({known.reason})" if known.reason else ""
    untold = ", nobody of HR could be told" if known.untold else ""
    print(
        f"{content.number} v{content.version} [{known.id}]: {known.state}{reason}{untold}, "
        f"“{content.title}”, digest {known.digest[:16]}"
    )


def _print_plan(plan: ReachPlan) -> None:
    print(f"recipients     {plan.recipients}: {'، '.join(plan.sample)}")
    if plan.told:
        print(f"asked anew     {plan.told} were sent an earlier version")
    for channel, people in sorted(plan.now.items()):
        print(f"now            {people} by {channel}")
    for channel, people in sorted(plan.by_template.items()):
        print(f"by template    {people} by {channel}")
    if plan.beyond:
        print(f"later          {plan.beyond}, beyond today's limit: {plan.days} more days")
    for reason, people in sorted(plan.unreached.items()):
        print(f"not reached    {people}: {reason}")
    print(f"messages       {sum(plan.messages.values())}, in {plan.seconds / _MINUTE:.1f} minutes")
    print(f"templates cost {'an unknown price' if plan.cost is None else plan.cost}")
    print(f"begins         {plan.begins_at.isoformat() if plan.begins_at else 'at once'}")
