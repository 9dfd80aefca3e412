"""Answering questions: the ruling, what is kept of it, and what its buttons do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Intent, Language, Meaning
from bot.domain.ruling import Ruling, Verdict, rule
from bot.domain.weighing import Weighed
from bot.library.library import Library
from bot.records.answers import Answer, Answers, NewAnswer
from bot.records.database import Database
from bot.records.handovers import (
    WAITS,
    HandoverReason,
    Handovers,
    NewHandover,
    complete,
    key_of_answer,
)
from bot.records.people import People, Person
from bot.records.triage import TriageQuestions, TriageReason
from bot.services.judging import continued, judge
from bot.services.retention import Now, Retention

_TRIAGE = {
    Verdict.NO_RULE: TriageReason.NO_RULE,
    Verdict.CLARIFY: TriageReason.CLARIFY,
    Verdict.OUT_OF_SCOPE: TriageReason.OUT_OF_SCOPE,
}

_FOLLOWED = timedelta(days=1)
"""How far back a follow-up looks; answers know only their day, so at least as long."""

_JOINED_BY = "+"
"""Between the facets of a stored reading."""


@dataclass(frozen=True)
class Answered:
    """An answer as the conversation shows it.

    Attributes:
        id: For its buttons.
        employer: Whose rules were applied.
        ruling: What holds.
        language: In which language to say it.
        inform: Say that answers inform and do not approve: the person had not heard it yet.
        added_to: The number of the person's request that the question went along with.
        about: The facets of what was asked.
    """

    id: str
    employer: str
    ruling: Ruling
    language: Language
    inform: bool = False
    added_to: int | None = None
    about: frozenset[str] = frozenset()


class AnsweringService:
    """Answers questions of employees who have chosen their employer.

    Args:
        database: Where answers are kept.
        library: All content.
        retention: How long.
        now: Gives the present moment.
        key: What the owners of answers are hashed with.
    """

    def __init__(
        self, database: Database, library: Library, retention: Retention, now: Now, key: bytes
    ) -> None:
        self._database = database
        self._library = library
        self._retention = retention
        self._now = now
        self._key = key

    async def answer(self, person_id: str, meaning: Meaning, text: str) -> Answered:
        """Answer a question and keep what its buttons need.

        The text is kept without its author and for a limited time, so that gaps in the
        rules and in understanding can be found and a person can be asked.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            employer = _employer(person)
            now = self._now()
            if meaning.intent is Intent.FOLLOW_UP:
                before = await Answers(session, self._key).find_latest(person_id, now - _FOLLOWED)
                meaning = continued(self._library, meaning, before.facets if before else ())
            weighed = judge(self._library, employer, person.role, meaning)
            ruling = weighed.ruling
            expires_at = self._retention.question_expiry(now)
            question = await TriageQuestions(session).add(
                text=text,
                employer=employer,
                reason=_TRIAGE.get(ruling.verdict, TriageReason.ANSWERED),
                now=now,
                expires_at=expires_at,
            )
            new = _new_answer(person, weighed, meaning.language, question.id)
            answer = await self._add(session, person, new, expires_at)
            added_to = await self._add_to_request(session, answer.id, new, text)
            about = frozenset(new.facets)
            return Answered(answer.id, employer, ruling, new.language, new.inform, added_to, about)

    async def choose_reading(self, person_id: str, answer_id: str, place: int) -> Answered | None:
        """Answer an unclear question by the reading that the person tapped.

        Args:
            person_id: Who tapped.
            answer_id: The question back.
            place: Of the reading among those it offered, from 0.

        Returns:
            None where the answer is unknown, another's, or never offered this reading.
        """
        async with self._database.transaction() as session:
            unclear = await Answers(session, self._key).find_for(answer_id, person_id)
            if unclear is None or not 0 <= place < len(unclear.readings):
                return None
            person = await People(session).hold(person_id)
            provisions = self._library.provisions(unclear.employer)
            facets = _reading(unclear.readings[place])
            ruling = rule(provisions, unclear.role, facets, self._library.policy_facets)
            chosen = Weighed(ruling, facets, 1.0)
            new = _new_answer(person, chosen, unclear.language, unclear.question_id)
            new = replace(new, employer=unclear.employer, role=unclear.role)
            answer = await self._add(session, person, new, unclear.expires_at)
            return Answered(answer.id, new.employer, ruling, new.language, new.inform, about=facets)

    async def recall(self, person_id: str, answer_id: str) -> Answered | None:
        """Find an answer again; None for an unknown one, an expired one or another's."""
        async with self._database.reading() as session:
            answers = Answers(session, self._key)
            answer = await answers.find_for(answer_id, person_id)
            if answer is None:
                return None
            question = await TriageQuestions(session).find(answer.question_id)
            request = None
            if question is not None:
                request = await Handovers(session).find_asking(person_id, question.text)
            return Answered(
                answer.id,
                answer.employer,
                _ruling(answer),
                answer.language,
                answers.informs(answer, person_id),
                request.number if request else None,
                frozenset(answer.facets),
            )

    async def rate(self, person_id: str, answer_id: str, *, useful: bool) -> bool | None:
        """Rate an answer.

        Returns:
            Whether the rating counts (an answer's first one does); None for an unknown
            answer or another's.
        """
        async with self._database.transaction() as session:
            answers = Answers(session, self._key)
            if await answers.find_for(answer_id, person_id) is None:
                return None
            return await answers.rate(answer_id, useful=useful, now=self._now())

    async def _add(
        self, session: AsyncSession, person: Person, new: NewAnswer, expires_at: datetime
    ) -> Answer:
        now = self._now()
        if new.inform:
            person.informed_at = now
        return await Answers(session, self._key).add(new, now=now, expires_at=expires_at)

    async def _add_to_request(
        self, session: AsyncSession, answer_id: str, new: NewAnswer, text: str
    ) -> int | None:
        """Let the question go along with the person's request that waits for one.

        An event that is handled again finds its question there, and names the number again.
        """
        handovers, now, key = Handovers(session), self._now(), key_of_answer(answer_id)
        request = await handovers.find_waiting(new.person_id, now - WAITS)
        if request is None:
            request = await handovers.find_asking(new.person_id, text)
            return request.number if request else None
        asked = NewHandover(new.person_id, new.employer, HandoverReason.REQUESTED, text, key)
        complete(request, asked, now)
        return request.number


def _employer(person: Person) -> str:
    if person.employer is None:
        raise LookupError("the person has not chosen an employer")
    return person.employer


def _new_answer(
    person: Person, weighed: Weighed, language: Language, question_id: str | None
) -> NewAnswer:
    ruling = weighed.ruling
    cited = ruling.articles or ((ruling.nearest,) if ruling.nearest else ())
    return NewAnswer(
        person_id=person.id,
        employer=_employer(person),
        role=person.role,
        verdict=ruling.verdict,
        articles=cited,
        facets=sorted(weighed.facets),
        readings=[_JOINED_BY.join(sorted(reading)) for reading in ruling.readings],
        language=person.language or language,
        question_id=question_id,
        inform=person.informed_at is None and bool(ruling.articles),
    )


def _ruling(answer: Answer) -> Ruling:
    articles = tuple(answer.articles)
    if answer.verdict is Verdict.NO_RULE:
        return Ruling(answer.verdict, nearest=articles[0] if articles else None)
    return Ruling(answer.verdict, articles, readings=tuple(map(_reading, answer.readings)))


def _reading(stored: str) -> frozenset[str]:
    return frozenset(stored.split(_JOINED_BY))
