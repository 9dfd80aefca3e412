"""What a person has learnt, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.daily import streak
from bot.domain.quizzing import Seen
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.daily import DailyHabits
from bot.records.database import Database
from bot.records.people import People
from bot.records.progress import Given, QuizHistory
from bot.records.quizzes import Quizzes
from bot.services.daily import Daily, daily_of
from bot.services.retention import Now

_LATELY = timedelta(days=30)
_MOST_WEAK = 3


@dataclass(frozen=True)
class Progress:
    """How far a person is with the questions that bind them.

    Attributes:
        total: How many questions there are.
        asked: How many of them they have answered.
        known: How many of them they answered rightly last.
        due: How many should come again by now.
        articles: How many articles the questions ask about.
        done: How many of these articles have no question that is not known.
        weak: The articles that they were wrong about most often lately and still are, the worst
            first.
        sittings: How many they finished.
        streak: Days in a row with an answer, see ``bot.domain.daily.streak``.
        daily: Their daily five minutes.
    """

    total: int
    asked: int
    known: int
    due: int
    articles: int
    done: int
    weak: tuple[str, ...]
    sittings: int
    streak: int
    daily: Daily


class ProgressService:
    """Tells people how far they are; nobody else is told."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def show(self, person_id: str) -> Progress | None:
        """Say how far a person is; None where there is nothing to ask them.

        Raises:
            sqlalchemy.exc.NoResultFound: There is nobody with this id.
        """
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            rulebook = self._library.rulebooks.get(person.employer or "")
            questions = self._library.questions(rulebook.id) if rulebook else ()
            if rulebook is None or not questions:
                return None
            seen = await Quizzes(session).list_seen(person_id)
            given = await QuizHistory(session).list_given(person_id)
            now, calendar = self._now(), rulebook.calendar
            known = {question for question, stand in seen.items() if stand.right}
            articles = {question.article for question in questions}
            open_ = {question.article for question in questions if question.id not in known}
            return Progress(
                total=len(questions),
                asked=sum(question.id in seen for question in questions),
                known=sum(question.id in known for question in questions),
                due=_due(questions, seen, now),
                articles=len(articles),
                done=len(articles - open_),
                weak=_weak(questions, seen, _wrong_since(given, now - _LATELY)),
                sittings=await QuizHistory(session).count_done(person_id),
                streak=streak(
                    calendar, {calendar.day(one.answered_at) for one in given}, calendar.day(now)
                ),
                daily=await daily_of(person, DailyHabits(session)),
            )


def _due(questions: Sequence[Question], seen: Mapping[str, Seen], now: datetime) -> int:
    return sum(question.id in seen and seen[question.id].due <= now for question in questions)


def _wrong_since(given: Iterable[Given], since: datetime) -> Counter[str]:
    return Counter(one.question for one in given if not one.is_right and one.answered_at > since)


def _weak(
    questions: Sequence[Question], seen: Mapping[str, Seen], wrong: Counter[str]
) -> tuple[str, ...]:
    """Give the articles with most wrong answers, of questions that are still not known."""
    by_article = Counter[str]()
    for question in questions:
        if wrong[question.id] and not seen[question.id].right:
            by_article[question.article] += wrong[question.id]
    return tuple(article for article, _ in by_article.most_common(_MOST_WEAK))
