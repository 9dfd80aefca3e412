"""What is stored about a person: to be told, and to be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.meaning import Language
from bot.records.acknowledgements import Acknowledgements
from bot.records.database import Database
from bot.records.delegations import Delegations
from bot.records.employees import Employee, EmployeePhone
from bot.records.enrolment import take_away
from bot.records.files import Files, NewFile
from bot.records.handovers import Handover, Handovers
from bot.records.learners import forget
from bot.records.links import ChannelLink, Links
from bot.records.people import People, Person
from bot.services.duty_data import (
    KnownPledge,
    KnownReceived,
    KnownSurvey,
    list_pledges,
    list_received,
    list_surveys,
)
from bot.services.learning_data import KnownLearning, collect_learning
from bot.services.quiz_data import KnownQuiz, collect_quiz
from bot.services.retention import Now, Retention
from bot.services.session_data import KnownWorkshop, collect_sessions


@dataclass(frozen=True)
class KnownLink:
    """A chat that is or was theirs: where, since when, by which proof, until when."""

    channel: str
    since: datetime
    proof: str | None
    is_primary: bool
    ended: datetime | None


@dataclass(frozen=True)
class KnownHandover:
    """A question that they asked to have answered by a person."""

    number: int
    state: str
    question: str | None
    answer: str | None
    since: datetime
    expires: datetime


@dataclass(frozen=True)
class KnownDelegation:
    """An official account that they run by a decision."""

    platform: str
    account: str
    decision: str


@dataclass(frozen=True)
class KnownEmployee:
    """What the employer's roster says of them."""

    number: str
    names: tuple[str, ...]
    department: tuple[str, ...]
    job: str | None
    manager_number: str | None
    phones: tuple[str, ...]
    roles: tuple[str, ...]
    delegations: tuple[KnownDelegation, ...]


@dataclass(frozen=True)
class PersonalData:
    """All that can be found about one person.

    Attributes:
        since: When they first wrote.
        employer: The employer's id; None before the choice.
        language: The language they chose; None if they chose none.
        speaks: The language to tell it in.
        reminders_off: Since when they want no reminders; None if they do.
        waiting: A question that waits for the choice of employer.
        employee: The roster's entry; None for who is not enrolled.
        links: Their chats.
        handovers: Their requests to a person.
        quiz: What came of quizzes.
        sessions: The live workshops that they registered for or were at.
        surveys: Those that they took part in.
        pledges: What they have accepted.
        circulars: Those that their employer sent them.
        learning: What they did for workshops, and what they completed.
        kept_days: How long question texts are kept, without their author.
    """

    since: datetime
    employer: str | None
    language: Language | None
    speaks: Language
    reminders_off: datetime | None
    waiting: str | None
    employee: KnownEmployee | None
    links: tuple[KnownLink, ...]
    handovers: tuple[KnownHandover, ...]
    quiz: KnownQuiz
    sessions: tuple[KnownWorkshop, ...]
    surveys: tuple[KnownSurvey, ...]
    pledges: tuple[KnownPledge, ...]
    circulars: tuple[KnownReceived, ...]
    learning: KnownLearning
    kept_days: int


class PrivacyService:
    """Collects and erases what is stored about a person."""

    def __init__(self, database: Database, retention: Retention, now: Now) -> None:
        self._database = database
        self._retention = retention
        self._now = now

    async def collect(self, person_id: str) -> PersonalData:
        """Give all that can be found about a person.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            learner = learner_of(person.id, person.employee_id)
            links = await session.scalars(
                select(ChannelLink)
                .where(ChannelLink.person_id == person_id)
                .order_by(ChannelLink.id)
            )
            asked = await session.scalars(
                select(Handover).where(Handover.person_id == person_id).order_by(Handover.number)
            )
            return PersonalData(
                since=person.created_at,
                employer=person.employer,
                language=person.language,
                speaks=person.speaks,
                reminders_off=person.reminders_off_at,
                waiting=person.pending_text if person.pending_for is None else None,
                employee=await _employee(session, person.employee_id),
                links=tuple(
                    KnownLink(one.channel, one.created_at, one.proof, one.is_primary, one.ended_at)
                    for one in links
                ),
                handovers=tuple(
                    KnownHandover(
                        one.number,
                        one.state,
                        one.question,
                        one.answer,
                        one.created_at,
                        one.expires_at,
                    )
                    for one in asked
                ),
                quiz=await collect_quiz(session, person_id),
                sessions=await collect_sessions(session, learner),
                surveys=await list_surveys(session, learner),
                pledges=await list_pledges(session, learner),
                circulars=await list_received(session, person.employee_id),
                learning=await collect_learning(session, learner),
                kept_days=self._retention.questions.days,
            )

    async def find_person(self, employer: str, number: str) -> str | None:
        """Give the id of the person that an employee is; None if they are on no chat."""
        async with self._database.reading() as session:
            named = (
                select(Person.id)
                .join(Employee)
                .where(Employee.employer == employer, Employee.number == number)
            )
            return await session.scalar(named)

    async def keep_file(self, new: NewFile) -> str:
        """Keep a file until the person has had time to fetch it; gives its id."""
        now = self._now()
        async with self._database.transaction() as session:
            stored = await Files(session).add(new, now, now + self._retention.messages)
            return stored.id

    async def ask_erasure(self, person_id: str) -> None:
        """Let a person's data be erased by the next run of ``erase_due``."""
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            person.erase_at = person.erase_at or self._now()

    async def erase_due(self) -> int:
        """Erase everybody who asked for it and say how many there were.

        Goes: their chats, choices, waiting questions, requests to a person, quizzes, daily
        reminders, files, what is still to be sent to them, registrations for live workshops, and of
        who is in no roster also workshops, attendance, pledges and that they took part in a survey.
        Stays: the employer's own roster with its decisions; an employee's workshops, attendance and
        pledges with their certificates, and that they were sent circulars and acknowledged them,
        which the employer has to prove; of requests that they were asked, when, and how they ended,
        for the desk's service times; and question texts and answers, which nothing ties to a
        person and which expire.
        """
        async with self._database.transaction() as session:
            due = select(Person).where(Person.erase_at <= self._now()).order_by(Person.id)
            # What they do meanwhile would be left behind.
            people = (await session.scalars(due.with_for_update())).all()
            for person in people:
                for link in await Links(session).list_of(person.id):
                    await take_away(session, link, "erased", self._now())
                await forget(session, learner_of(person.id, None))
                await Handovers(session).erase(person.id, self._now())
                if person.employee_id is not None:
                    await Acknowledgements(session).forget_chat(person.employee_id)
                await People(session).delete(person)
            return len(people)


async def _employee(session: AsyncSession, employee_id: str | None) -> KnownEmployee | None:
    employee = await session.get(Employee, employee_id) if employee_id else None
    if employee is None:
        return None
    phones = await session.scalars(
        select(EmployeePhone.phone).where(EmployeePhone.employee_id == employee.id)
    )
    held = await Delegations(session).list_of(employee.id)
    return KnownEmployee(
        number=employee.number,
        names=tuple(name for name in (employee.name_ar, employee.name_en) if name),
        department=tuple(employee.department),
        job=employee.job,
        manager_number=employee.manager_number,
        phones=tuple(phones),
        roles=tuple(employee.roles),
        delegations=tuple(KnownDelegation(one.platform, one.account, one.decision) for one in held),
    )
