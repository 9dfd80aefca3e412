"""Self-paced workshops: where a learner is, lessons and their questions.

Nothing is kept of where somebody is but the evidence itself, so a workshop goes on where it was
left, on another channel too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.completion import FINAL
from bot.domain.learners import learner_of
from bot.domain.quizzing import QuestionKind
from bot.errors import ContentError
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.library.workshops import Lesson, Workshop
from bot.records.database import Database
from bot.records.learning import Completion, Learning, NewEvidence
from bot.records.people import People
from bot.records.quizzes import Quizzes
from bot.services.pool import Pool
from bot.services.proving import prove
from bot.services.retention import Now
from bot.services.turns import Graded


@dataclass(frozen=True)
class KnownCompletion:
    """A completion; see ``bot.records.learning_rows.Completion``."""

    version: str
    completed_at: datetime
    score: int | None
    total: int | None


@dataclass(frozen=True)
class Standing:
    """Where a person is in their workshop.

    Attributes:
        workshop: The workshop.
        done: The ids of the lessons whose question was answered.
        wrong: Those of them whose first answer was wrong: the final quiz asks them again.
        failed: Score and total of the last final quiz, if it was not passed; None otherwise.
        completed: The completion of the present version; None while there is none.
        earlier: The latest completion of an older version; None where there is none.
        renew_by: Until when who completed an older version has to complete this one; None for a
            first version.
    """

    workshop: Workshop
    done: frozenset[str]
    wrong: frozenset[str]
    failed: tuple[int, int] | None
    completed: KnownCompletion | None
    earlier: KnownCompletion | None
    renew_by: datetime | None

    @property
    def next(self) -> Lesson | None:
        """The first lesson that is not done; None where the final quiz comes next."""
        left = (lesson for lesson in self.workshop.lessons if lesson.id not in self.done)
        return next(left, None)


@dataclass(frozen=True)
class Check:
    """The question of a lesson, as it is put to a person.

    Attributes:
        order: The places that its choices have in the bank, in the order to show.
        standing: Where the person is.
    """

    lesson: Lesson
    question: Question
    order: tuple[int, ...]
    standing: Standing


@dataclass(frozen=True)
class Checked:
    """An answer to the question of a lesson, and where the person is with it."""

    lesson: Lesson
    given: Graded
    standing: Standing


class WorkshopService:
    """Tells where people are, and counts their answers."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._pool = Pool(library)
        self._now = now

    async def publish(self) -> None:
        """Note the versions of all workshops that were never used before.

        Raises:
            ContentError: A version asks for something else than it did.
        """
        async with self._database.transaction() as session:
            for workshop in self._library.workshops.values():
                await self._publish(Learning(session), workshop)

    async def stand(self, person_id: str) -> Standing | None:
        """Say where a person is; None where their employer has no workshop."""
        async with self._database.reading() as session:
            return await self._stand(session, person_id)

    async def ask(self, person_id: str, lesson_id: str) -> Check | None:
        """Put the question of a lesson; None for a lesson that is not in the person's workshop.

        A quiz that is open waits: what is typed from here on is no answer to it.
        """
        async with self._database.transaction() as session:
            await People(session).hold(person_id)
            standing = await self._stand(session, person_id)
            found = self._find(standing, lesson_id)
            if standing is None or found is None:
                return None
            await Quizzes(session).pause(person_id, self._now())
            return Check(*found, _order(person_id, found[1]), standing)

    async def answer(
        self, person_id: str, lesson_id: str, version: int, picks: frozenset[int]
    ) -> Checked | None:
        """Grade an answer to a lesson's question; the first one counts, and ends the lesson.

        A lesson is done with any answer: the explanation is read behind a wrong one, and the
        final quiz asks the question again.

        Args:
            person_id: Who answers.
            lesson_id: Which lesson.
            version: The question's, as it was shown.
            picks: The places of the chosen choices in the bank.

        Returns:
            None for a lesson or a question that is not there any more.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            standing = await self._stand(session, person_id)
            found = self._find(standing, lesson_id)
            if standing is None or found is None:
                return None
            lesson, question = found
            if question.version != version or not picks or not picks <= set(range(question.size)):
                return None
            right, workshop = picks == question.right, standing.workshop
            learner = learner_of(person.id, person.employee_id)
            evidence = NewEvidence(
                learner=learner,
                workshop=workshop.id,
                version=workshop.version,
                part=lesson.id,
                passed=right,
                score=int(right),
                total=1,
                at=self._now(),
                source=f"{learner} {lesson.id}@{workshop.version}",
            )
            await prove(session, evidence, self._now())
            after = await self._stand(session, person_id)
            return Checked(lesson, Graded(question, picks, right), after or standing)

    async def _publish(self, learning: Learning, workshop: Workshop) -> None:
        parts = [*(lesson.id for lesson in workshop.lessons), FINAL]
        known = await learning.find_version(workshop.id, workshop.version)
        if known is None:
            now, older = self._now(), await learning.list_versions(workshop.id)
            await learning.add_version(
                workshop=workshop.id,
                version=workshop.version,
                parts=parts,
                pass_mark=workshop.pass_mark,
                published_at=now,
                renew_by=now + timedelta(days=workshop.renew_days) if older else None,
            )
        elif (sorted(known.parts), known.pass_mark) != (sorted(parts), workshop.pass_mark):
            raise ContentError(
                f"content/workshops/{workshop.id}.yml: version {workshop.version!r} was in use "
                "with other lessons or another pass mark. Raise the version."
            )

    async def _stand(self, session: AsyncSession, person_id: str) -> Standing | None:
        person = await People(session).get(person_id)
        workshop = self._library.workshop_of(person.employer)
        if workshop is None:
            return None
        learning, learner = Learning(session), learner_of(person.id, person.employee_id)
        evidence = await learning.list_evidence(learner, workshop.id, workshop.version)
        completions = await learning.list_completions(learner, workshop.id)
        present = [each for each in completions if each.version == workshop.version]
        earlier = [each for each in completions if each.version != workshop.version]
        version = await learning.find_version(workshop.id, workshop.version)
        finals = [each for each in evidence if each.part == FINAL]
        last = finals[-1] if finals and not present else None
        lessons = {lesson.id for lesson in workshop.lessons}
        done = {each.part: each.passed for each in evidence if each.part in lessons}
        return Standing(
            workshop=workshop,
            done=frozenset(done),
            wrong=frozenset(part for part, passed in done.items() if not passed),
            failed=(last.score or 0, last.total or 0) if last else None,
            completed=_known(present[-1]) if present else None,
            earlier=_known(earlier[-1]) if earlier else None,
            renew_by=version.renew_by if version else None,
        )

    def _find(self, standing: Standing | None, lesson_id: str) -> tuple[Lesson, Question] | None:
        lessons = standing.workshop.lessons if standing else ()
        lesson = next((each for each in lessons if each.id == lesson_id), None)
        question = self._pool.find(lesson.question) if lesson else None
        return None if lesson is None or question is None else (lesson, question)


def _known(row: Completion) -> KnownCompletion:
    return KnownCompletion(row.version, row.completed_at, row.score, row.total)


def _order(person_id: str, question: Question) -> tuple[int, ...]:
    """Shuffle the choices, each time alike for the same person."""
    places = list(range(question.size))
    if question.kind is not QuestionKind.TRUE_FALSE:
        seed = f"{person_id} {question.id}@{question.version}"
        random.Random(seed).shuffle(places)  # noqa: S311 - guards nothing
    return tuple(places)
