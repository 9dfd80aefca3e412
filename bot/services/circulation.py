"""Sending circulars: who is to get one is written down, then put into the outbox bit by bit.

Any number of processes may do so at once, and each may die at any moment: whatever was committed
stays, the rest is done by who comes next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Audience, Learned
from bot.domain.circulars import CircularState, CircularStep, DeliveryState, Unreached
from bot.domain.meaning import Language
from bot.domain.reach import Doors, may_send
from bot.library.library import Library
from bot.records.base import Json
from bot.records.candidates import read_candidates
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.records.deliveries import Deliveries, Planned
from bot.records.journal import SYSTEM
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.portfolio import Portfolio
from bot.services.circular_acts import note, pause_altered, take_step
from bot.services.circular_views import KnownCircular, known, read_known
from bot.services.learned import learned_of
from bot.services.reaching import CircularSpeaker, Way, choose_way
from bot.services.retention import Now

_POURED = 500
_MOST_WAITING = 2_000
"""So many of a circular's messages wait in the outbox at most: a pause has to take them back."""

REVIVED_FOR = timedelta(days=90)
"""After that nobody is sent a circular any more who could not be reached."""

_GOING = (CircularState.SENDING, CircularState.SENT)


class CirculationService:
    """Sends circulars that were approved.

    Args:
        database: Where they are kept.
        library: The employers' calendars, the workshops and banks.
        now: Gives the present moment.
        page: How many employees are looked at in one transaction.
    """

    def __init__(
        self, database: Database, library: Library, now: Now, *, page: int = 5_000
    ) -> None:
        self._database = database
        self._library = library
        self._now = now
        self._page = page

    async def start_due(self) -> int:
        """Begin what is approved and whose time has come; what it corrects ends.

        Returns:
            How many circulars began.
        """
        async with self._database.reading() as session:
            scheduled = await Circulars(session).list_in([CircularState.SCHEDULED])
        # Each by itself: who holds another may wait for the journal that this one has noted in.
        return sum([await self._start(row.id) for row in scheduled])

    async def _start(self, circular_id: str) -> bool:
        async with self._database.transaction() as session:
            row, now = await Circulars(session).hold(circular_id), self._now()
            is_due = row is not None and (row.send_at is None or row.send_at <= now)
            if row is None or not is_due or row.state is not CircularState.SCHEDULED:
                return False
            if (await read_known(session, row)).is_altered:
                # Before it takes the place of the version before it.
                await pause_altered(session, row, now)
                return False
            take_step(row, CircularStep.START)
            row.started_at = now
            await self._end_earlier(session, row)
            await note(session, row, SYSTEM, "circular_started", now)
            return True

    async def list_going(self, *, sent_too: bool = False) -> list[str]:
        """Give the ids of circulars that are being sent.

        Args:
            sent_too: Those too that were sent, but may yet reach somebody.
        """
        now, states = self._now(), _GOING if sent_too else _GOING[:1]
        async with self._database.reading() as session:
            return [
                row.id for row in await Circulars(session).list_in(states) if is_poured(row, now)
            ]

    async def learn(self, circular_id: str) -> Learned | None:
        """Read what decides who belongs to a circular's audience; None where all are known."""
        async with self._database.reading() as session:
            row = await Circulars(session).find(circular_id)
            if row is None or row.expanded_at is not None:
                return None
            return await learned_of(session, self._library, known(row, ()), self._now())

    async def expand(self, circular_id: str, learned: Learned) -> bool:
        """Write down some thousands of a circular's recipients.

        Args:
            circular_id: Which.
            learned: As ``learn`` gave it.

        Returns:
            False where nothing is left to write down.
        """
        async with self._database.transaction() as session:
            row = await Circulars(session).hold(circular_id)
            if row is None or row.state is not CircularState.SENDING or row.expanded_at:
                return False
            audience, now = Audience.from_json(row.audience), self._now()
            employers = await _employers_of(session, row)
            page = await read_candidates(session, employers, row.expanded_to or "", self._page)
            wanted = [each.id for each in page if audience.includes(each, learned)]
            await Deliveries(session).write_down(row.id, wanted, now)
            if page:
                row.expanded_to = page[-1].id
            if len(page) < self._page:
                row.expanded_at = now
            return row.expanded_at is None

    async def pour(self, circular_id: str, doors: Doors, speaker: CircularSpeaker) -> int:
        """Put some hundreds of a circular's messages into the outbox, as far as there is room.

        Args:
            circular_id: Which.
            doors: Where people can be written to.
            speaker: Puts it into words.

        Returns:
            At how many deliveries it looked; 0 where there is nothing to do now.
        """
        async with self._database.transaction() as session:
            row = await Circulars(session).take(circular_id)
            if row is None or row.state not in _GOING:
                return 0
            circular = await read_known(session, row)
            if circular.is_altered:
                if row.state is CircularState.SENDING:
                    await pause_altered(session, row, self._now())
                return 0
            deliveries, now = Deliveries(session), self._now()
            room = _MOST_WAITING - await deliveries.count_queued(row.id)
            employers = self._open_among(await _employers_of(session, row), row, now)
            if room <= 0 or not employers:
                return 0
            most = min(room, _POURED)
            planned = await deliveries.hold_planned(row.id, employers, now, most)
            pouring = _Pouring(session, now, doors, speaker)
            await pouring.pour(circular, planned)
            return len(planned)

    async def revive(self, circular_id: str) -> None:
        """Plan anew for those who could not be reached, and can be by now."""
        async with self._database.transaction() as session:
            row = await Circulars(session).take(circular_id)
            if row is not None and row.state in _GOING:
                await Deliveries(session).revive(row.id, self._now())

    async def finish(self, circular_id: str) -> bool:
        """Call a circular sent, if everybody who can be reached was sent it."""
        async with self._database.transaction() as session:
            row = await Circulars(session).take(circular_id)
            is_going = row is not None and row.state is CircularState.SENDING
            if row is None or not is_going or row.expanded_at is None:
                return False
            deliveries = Deliveries(session)
            if await deliveries.has_planned(row.id) or await deliveries.count_queued(row.id):
                return False
            take_step(row, CircularStep.FINISH)
            row.finished_at = self._now()
            await note(session, row, SYSTEM, "circular_sent", self._now())
            return True

    def _open_among(self, employers: list[str], row: Circular, now: datetime) -> list[str]:
        """Give those of some employers whose people may be written to now."""
        books = (self._library.rulebooks.get(each) for each in employers)
        return [
            book.id for book in books if book and may_send(book.calendar, now, urgent=row.urgent)
        ]

    async def _end_earlier(self, session: AsyncSession, row: Circular) -> None:
        circulars = Circulars(session)
        earlier = await circulars.hold(row.supersedes) if row.supersedes else None
        if earlier is not None and earlier.state in {*_GOING, CircularState.PAUSED}:
            take_step(earlier, CircularStep.SUPERSEDE)
            await Deliveries(session).recall(earlier.id, DeliveryState.CANCELLED)
            await note(session, earlier, SYSTEM, "circular_superseded", self._now())


