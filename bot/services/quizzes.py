"""Sittings of the quiz: start, answer, pause, go on. All state is in the database."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection

from bot.domain.quizzing import USUAL, deal
from bot.domain.reviewing import review
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.acknowledgements import Acknowledgements
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.people import People
from bot.records.quizzes import NewAnswer, Quizzes, Sitting, SittingKind
from bot.services.pool import Pool
from bot.services.retention import Now
from bot.services.sittings import AT_IT, Sittings
from bot.services.turns import Graded, Refused, Turn

ReadAnswer = Callable[[Question, tuple[int, ...]], frozenset[int] | None]
"""Reads a typed text as an answer to a question, whose choices are shown in an order.

Gives the places of the choices in the bank; None for a text that is no answer.
"""


class QuizService:
    """Puts questions and counts answers.

    Args:
        chance: Where the shuffling comes from.
    """

    def __init__(
        self, database: Database, library: Library, now: Now, chance: random.Random | None = None
    ) -> None:
        self._database = database
        self._pool = Pool(library)
        self._now = now
        self._sittings = Sittings(self._pool, now)
        self._chance = chance or random.SystemRandom()

    async def articles_of(self, person_id: str, circular_id: str) -> tuple[str, ...] | None:
        """Give the articles that a circular is about; None where the person was not sent it."""
        async with self._database.reading() as session:
            if await Acknowledgements(session).look_at(person_id, circular_id) is None:
                return None
            circular = await Circulars(session).find(circular_id)
            return tuple(circular.articles) if circular else None

    async def start(
        self,
        person_id: str,
        key: str,
        kind: SittingKind = SittingKind.QUIZ,
        size: int = USUAL,
        articles: Collection[str] | None = None,
    ) -> Turn | None:
        """Begin a sitting, or go on with the one that is open; None where nothing can be asked.

        Args:
            person_id: Who sits.
            key: What makes the wish unique; handled again it gets the same sitting.
            kind: What it is.
            size: How many questions, if there are as many.
            articles: On these only; None for all that bind the person.
        """
        async with self._database.transaction() as session:
            person, quizzes = await People(session).hold(person_id), Quizzes(session)
            person.draft_awaited_until = None
            sitting = await quizzes.find_open(person_id)
            if sitting is not None and await self._sittings.is_over(
                quizzes, sitting, person.employer
            ):
                sitting = None
            if sitting is not None:
                return await self._sittings.go_on(
                    quizzes, sitting, resumed=sitting.started_for != key
                )
            items = self._pool.items(person.employer, articles)
            if not items or await quizzes.find_started_for(person_id, key):
                return None
            now = self._now()
            dealt = deal(items, await quizzes.list_seen(person_id), now, size, self._chance)
            sitting = await quizzes.start(
                person_id=person_id,
                kind=kind,
                employer=person.employer or "",
                key=key,
                questions=list(map(str, dealt)),
                now=now,
            )
            return await self._sittings.go_on(quizzes, sitting, resumed=False)

    async def answer(
        self, person_id: str, sitting_id: str, position: int, picks: frozenset[int], key: str
    ) -> Turn | Refused:
        """Count an answer, if it is the first to its question.

        Args:
            person_id: Who answers.
            sitting_id: Which sitting.
            position: Which of its questions, from 0.
            picks: The places of the chosen choices in the bank.
            key: What makes the answer unique; handled again it gets the same turn.
        """
        async with self._database.transaction() as session:
            quizzes = Quizzes(session)
            sitting = await quizzes.hold(sitting_id, person_id)
            if sitting is None or not 0 <= position < len(sitting.questions):
                return Refused.UNKNOWN
            if sitting.ended_at is not None or position != sitting.position:
                answers = await quizzes.list_answers(sitting.id)
                is_answered = any(answer.position == position for answer in answers)
                refused = Refused.BEFORE if is_answered else Refused.UNKNOWN
                again = await self._sittings.handled_before(quizzes, sitting, answers, key)
                return again or refused
            asked = self._sittings.dealt(sitting)
            if asked is None:
                return await self._sittings.turn(quizzes, sitting, None)
            if not picks or not picks <= set(asked[1]):
                return Refused.UNKNOWN
            return await self._answered(quizzes, sitting, asked[0], picks, key)

    async def answer_typed(
        self, person_id: str, sitting_id: str, read: ReadAnswer, key: str
    ) -> Turn | None:
        """Count a typed text as the answer to what a sitting asks now, if it is one.

        Args:
            person_id: Who typed.
            sitting_id: Which sitting.
            read: Reads the text.
            key: What makes the text unique; handled again it gets the same turn.
        """
        async with self._database.transaction() as session:
            quizzes = Quizzes(session)
            sitting = await quizzes.hold(sitting_id, person_id)
            if sitting is None:
                return None
            answers = await quizzes.list_answers(sitting.id)
            again = await self._sittings.handled_before(quizzes, sitting, answers, key)
            if again is not None:
                return again
            asked = None if sitting.ended_at is not None else self._sittings.dealt(sitting)
            picks = read(*asked) if asked else None
            if asked is None or not picks:
                return None
            return await self._answered(quizzes, sitting, asked[0], picks, key)

    async def come_back(self, person_id: str) -> Turn | None:
        """Give the question to put again after something else was talked about.

        None where none is open, or the person has left it. Changes nothing.
        """
        async with self._database.reading() as session:
            sitting = await Quizzes(session).look_at_open(person_id)
            if sitting is None or sitting.paused_at is not None:
                return None
            is_left = self._now() - sitting.touched_at > AT_IT
            return None if is_left else self._sittings.shown(sitting)

    async def find_explained(self, person_id: str) -> Question | None:
        """Give the question that was answered last, while its sitting goes on or has just ended."""
        async with self._database.reading() as session:
            answer = await Quizzes(session).find_latest(person_id)
            if answer is None or self._now() - answer.answered_at > AT_IT:
                return None
            return self._pool.find(answer.question)

    async def current(self, person_id: str, sitting_id: str) -> Turn | None:
        """Say which question a sitting of a person's asks now; changes nothing."""
        async with self._database.reading() as session:
            sitting = await Quizzes(session).look_at(sitting_id, person_id)
            if sitting is None or sitting.ended_at is not None:
                return None
            return self._sittings.shown(sitting)

    async def pause(self, person_id: str) -> Turn | None:
        """Let the open sitting wait; None where there is none."""
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            sitting = await Quizzes(session).pause(person_id, self._now())
            is_present = sitting is not None and sitting.employer == person.employer
            return self._sittings.asked(sitting) if sitting and is_present else None

    async def _answered(
        self,
        quizzes: Quizzes,
        sitting: Sitting,
        question: Question,
        picks: frozenset[int],
        key: str,
    ) -> Turn:
        given = Graded(question, picks, picks == question.right)
        await self._count(quizzes, sitting, given, key)
        sitting.position += 1
        return await self._sittings.turn(quizzes, sitting, given)

    async def _count(self, quizzes: Quizzes, sitting: Sitting, given: Graded, key: str) -> None:
        now, person_id, question = self._now(), sitting.person_id, given.question
        known = await quizzes.find_memory(person_id, question.id)
        await quizzes.add_answer(
            NewAnswer(
                sitting_id=sitting.id,
                position=sitting.position,
                person_id=person_id,
                employer=sitting.employer,
                department=await quizzes.department_of(person_id),
                question=question.id,
                version=question.version,
                picks="".join(map(str, sorted(given.picks))),
                is_right=given.right,
                is_first=known is None or known.version != question.version,
                key=key,
                answered_at=now,
            )
        )
        memory = review(known.memory if known else None, now, right=given.right)
        await quizzes.remember(
            person_id, question.id, question.version, memory, is_right=given.right
        )
