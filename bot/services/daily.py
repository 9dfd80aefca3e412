"""The daily five minutes: at which hour, and who is reminded now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.daily import (
    FIRST_HOUR,
    LAST_HOUR,
    MOST_IGNORED,
    Calendar,
    may_remind,
    next_reminder,
    quiet_from,
)
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Json
from bot.records.daily import DailyHabit, DailyHabits, DueHabit, Moved
from bot.records.database import Database
from bot.records.links import ChannelLink
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.people import People, Person
from bot.services.retention import Now

Doors = Mapping[tuple[str, str], timedelta | None]
"""By channel and account what is open now, and how long after a person's last message they may be
written to there; None for always."""

_UNKNOWN_EMPLOYER = timedelta(days=1)
"""How long the habit of somebody rests whose employer's days are not known."""


@dataclass(frozen=True)
class Daily:
    """How it stands with a person's daily five minutes.

    Attributes:
        hour: The hour of the reminder, where their employer is; None while it is off.
        stopped: It is off since nobody answered, and not because they wished it.
        reminds: They want reminders at all.
        channel: Where the reminders go; None where nobody can be reached.
    """

    hour: int | None
    stopped: bool
    reminds: bool
    channel: str | None


@dataclass(frozen=True)
class Reminder:
    """A reminder to be put into words.

    Attributes:
        language: The language to say it in.
        last: If this one is ignored too, no other follows.
        until: It is not said any more from then on: it is quiet.
    """

    language: Language
    last: bool
    until: datetime


Say = Callable[[Reminder], Json]
"""Gives the message that says a reminder, as JSON values."""


class DailyService:
    """Keeps daily habits and reminds of them."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now
        self._questions = {
            employer: frozenset(question.id for question in library.questions(employer))
            for employer in library.rulebooks
        }

    async def set(self, person_id: str, hour: int | None) -> Daily | None:
        """Remind a person daily from now on; None where there is nothing to ask them.

        Args:
            person_id: Who wishes it.
            hour: At which hour, where their employer is; None for not any more.

        Raises:
            ValueError: It is not an hour to choose.
        """
        if hour is not None and not FIRST_HOUR <= hour <= LAST_HOUR:
            raise ValueError(f"no hour to be reminded at: {hour}")
        async with self._database.transaction() as session:
            person, habits = await People(session).hold(person_id), DailyHabits(session)
            if hour is None:
                await habits.stop(person_id)
            elif not self._questions.get(person.employer or ""):
                return None
            else:
                calendar, now = self._library.rulebooks[person.employer or ""].calendar, self._now()
                reminded = _reminded_today(await habits.find(person_id), calendar, now)
                due = next_reminder(calendar, hour, now, reminded)
                await habits.start(person_id, hour, due, reminded)
            return await daily_of(person, habits)

    async def status(self, person_id: str) -> Daily:
        """Say how it stands.

        Raises:
            sqlalchemy.exc.NoResultFound: There is nobody with this id.
        """
        async with self._database.reading() as session:
            return await daily_of(await People(session).get(person_id), DailyHabits(session))

    async def remind_due(self, limit: int, doors: Doors, say: Say) -> int:
        """Queue a reminder to each person whose hour has come and who can use one.

        Args:
            limit: Look at so many at most.
            doors: Where people can be written to.
            say: Puts a reminder into words.

        Returns:
            At how many it looked; at fewer than the limit means at all that were due.
        """
        async with self._database.transaction() as session:
            now, habits = self._now(), DailyHabits(session)
            due = await habits.hold_due(now, limit)
            people = [habit.person_id for habit in due]
            links = await habits.list_links(people)
            asked = await habits.list_due_questions(people, now)
            moved, messages = [], []
            for habit in due:
                link = links.get(habit.person_id)
                is_reached = link is not None and reaches(link, doors, now)
                is_useful = self._is_useful(habit, asked[habit.person_id], now)
                after = self._after(habit, now, remind=is_reached and is_useful)
                moved.append(after)
                if link is not None and after.reminded_at == now:
                    calendar = self._library.rulebooks[habit.employer or ""].calendar
                    is_last = after.ignored == MOST_IGNORED - 1
                    reminder = Reminder(habit.language, is_last, quiet_from(calendar, now))
                    message = NewMessage(link, say(reminder), Lane.BULK, person_id=link.person_id)
                    messages.append(message)
            await habits.move(moved)
            await Outbox(session).add_all(messages, now)
            return len(due)

    def _is_useful(self, habit: DueHabit, asked: Mapping[str, bool], now: datetime) -> bool:
        """Say whether somebody wants a reminder, has not answered today, and can be asked."""
        rulebook = self._library.rulebooks.get(habit.employer or "")
        if rulebook is None or not habit.wants:
            return False
        calendar, answered = rulebook.calendar, habit.answered_at
        if answered is not None and calendar.day(answered) == calendar.day(now):
            return False
        return any(asked.get(question, True) for question in self._questions[rulebook.id])

    def _after(self, habit: DueHabit, now: datetime, *, remind: bool) -> Moved:
        """Say what becomes of a habit that is due; one that is reminded of now is so at ``now``."""
        reminded, answered = habit.reminded_at, habit.answered_at
        is_ignored = reminded is not None and (answered is None or answered < reminded)
        ignored = habit.ignored + 1 if is_ignored else 0
        if ignored >= MOST_IGNORED:
            return Moved(habit.person_id, None, reminded, ignored)
        rulebook = self._library.rulebooks.get(habit.employer or "")
        if rulebook is None:
            return Moved(habit.person_id, now + _UNKNOWN_EMPLOYER, reminded, habit.ignored)
        calendar, hour = rulebook.calendar, habit.hour
        if remind and may_remind(calendar, hour, now, reminded):
            due = next_reminder(calendar, hour, now, now)
            return Moved(habit.person_id, due, now, ignored)
        # What was ignored is counted once, when the next reminder goes out.
        due = next_reminder(calendar, hour, now, reminded)
        return Moved(habit.person_id, due, reminded, habit.ignored)


async def daily_of(person: Person, habits: DailyHabits) -> Daily:
    """Say how it stands with a person's daily five minutes."""
    habit = await habits.find(person.id)
    link = (await habits.list_links([person.id])).get(person.id)
    is_on = habit is not None and habit.next_at is not None
    return Daily(
        hour=habit.hour if habit is not None and is_on else None,
        stopped=habit is not None and not is_on and habit.ignored >= MOST_IGNORED,
        reminds=person.reminders_off_at is None,
        channel=link.channel if link is not None else None,
    )


def _reminded_today(habit: DailyHabit | None, calendar: Calendar, now: datetime) -> datetime | None:
    reminded = habit.reminded_at if habit is not None else None
    is_today = reminded is not None and calendar.day(reminded) == calendar.day(now)
    return reminded if is_today else None


def reaches(link: ChannelLink, doors: Doors, now: datetime) -> bool:
    """Say whether a chat can be written to now, without a template."""
    door = link.channel, link.account
    if link.blocked_at is not None or door not in doors:
        return False
    window, wrote = doors[door], link.last_wrote_at
    return window is None or (wrote is not None and now < wrote + window)