def is_poured(row: Circular, now: datetime) -> bool:
    """Say whether a circular that is being sent, or was, may yet reach somebody."""
    # Until it is sent it goes on, however few a day a platform allows.
    return row.state is CircularState.SENDING or (
        row.started_at is not None and now < row.started_at + REVIVED_FOR
    )


async def _employers_of(session: AsyncSession, row: Circular) -> list[str]:
    return await Circulars(session).list_employers(row.employer, row.number, row.version)


class _Pouring:
    """Puts held deliveries into the outbox, in one transaction."""

    def __init__(
        self, session: AsyncSession, now: datetime, doors: Doors, speaker: CircularSpeaker
    ) -> None:
        self._session = session
        self._now = now
        self._doors = doors
        self._speaker = speaker

    async def pour(self, circular: KnownCircular, planned: Iterable[Planned]) -> None:
        deliveries = Deliveries(self._session)
        planned = list(planned)
        people = [each.person_id for each in planned if each.person_id is not None]
        chats = await deliveries.list_chats(people)
        ways, unreached = dict[int, Way](), dict[int, Unreached]()
        for each in planned:
            theirs = chats.get(each.person_id or "", [])
            way = choose_way(
                theirs, self._doors, self._now, left=each.left, opted_out=each.opted_out
            )
            if isinstance(way, Unreached):
                unreached[each.id] = way
            else:
                ways[each.id] = way
        await self._keep_within_limits(ways)
        await self._queue(circular, planned, ways)
        await deliveries.note_unreached(unreached)

    async def _keep_within_limits(self, ways: dict[int, Way]) -> None:
        """Leave for another day whom the platform lets nobody write to today."""
        templated = defaultdict[tuple[str, str], dict[int, Way]](dict)
        for delivery, way in ways.items():
            if way.templated:
                templated[way.key][delivery] = way
        for key, theirs in sorted(templated.items()):
            portfolio = Portfolio(self._session, *key)
            users = {delivery: way.chat.user for delivery, way in theirs.items()}
            most = self._doors[key].people_a_day
            admitted = await portfolio.admit(users.values(), most, self._now)
            over = [delivery for delivery, user in users.items() if user not in admitted]
            if over:
                until = await portfolio.next_room(self._now)
                await Deliveries(self._session).postpone(over, until)
            for delivery in over:
                del ways[delivery]

    async def _queue(
        self, circular: KnownCircular, planned: list[Planned], ways: dict[int, Way]
    ) -> None:
        said = dict[tuple[Language, tuple[str, str]], list[Json]]()
        messages = list[NewMessage]()
        for each in planned:
            way = ways.get(each.id)
            if way is None:
                continue
            key = each.language, way.key
            if key not in said:
                is_late = circular.is_late(self._now)
                parts = self._speaker.parts(circular, each.language, way.key, is_late=is_late)
                said[key] = list(parts)
            parts = said[key]
            messages += [
                NewMessage(
                    way.chat,
                    # One template announces all of it, even where nobody opens it.
                    {**payload, "untemplated": way.templated and number > 0},
                    Lane.BULK,
                    part=len(parts) - 1 - number,
                    person_id=way.chat.person_id,
                    delivery_id=each.id,
                    templated=way.templated and number == 0,
                )
                for number, payload in enumerate(parts)
            ]
        await Outbox(self._session).add_all(messages, self._now)
        chats = {delivery: way.chat for delivery, way in ways.items()}
        await Deliveries(self._session).note_queued(chats, self._now)
