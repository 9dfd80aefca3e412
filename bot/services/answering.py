"""Answering questions: the ruling, what is kept of it, and what its buttons do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.meaning import Language, Meaning
from bot.domain.ruling import Ruling, Verdict, rule
from bot.library.library import Library
from bot.records.answers import Answer, Answers, NewAnswer
from bot.records.database import Database
from bot.records.people import People, Person
from bot.records.triage import TriageQuestions, TriageReason
from bot.services.judging import judge
from bot.services.retention import Now, Retention

_TRIAGE = {
    Verdict.NO_RULE: TriageReason.NO_RULE,
    Verdict.CLARIFY: TriageReason.CLARIFY,
    Verdict.OUT_OF_SCOPE: TriageReason.OUT_OF_SCOPE,
}


@dataclass(frozen=True)
class Answered:
    """An answer as the conversation shows it.

    Attributes:
        id: For its buttons.
        employer: Whose rules were applied.
        ruling: What holds.
        language: In which language to say it.
        inform: Say that answers inform and do not approve: the person has not heard it yet.
    """

    id: str
    employer: str
    ruling: Ruling
    language: Language
    inform: bool = False


class AnsweringService:
    """Answers questions of employees who have chosen their employer."""

    def __init__(
        self, database: Database, library: Library, retention: Retention, now: Now
    ) -> None:
        self._database = database
        self._library = library
        self._retention = retention
        self._now = now

    async def answer(self, person_id: str, meaning: Meaning, text: str) -> Answered:
        """Answer a question and keep what its buttons need.

        The text is kept without its author and for a limited time, so that gaps in the
        rules and in understanding can be found and a person can be asked.
        """
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            employer = _employer(person)
            ruling = judge(self._library, employer, person.role, meaning)
            now = self._now()
            expires_at = self._retention.question_expiry(now)
            question = await TriageQuestions(session).add(
                text=text,
                employer=employer,
                reason=_TRIAGE.get(ruling.verdict, TriageReason.ANSWERED),
                now=now,
                expires_at=expires_at,
            )
            new = _new_answer(person, ruling, meaning.facets, meaning.language, question.id)
            answer = await Answers(session).add(new, now=now, expires_at=expires_at)
            inform = _inform(person, ruling, now)
            return Answered(answer.id, employer, ruling, new.language, inform)

    async def choose_reading(self, person_id: str, answer_id: str, facet: str) -> Answered | None:
        """Answer an unclear question by the reading that the person tapped.

        Returns:
            None where the answer is unknown, another's, or never offered this reading.
        """
        async with self._database.transaction() as session:
            unclear = await Answers(session).find_for(answer_id, person_id)
            if unclear is None or facet not in unclear.readings:
                return None
            person = await People(session).get(person_id)
            provisions = self._library.provisions(unclear.employer)
            ruling = rule(provisions, unclear.role, [facet], self._library.policy_facets)
            new = _new_answer(person, ruling, [facet], unclear.language, unclear.question_id)
            now = self._now()
            answer = await Answers(session).add(new, now=now, expires_at=unclear.expires_at)
            inform = _inform(person, ruling, now)
            return Answered(answer.id, unclear.employer, ruling, new.language, inform)

    async def recall(self, person_id: str, answer_id: str) -> Answered | None:
        """Find an answer again; None for an unknown one, an expired one or another's."""
        async with self._database.reading() as session:
            answer = await Answers(session).find_for(answer_id, person_id)
            return None if answer is None else _answered(answer)

    async def rate(self, person_id: str, answer_id: str, *, useful: bool) -> bool | None:
        """Rate an answer.

        Returns:
            Whether the rating counts (an answer's first one does); None for an unknown
            answer or another's.
        """
        async with self._database.transaction() as session:
            answers = Answers(session)
            if await answers.find_for(answer_id, person_id) is None:
                return None
            return await answers.rate(answer_id, useful=useful, now=self._now())


def _employer(person: Person) -> str:
    if person.employer is None:
        raise LookupError("the person has not chosen an employer")
    return person.employer


def _inform(person: Person, ruling: Ruling, now: datetime) -> bool:
    """Say whether this is the person's first ruling, and note that they hear it now."""
    first = person.informed_at is None and bool(ruling.articles)
    if first:
        person.informed_at = now
    return first


def _new_answer(
    person: Person,
    ruling: Ruling,
    facets: list[str] | tuple[str, ...],
    language: Language,
    question_id: str | None,
) -> NewAnswer:
    cited = ruling.articles or ((ruling.nearest,) if ruling.nearest else ())
    return NewAnswer(
        person_id=person.id,
        employer=_employer(person),
        role=person.role,
        verdict=ruling.verdict,
        articles=cited,
        facets=facets,
        readings=ruling.readings,
        language=person.language or language,
        question_id=question_id,
    )


def _answered(answer: Answer) -> Answered:
    articles = tuple(answer.articles)
    if answer.verdict is Verdict.NO_RULE:
        ruling = Ruling(answer.verdict, nearest=articles[0] if articles else None)
    else:
        ruling = Ruling(answer.verdict, articles, readings=tuple(answer.readings))
    return Answered(answer.id, answer.employer, ruling, answer.language)
