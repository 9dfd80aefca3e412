"""Acknowledging circulars: once each, with evidence."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.records.acknowledgements import Acknowledgements, Held, NewAcknowledgement
from bot.records.circular_openings import Openings
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.journal import Appended, Journal, NewEntry
from bot.records.together import PATIENCE_S, Together
from bot.services.circular_views import KnownCircular, read_known
from bot.services.retention import Now

_Item = TypeVar("_Item")

HOLDS = frozenset({CircularState.SENDING, CircularState.PAUSED, CircularState.SENT})
"""In these a circular can be acknowledged by who was sent it."""

_REMEMBERED = 32
"""Circulars that are not read anew for each of many thousands who acknowledge them at once."""


@dataclass(frozen=True)
class Shown:
    """What somebody saw who acknowledges.

    Attributes:
        channel: The platform.
        message_id: Its id of the message whose button they pressed.
        language: In which the statement stood there.
    """

    channel: str
    message_id: str
    language: Language


class Outcome(StrEnum):
    """What came of a press."""

    ACKNOWLEDGED = "acknowledged"
    BEFORE = "before"
    ASKED = "asked"
    WRONG = "wrong"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Acknowledged:
    """What came of a press, with what it is to be said of.

    Attributes:
        at: When they acknowledged the version of the button; None if they have not.
        newer: The version that they are to read instead, where there is one.
        newer_at: When they acknowledged that one; None if they have not.
    """

    outcome: Outcome
    circular: KnownCircular
    at: datetime | None = None
    newer: KnownCircular | None = None
    newer_at: datetime | None = None

    @property
    def is_try(self) -> bool:
        """Whether it answers the circular's question."""
        is_put = self.circular.content.check is not None
        return is_put and self.outcome in {Outcome.WRONG, Outcome.ACKNOWLEDGED}

    @property
    def is_late(self) -> bool:
        """Whether they acknowledged it after its deadline."""
        return self.at is not None and self.circular.is_late(self.at)


@dataclass(frozen=True)
class _Press:
    """Somebody's press; see ``AcknowledgementService.acknowledge``."""

    person_id: str
    circular_id: str
    shown: Shown
    choice: int | None

    @property
    def of(self) -> tuple[str, str]:
        """Of what it is, and whose: once at most in a group."""
        return self.circular_id, self.person_id


@dataclass(frozen=True)
class _Good:
    """A press that acknowledges, unless something else comes first just now.

    Attributes:
        tries: How often they answered the circular's question, with this press.
    """

    press: _Press
    held: Held
    circular: KnownCircular
    tries: int = 0


_All = dict[tuple[str, str], Acknowledged | None]
"""What came of each press of a group, by its ``of``."""


