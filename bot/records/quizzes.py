"""Sittings of the quiz, their answers, and what each person remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Insert, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.quizzing import Seen
from bot.domain.reviewing import Memory
from bot.records.base import DIALECTS, dialect_of, insert_by, new_token, table_of
from bot.records.employees import Employee
from bot.records.people_rows import Person
from bot.records.quiz_rows import QuizAnswer, QuizMemory, Sitting, SittingKind

__all__ = ["NewAnswer", "Quizzes", "Sitting", "SittingKind"]


@dataclass(frozen=True)
class NewAnswer:
    """An answer to count; see ``QuizAnswer``."""

    sitting_id: str
    position: int
    person_id: str
    employer: str
    department: str | None
    question: str
    version: int
    picks: str
    is_right: bool
    is_first: bool
    key: str
    answered_at: datetime


class Quizzes:
    """The repository of sittings and their answers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @property
    def session(self) -> AsyncSession:
        """The transaction that it works in."""
        return self._session

    async def hold(self, sitting_id: str, person_id: str) -> Sitting | None:
        """Give a sitting that nobody else changes until the transaction ends, nor its person.

        None for another person's, and for one on the rules of another employer than they have now.
        """
        given = {"of_id": sitting_id, "of_person": person_id}
        return (await self._session.scalars(_HOLD, given)).one_or_none()

    async def find_open(self, person_id: str) -> Sitting | None:
        """Give the sitting that a person, who is held, has not ended."""
        return (await self._session.scalars(_OPEN, {"of_person": person_id})).one_or_none()

    async def look_at_open(self, person_id: str) -> Sitting | None:
        """Give the sitting that a person has not ended, of their present employer, to read only."""
        return (await self._session.scalars(_LOOK_AT_OPEN, {"of_person": person_id})).one_or_none()

    async def look_at(self, sitting_id: str, person_id: str) -> Sitting | None:
        """Give what ``hold`` gives, to read only."""
        given = {"of_id": sitting_id, "of_person": person_id}
        return (await self._session.scalars(_LOOK_AT, given)).one_or_none()

    async def find_started_for(self, person_id: str, key: str) -> Sitting | None:
        """Give the sitting that an event started."""
        of = select(Sitting).where(Sitting.person_id == person_id, Sitting.started_for == key)
        return (await self._session.scalars(of)).one_or_none()

    async def start(  # noqa: PLR0913 - keyword-only
        self,
        *,
        person_id: str,
        kind: SittingKind,
        employer: str,
        key: str,
        questions: Sequence[str],
        now: datetime,
        workshop: str | None = None,
    ) -> Sitting:
        """Begin a sitting."""
        sitting = Sitting(
            id=new_token(),
            person_id=person_id,
            kind=kind,
            employer=employer,
            workshop=workshop,
            started_for=key,
            questions=list(questions),
            position=0,
            started_at=now,
            touched_at=now,
        )
        self._session.add(sitting)
        await self._session.flush()
        return sitting

    async def add_answer(self, answer: NewAnswer) -> None:
        """Count an answer.

        Raises:
            sqlalchemy.exc.IntegrityError: The question was answered already.
        """
        await self._session.execute(_ADD_ANSWER, asdict(answer))

    async def find_latest(self, person_id: str) -> QuizAnswer | None:
        """Give a person's latest answer on the rules of their present employer."""
        return (await self._session.scalars(_LATEST, {"of_person": person_id})).one_or_none()

    async def list_answers(self, sitting_id: str) -> Sequence[QuizAnswer]:
        """List a sitting's answers, in the order of its questions."""
        of = (
            select(QuizAnswer)
            .where(QuizAnswer.sitting_id == sitting_id)
            .order_by(QuizAnswer.position)
        )
        return (await self._session.scalars(of)).all()

    async def find_memory(self, person_id: str, question: str) -> QuizMemory | None:
        """Say how a person stands with a question."""
        given = {"of_person": person_id, "of_question": question}
        return (await self._session.execute(_MEMORY, given)).scalar_one_or_none()

    async def remember(
        self, person_id: str, question: str, version: int, memory: Memory, *, is_right: bool
    ) -> None:
        """Note how a person stands with a question now."""
        given = {
            "person_id": person_id,
            "question": question,
            "version": version,
            "is_right": is_right,
            **asdict(memory),
        }
        await self._session.execute(_REMEMBER[dialect_of(self._session)], given)

    async def list_seen(self, person_id: str) -> dict[str, Seen]:
        """Say how a person stands with every question that they were asked."""
        rows = await self._session.execute(_SEEN, {"of_person": person_id})
        return {row.question: Seen(row.is_right, row.due) for row in rows}

    async def department_of(self, person_id: str) -> str | None:
        """Give the path to a person's department, as the roster has it."""
        given = {"of_person": person_id}
        path = (await self._session.scalars(_DEPARTMENT, given)).one_or_none()
        return " / ".join(path or ()) or None

    async def pause(self, person_id: str, now: datetime) -> Sitting | None:
        """Let the open sitting of a person wait; None where there is none."""
        sitting = await self.find_open(person_id)
        if sitting is not None:
            sitting.paused_at = sitting.paused_at or now
            await self.see(sitting, None)
        return sitting

    async def see(self, sitting: Sitting, until: datetime | None) -> None:
        """Note whether a person sees a question of a sitting now.

        Args:
            sitting: The sitting.
            until: How long what they type may be its answer; None where they see it no more.
        """
        given = {
            "of_person": sitting.person_id,
            "sitting": None if until is None else sitting.id,
            "until": until,
        }
        await self._session.execute(_SEE, given)


