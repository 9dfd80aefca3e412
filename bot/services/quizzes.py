"""Sittings of the quiz: start, answer, pause, go on. All state is in the database."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.quizzing import USUAL, deal
from bot.domain.reviewing import review
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.database import Database
from bot.records.people import People
from bot.records.quiz_rows import QuizAnswer
from bot.records.quizzes import NewAnswer, Quizzes, Sitting, SittingKind
from bot.services.pool import Pool
from bot.services.retention import Now
from bot.services.turns import Graded, Refused, Turn

_TYPED_FOR = timedelta(hours=12)
"""How long after a question was shown a typed text may be its answer."""

_KEPT_OPEN = timedelta(days=30)
"""A sitting that was left longer ago is not gone on with: a new one is dealt."""

_AT_IT = timedelta(hours=1)
"""Who asks something else so long after the last question has left the quiz."""

_REPLAYED_FOR = timedelta(minutes=10)
"""How long after the end the event of the last typed answer still finds its turn."""

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
        self._chance = chance or random.SystemRandom()

    async def start(
        self,
        person_id: str,
        key: str,
        kind: SittingKind = SittingKind.QUIZ,
        size: int = USUAL,
    ) -> Turn | None:
        """Begin a sitting, or go on with the one that is open; None where nothing can be asked.

        Args:
            person_id: Who sits.
            key: What makes the wish unique; handled again it gets the same sitting.
            kind: What it is.
            size: How many questions, if there are as many.
        """
        async with self._database.transaction() as session:
            person, quizzes = await People(session).hold(person_id), Quizzes(session)
            person.draft_awaited_until = None
            sitting = await quizzes.find_open(person_id)
            if sitting is not None and await self._is_over(quizzes, sitting, person.employer):
                sitting = None
            if sitting is not None:
                return await self._go_on(quizzes, sitting, resumed=sitting.started_for != key)
            items = self._pool.items(person.employer)
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
            return await self._go_on(quizzes, sitting, resumed=False)

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
                return await self._handled_before(quizzes, sitting, answers, key) or refused
            asked = self._dealt(sitting)
            if asked is None:
                return await self._turn(quizzes, sitting, None)
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
            again = await self._handled_before(quizzes, sitting, answers, key)
            if again is not None:
                return again
            asked = None if sitting.ended_at is not None else self._dealt(sitting)
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
            is_left = self._now() - sitting.touched_at > _AT_IT
            return None if is_left else self._shown(sitting)

    async def find_explained(self, person_id: str) -> Question | None:
        """Give the question that was answered last, while its sitting goes on or has just ended."""
        async with self._database.reading() as session:
            answer = await Quizzes(session).find_latest(person_id)
            if answer is None or self._now() - answer.answered_at > _AT_IT:
                return None
            return self._pool.find(answer.question)

    async def current(self, person_id: str, sitting_id: str) -> Turn | None:
        """Say which question a sitting of a person's asks now; changes nothing."""
        async with self._database.reading() as session:
            sitting = await Quizzes(session).look_at(sitting_id, person_id)
            if sitting is None or sitting.ended_at is not None:
                return None
            return self._shown(sitting)

    async def pause(self, person_id: str) -> Turn | None:
        """Let the open sitting wait; None where there is none."""
        async with self._database.transaction() as session:
            person, quizzes = await People(session).hold(person_id), Quizzes(session)
            sitting = await quizzes.find_open(person_id)
            if sitting is None or sitting.employer != person.employer:
                return None
            sitting.paused_at = sitting.paused_at or self._now()
            await quizzes.see(sitting, None)
            return self._asked(sitting)

    async def _is_over(self, quizzes: Quizzes, sitting: Sitting, employer: str | None) -> bool:
        """End a sitting that is not to be gone on with."""
        now = self._now()
        if sitting.employer == employer and now - sitting.touched_at < _KEPT_OPEN:
            self._skip(sitting)
            if sitting.position < len(sitting.questions):
                return False
        sitting.ended_at = now
        await quizzes.see(sitting, None)
        return True

    async def _go_on(
        self, quizzes: Quizzes, sitting: Sitting, last: Graded | None = None, *, resumed: bool
    ) -> Turn:
        """Let the person see the question that is to be asked now."""
        now = self._now()
        # Who is at it sees it anyway: of ten questions within an hour each none outlasts the hours.
        if last is None or sitting.paused_at is not None or now - sitting.touched_at > _AT_IT:
            await quizzes.see(sitting, now + _TYPED_FOR)
        sitting.touched_at, sitting.paused_at = now, None
        return self._asked(sitting, last, resumed=resumed and sitting.position > 0)

    async def _handled_before(
        self, quizzes: Quizzes, sitting: Sitting, answers: Sequence[QuizAnswer], key: str
    ) -> Turn | None:
        """Give the turn that an event led to again; None for an event that answered nothing yet."""
        answer = next((answer for answer in answers if answer.key == key), None)
        question = None if answer is None else self._pool.find(answer.question)
        is_given_up = sitting.ended_at is not None and sitting.position < len(sitting.questions)
        if answer is None or question is None or is_given_up:
            return None
        last = Graded(question, frozenset(map(int, answer.picks)), answer.is_right)
        return await self._turn(quizzes, sitting, last)

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
        return await self._turn(quizzes, sitting, given)

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

    async def _turn(self, quizzes: Quizzes, sitting: Sitting, last: Graded | None) -> Turn:
        """Go on behind an answer: with the next question, or with what came of it all.

        ``last`` is None where the question cannot be answered any more.
        """
        self._skip(sitting)
        if sitting.position < len(sitting.questions):
            return await self._go_on(quizzes, sitting, last, resumed=False)
        if sitting.ended_at is None:
            sitting.touched_at = sitting.ended_at = self._now()
            await quizzes.see(sitting, self._now() + _REPLAYED_FOR)
        result = self._pool.sum_up(await quizzes.list_answers(sitting.id))
        return Turn(sitting.id, sitting.position, len(sitting.questions), last=last, result=result)

    def _shown(self, sitting: Sitting) -> Turn | None:
        """Say what is asked now; None where the bank has lost it: the next start passes over it."""
        return self._asked(sitting) if self._dealt(sitting) else None

    def _asked(
        self, sitting: Sitting, last: Graded | None = None, *, resumed: bool = False
    ) -> Turn:
        question, order = self._dealt(sitting) or (None, ())
        return Turn(
            sitting=sitting.id,
            position=sitting.position,
            total=len(sitting.questions),
            question=question,
            order=order,
            last=last,
            resumed=resumed,
        )

    def _dealt(self, sitting: Sitting) -> tuple[Question, tuple[int, ...]] | None:
        """Give the question to ask now; None where the bank has it no more as it was dealt."""
        if sitting.position >= len(sitting.questions):
            return None
        return self._pool.dealt(sitting.questions[sitting.position])

    def _skip(self, sitting: Sitting) -> None:
        """Pass over what the bank has no more."""
        while sitting.position < len(sitting.questions) and self._dealt(sitting) is None:
            sitting.position += 1
