"""What sending a circular would do: whom it reaches, how, how long it takes and what it costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import Unreached
from bot.domain.meaning import Language
from bot.domain.reach import Doors, ReachPlan, next_sending
from bot.library.library import Library
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.journal import Journal, NewEntry
from bot.records.portfolio import Portfolio
from bot.records.reach import read_recipients
from bot.services.circular_acts import hold_for
from bot.services.circular_views import KnownCircular, read_known
from bot.services.learned import learned_of, pages_of
from bot.services.reaching import CircularSpeaker, choose_way
from bot.services.retention import Now
from bot.services.staff import By

_NAMES = 10

_Key = tuple[str, str]


@dataclass
class _Counts:
    recipients: int = 0
    now: Counter[_Key] = field(default_factory=Counter)
    templated: Counter[_Key] = field(default_factory=Counter)
    unreached: Counter[Unreached] = field(default_factory=Counter)
    languages: Counter[tuple[_Key, Language]] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    again: Counter[_Key] = field(default_factory=Counter)
    told: int = 0


class ReachPlanService:
    """Foresees what sending a circular does; who looks is noted in the journal."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def plan(
        self, by: By, circular_id: str, doors: Doors, speaker: CircularSpeaker
    ) -> ReachPlan:
        """Count whom a circular would reach now.

        Args:
            by: Who asks.
            circular_id: Which.
            doors: Where people can be written to.
            speaker: Puts it into words; a long circular is several messages.

        Raises:
            CircularError: There is none.
            StaffError: Who asks is not HR.
        """
        # Held for a moment, as for any act of HR's: PostgreSQL's readers may not.
        async with self._database.transaction() as session:
            row, actor = await hold_for(session, by, circular_id)
            circular = await read_known(session, row)
            now = self._now()
            # It names some: who has not completed a workshop, too.
            body = {"digest": circular.digest, "audience": circular.audience.to_json()}
            seen = NewEntry("circular_previewed", actor.id, f"circular:{row.id}", body)
            await Journal(session).append(row.employer, [seen], now)
        async with self._database.reading() as session:
            counts = await self._count(session, circular, doors, now)
            remaining = {
                key: await _remaining(session, key, doors, now) for key in set(counts.templated)
            }
        return self._plan(circular, counts, remaining, doors, speaker)

    async def _count(
        self, session: AsyncSession, circular: KnownCircular, doors: Doors, now: datetime
    ) -> _Counts:
        counts = _Counts()
        learned = await learned_of(session, self._library, circular, now)
        async for wanted in pages_of(session, circular, learned):
            counts.told += len(learned.told.intersection(wanted))
            await self._add(session, counts, wanted, doors, now)
        return counts

    async def _add(
        self,
        session: AsyncSession,
        counts: _Counts,
        employees: list[str],
        doors: Doors,
        now: datetime,
    ) -> None:
        recipients = await read_recipients(session, employees)
        people = [each.person_id for each in recipients if each.person_id is not None]
        chats = await Deliveries(session).list_chats(people)
        templated = defaultdict[_Key, list[str]](list)
        for each in recipients:
            theirs = chats.get(each.person_id or "", [])
            way = choose_way(theirs, doors, now, left=False, opted_out=each.opted_out)
            counts.recipients += 1
            if len(counts.names) < _NAMES:
                counts.names.append(each.name)
            if isinstance(way, Unreached):
                counts.unreached[way] += 1
                continue
            counts.languages[way.key, each.language] += 1
            (counts.templated if way.templated else counts.now)[way.key] += 1
            if way.templated:
                templated[way.key].append(way.chat.user)
        for key, users in templated.items():
            counts.again[key] += len(await Portfolio(session, *key).find_known(users, now))

    def _plan(
        self,
        circular: KnownCircular,
        counts: _Counts,
        remaining: dict[_Key, int | None],
        doors: Doors,
        speaker: CircularSpeaker,
    ) -> ReachPlan:
        messages = Counter[_Key]()
        for (key, language), people in counts.languages.items():
            messages[key] += people * len(speaker.parts(circular, language, key))
        beyond, days = 0, 0
        for key, people in counts.templated.items():
            left, most = remaining[key], doors[key].people_a_day
            over = max(0, people - counts.again[key] - left) if left is not None else 0
            beyond += over
            days = max(days, -(-over // most) if most else 0)
            messages[key] += people
        now = self._now()
        starts = max(now, circular.send_at) if circular.send_at else now
        begins = min(
            next_sending(self._library.rulebooks[each].calendar, starts, urgent=circular.urgent)
            for each in circular.audience.employers
        )
        return ReachPlan(
            recipients=counts.recipients,
            told=counts.told,
            now=_by_channel(counts.now),
            by_template=_by_channel(counts.templated),
            beyond=beyond,
            unreached=dict(counts.unreached),
            messages=_by_channel(messages),
            seconds=max(
                (count / doors[key].per_second for key, count in messages.items()), default=0
            ),
            days=days,
            cost=_cost(counts.templated, doors),
            begins_at=None if begins <= now else begins,
            # Who answered wrongly is not HR's to know before anything is sent to them.
            sample=() if circular.audience.answered_wrong else tuple(counts.names),
        )


async def _remaining(session: AsyncSession, key: _Key, doors: Doors, now: datetime) -> int | None:
    most = doors[key].people_a_day
    if most is None:
        return None
    count, _ = await Portfolio(session, *key).count(now)
    return max(0, most - count)


def _by_channel(counts: Counter[_Key]) -> dict[str, int]:
    channels = Counter[str]()
    for (channel, _), count in counts.items():
        channels[channel] += count
    return dict(channels)


def _cost(templated: Counter[_Key], doors: Doors) -> Decimal | None:
    """Give what templates cost; None where a price is not known."""
    cost = Decimal(0)
    for key, count in templated.items():
        price = doors[key].price
        if price is None:
            return None
        cost += count * price
    return cost