class AcknowledgementService:
    """Takes acknowledgements of circulars; those that come during a commit are kept together."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now
        self._read = OrderedDict[str, KnownCircular]()
        self._together = Together[_Press, Acknowledged | None](
            "acknowledgements", self._take_all, patience_s=PATIENCE_S, key=lambda press: press.of
        )

    async def acknowledge(
        self, person_id: str, circular_id: str, shown: Shown, choice: int | None = None
    ) -> Acknowledged | None:
        """Keep that a person acknowledges a circular; the first time counts.

        Args:
            person_id: Who presses.
            circular_id: One version of the circular.
            shown: What they saw.
            choice: What they answer to its question; None for a press before it was put.

        Returns:
            What came of it; None for a circular that they were not sent, or that asks for nothing.
        """
        return await self._together.do(_Press(person_id, circular_id, shown, choice))

    async def _take_all(self, presses: Sequence[_Press]) -> list[Acknowledged | None]:
        async with self._database.transaction() as session:
            held, taken = await _look_at(session, presses), _All()
            tries, good = list[int](), list[_Good]()
            for press in presses:
                theirs = held.get(press.of)
                judged = taken[press.of] = await self._judge(session, press, theirs)
                if theirs and judged and judged.is_try:
                    tries.append(theirs.id)
                if theirs and judged and judged.outcome is Outcome.ACKNOWLEDGED:
                    good.append(_Good(press, theirs, judged.circular))
            # Before the journal is held: who holds a delivery may wait for the journal.
            counted = await Acknowledgements(session).count_tries(tries)
            good = [replace(each, tries=counted.get(each.held.id, 0)) for each in good]
            taken |= await self._keep_all(session, good)
        return [taken[press.of] for press in presses]

    async def _judge(
        self, session: AsyncSession, press: _Press, held: Held | None
    ) -> Acknowledged | None:
        circular = await self._find(session, press.circular_id, held.state) if held else None
        if held is None or circular is None or not circular.acknowledges:
            return None
        if circular.state not in HOLDS:
            ended = Acknowledged(Outcome.WITHDRAWN, circular, held.at)
            return await _replaced(session, press.person_id, ended) or ended
        if held.at is not None:
            return Acknowledged(Outcome.BEFORE, circular, held.at)
        if circular.is_altered:
            return Acknowledged(Outcome.ALTERED, circular)
        check = circular.content.check
        if check is not None and press.choice != check.right:
            outcome = Outcome.ASKED if press.choice is None else Outcome.WRONG
            return Acknowledged(outcome, circular)
        return Acknowledged(Outcome.ACKNOWLEDGED, circular)

    async def _find(
        self, session: AsyncSession, circular_id: str, state: CircularState
    ) -> KnownCircular | None:
        """Give a circular that was begun: but for its state nothing of it changes any more."""
        circular = self._read.pop(circular_id, None)
        if circular is None:
            circulars = Circulars(session)
            row = await circulars.find(circular_id)
            if row is None:
                return None
            circular = await read_known(session, row)
        # What was altered is not remembered: put right, it can be acknowledged at once.
        if not circular.is_altered:
            self._read[circular_id] = circular
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)
        return replace(circular, state=state)

    async def _keep_all(self, session: AsyncSession, good: Sequence[_Good]) -> _All:
        """Keep acknowledgements, by the employer: each has a journal."""
        kept = _All()
        for employer, theirs in _by(good, lambda each: each.circular.content.employer):
            newest, now, still = await Journal(session).hold(employer), self._now(), list[_Good]()
            # Looked at anew, now that the journal is held: meanwhile they may have done so in
            # another chat, and who called it off has noted that here.
            held = await _look_at(session, [each.press for each in theirs])
            for each in theirs:
                of = each.press.of
                judged = kept[of] = await self._judge(session, each.press, held.get(of))
                if judged and judged.outcome is Outcome.ACKNOWLEDGED:
                    kept[of] = replace(judged, at=now)
                    still.append(each)
            for _, some in _by(still, lambda each: each.circular.id):
                newest = await _keep(session, some, newest, now)
        return kept


async def _look_at(session: AsyncSession, presses: Sequence[_Press]) -> dict[tuple[str, str], Held]:
    """Give the deliveries that presses are about; none where one is of no recipient."""
    mine, found = Acknowledgements(session), dict[tuple[str, str], Held]()
    for circular_id, some in _by(presses, lambda press: press.circular_id):
        held = await mine.look_at_all(circular_id, [press.person_id for press in some])
        found |= {(circular_id, person_id): each for person_id, each in held.items()}
    return found


async def _keep(
    session: AsyncSession, good: Sequence[_Good], newest: Appended, now: datetime
) -> Appended:
    """Keep acknowledgements of one circular; gives the journal's newest entry then."""
    mine, openings, circular = Acknowledgements(session), Openings(session), good[0].circular
    employees = [each.held.employee_id for each in good]
    opened = await openings.list_among(circular.id, employees) if circular.attachments else {}
    entries = [_entry(each, opened.get(each.held.employee_id, {}), now) for each in good]
    appended = await Journal(session).append(circular.content.employer, entries, now, newest)
    # Behind the journal, whose numbers they bear: one insert by their keys, which waits for nobody.
    await mine.add_all(
        [
            NewAcknowledgement(
                circular_id=circular.id,
                employee_id=each.held.employee_id,
                at=now,
                digest=circular.digest,
                channel=each.press.shown.channel,
                message_id=each.press.shown.message_id,
                sequence=kept.seq,
            )
            for each, kept in zip(good, appended, strict=True)
        ]
    )
    return appended[-1]


def _entry(good: _Good, opened: Mapping[int, datetime], now: datetime) -> NewEntry:
    circular, shown = good.circular, good.press.shown
    content = circular.content
    body = {
        "number": content.number,
        "version": content.version,
        "digest": circular.digest,
        "statement": circular.statement(shown.language),
        "language": shown.language.value,
        "channel": shown.channel,
        "message_id": shown.message_id,
        "at": now.isoformat(),
        "attachments": [
            {
                "sha256": file.sha256,
                "opened": opened[place].isoformat() if place in opened else None,
            }
            for place, file in enumerate(circular.attachments)
        ],
        "check_tries": good.tries,
    }
    employee = good.held.employee_id
    return NewEntry("circular_acknowledged", employee, f"circular:{circular.id}", body)


def _by(items: Iterable[_Item], key: Callable[[_Item], str]) -> Iterator[tuple[str, list[_Item]]]:
    """Group items by a key, in its order: who holds what they name must hold it in one order."""
    for value, some in groupby(sorted(items, key=key), key):
        yield value, list(some)


async def _replaced(
    session: AsyncSession, person_id: str, ended: Acknowledged
) -> Acknowledged | None:
    """Say what holds instead of a version that does not any more; None where nothing does."""
    mine, content = Acknowledgements(session), ended.circular.content
    row = await mine.find_newest(person_id, content.employer, content.number)
    held = await mine.look_at(person_id, row.id) if row else None
    if row is None or held is None:
        return None
    newer = await read_known(session, row)
    return replace(ended, outcome=Outcome.REPLACED, newer=newer, newer_at=held.at)
