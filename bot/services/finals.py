"""The final quiz of a workshop: begun here, answered as every quiz is."""

from __future__ import annotations

import random

from bot.domain.learners import learner_of
from bot.domain.quizzing import Item, deal_final
from bot.library.library import Library
from bot.library.workshops import Workshop
from bot.records.database import Database
from bot.records.learning import Learning
from bot.records.people import People, Person
from bot.records.quizzes import Quizzes, SittingKind
from bot.services.pool import Pool
from bot.services.retention import Now
from bot.services.sittings import Sittings
from bot.services.turns import Turn


class FinalService:
    """Begins final quizzes.

    Args:
        chance: Where the shuffling comes from.
    """

    def __init__(
        self, database: Database, library: Library, now: Now, chance: random.Random | None = None
    ) -> None:
        self._database = database
        self._library = library
        self._pool = Pool(library)
        self._sittings = Sittings(self._pool, now)
        self._now = now
        self._chance = chance or random.SystemRandom()

    async def start(self, person_id: str, key: str) -> Turn | None:
        """Begin the final quiz of a person's workshop, or go on with it; another quiz ends.

        Each time other questions are drawn.

        Args:
            person_id: Who sits.
            key: What makes the wish unique; handled again it gets the same sitting.

        Returns:
            None where there is no workshop, a lesson is not done, or all is done.
        """
        async with self._database.transaction() as session:
            person, quizzes = await People(session).hold(person_id), Quizzes(session)
            workshop = self._library.workshop_of(person.employer)
            if workshop is None:
                return None
            again = await _wrong_in(Learning(session), person, workshop)
            if again is None:
                return None
            person.draft_awaited_until = None
            label = f"{workshop.id}@{workshop.version}"
            sitting = await quizzes.find_open(person_id)
            if sitting is not None and sitting.workshop != label:
                await self._sittings.end(quizzes, sitting)
                sitting = None
            elif sitting and await self._sittings.is_over(quizzes, sitting, person.employer):
                sitting = None
            if sitting is not None:
                resumed = sitting.started_for != key
                return await self._sittings.go_on(quizzes, sitting, resumed=resumed)
            if await quizzes.find_started_for(person_id, key):
                return None
            dealt = deal_final(self._items(workshop), again, workshop.final, self._chance)
            sitting = await quizzes.start(
                person_id=person_id,
                kind=SittingKind.FINAL,
                employer=person.employer or "",
                key=key,
                questions=list(map(str, dealt)),
                now=self._now(),
                workshop=label,
            )
            return await self._sittings.go_on(quizzes, sitting, resumed=False)

    def _items(self, workshop: Workshop) -> list[Item]:
        """Give the questions on what the lessons teach; on all of the rulebook if these are few."""
        taught = {article for lesson in workshop.lessons for article in lesson.articles}
        items = self._pool.items(workshop.rulebook)
        fitting = [item for item in items if item.article in taught]
        return fitting if len(fitting) >= workshop.final else list(items)


async def _wrong_in(learning: Learning, person: Person, workshop: Workshop) -> set[str] | None:
    """Give the questions answered wrongly in lessons; None where it is no time for the final."""
    learner = learner_of(person.id, person.employee_id)
    if await learning.find_completion(learner, workshop.id, workshop.version):
        return None
    evidence = await learning.list_evidence(learner, workshop.id, workshop.version)
    passed = {each.part: each.passed for each in evidence}
    if any(lesson.id not in passed for lesson in workshop.lessons):
        return None
    return {lesson.question for lesson in workshop.lessons if not passed[lesson.id]}