_answers = table_of(QuizAnswer)
_memories = table_of(QuizMemory)

_people = table_of(Person)
_OF_PERSON = Sitting.person_id == bindparam("of_person")
_PRESENT = (
    select(Sitting)
    .join(Person, Person.id == Sitting.person_id)
    .where(_OF_PERSON, Sitting.employer == Person.employer)
)
_LOOK_AT = _PRESENT.where(Sitting.id == bindparam("of_id"))
_LOOK_AT_OPEN = _PRESENT.where(Sitting.ended_at.is_(None))
# The person first, as everywhere: what is locked in two orders waits for itself.
_HOLD = _LOOK_AT.with_for_update(of=[Person, Sitting]).execution_options(populate_existing=True)
_OPEN = (
    select(Sitting)
    .where(_OF_PERSON, Sitting.ended_at.is_(None))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ADD_ANSWER = insert(_answers)
_LATEST = (
    select(QuizAnswer)
    .join(Person, Person.id == QuizAnswer.person_id)
    .where(Person.id == bindparam("of_person"), QuizAnswer.employer == Person.employer)
    .order_by(QuizAnswer.answered_at.desc(), QuizAnswer.id.desc())
    .limit(1)
)
_MEMORY = select(QuizMemory).where(
    QuizMemory.person_id == bindparam("of_person"), QuizMemory.question == bindparam("of_question")
)
_SEEN = select(_memories.c.question, _memories.c.is_right, _memories.c.due).where(
    _memories.c.person_id == bindparam("of_person")
)
_DEPARTMENT = (
    select(Employee.department)
    .join(Person, Person.employee_id == Employee.id)
    .where(Person.id == bindparam("of_person"))
)
_SEE = (
    update(_people)
    .where(_people.c.id == bindparam("of_person"))
    .values(sitting_id=bindparam("sitting"), sitting_until=bindparam("until"))
)


def _remember_by(dialect: str) -> Insert:
    start = insert_by(dialect, _memories)
    keys = [column.name for column in _memories.primary_key]
    given = {c.name: start.excluded[c.name] for c in _memories.columns if c.name not in keys}
    return start.on_conflict_do_update(index_elements=keys, set_=given)


_REMEMBER = {dialect: _remember_by(dialect) for dialect in DIALECTS}
