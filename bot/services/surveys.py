"""Taking part in a survey: nothing is stored of a person but that they have taken part.

Why no answer can be joined to whoever gave it: docs/decisions/011-anonymous-survey.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.sealing import seal, unseal
from bot.domain.surveying import SKIPPED, Tally
from bot.errors import WaaiError
from bot.library.library import Library
from bot.library.surveys import Survey
from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.people import People, Person
from bot.records.quizzes import Quizzes
from bot.records.surveys import Surveys, SurveyWave


class SurveyError(WaaiError):
    """A survey cannot be opened, closed or counted so; for the operator."""


class Part(StrEnum):
    """How a person stands with an open survey."""

    OPEN = "open"
    TAKEN = "taken"
    FOR_LINKED = "for_linked"


@dataclass(frozen=True)
class Asked:
    """A survey that is put to a person's employer now.

    Attributes:
        wave: The id of the wave.
        survey: What it asks.
        part: Whether this person may take part.
    """

    wave: str
    survey: Survey
    part: Part


def open_box(key: bytes, wave: str, group: str, sealed: bytes) -> Tally:
    """Open a group's box.

    Raises:
        SurveyError: The key is another one than it was sealed with.
    """
    plain = unseal(key, sealed, _name(wave, group))
    if plain is None:
        raise SurveyError(
            "the answers cannot be opened: the secret (WAAI_SECRET, or answers.key) is another "
            "one than when they were given"
        )
    return Tally.from_bytes(plain)


def seal_box(key: bytes, wave: str, group: str, tally: Tally) -> bytes:
    """Seal a group's box."""
    return seal(key, tally.to_bytes(), _name(wave, group))


class SurveyService:
    """Lets people take part.

    Args:
        key: What boxes are sealed with; it must not be in the database.
    """

    def __init__(self, database: Database, library: Library, key: bytes) -> None:
        self._database = database
        self._library = library
        self._key = key

    async def look(self, person_id: str, at: Reachable | None) -> Asked | None:
        """Say what is put to a person now, and forget what earlier questions to them carried.

        Args:
            person_id: Who is asked.
            at: The chat that they go on in; None where that is not known.

        Returns:
            None where their employer has no open wave.
        """
        async with self._database.transaction() as session:
            if at is not None:
                await Outbox(session).forget_fleeting(at)
            person, surveys = await People(session).get(person_id), Surveys(session)
            wave = await surveys.find_open(person.employer)
            survey = self._survey(wave)
            if wave is None or survey is None:
                return None
            return Asked(wave.id, survey, await self._part(surveys, wave, person))

    async def send(
        self, person_id: str, wave_id: str, picks: Sequence[int], at: Reachable | None
    ) -> bool:
        """Count somebody's answers, once, whatever they are and however often they come.

        Args:
            person_id: Who answers.
            wave_id: The wave that they were asked in.
            picks: One for each question: the place of a choice, or ``SKIPPED``.
            at: The chat that they came from; None where that is not known.

        Returns:
            Whether this person's answers are counted now; False where they may not take part,
            the wave is closed, or the picks are none of this survey's.
        """
        async with self._database.transaction() as session:
            if at is not None:
                await Outbox(session).forget_fleeting(at)
            person, surveys = await People(session).get(person_id), Surveys(session)
            wave = await surveys.keep_open(wave_id)
            survey = self._survey(wave)
            if wave is None or survey is None or wave.employer != person.employer:
                return False
            part = await self._part(surveys, wave, person)
            if part is not Part.OPEN:
                return part is Part.TAKEN
            if not _fits(survey, picks):
                return False
            if await surveys.add_taker(wave.id, _learner(person)):
                await self._count(session, wave.id, survey, person, picks)
            return True

    async def _count(
        self,
        session: AsyncSession,
        wave: str,
        survey: Survey,
        person: Person,
        picks: Sequence[int],
    ) -> None:
        surveys, key = Surveys(session), self._key
        group = await Quizzes(session).department_of(person.id) or ""
        empty = seal_box(key, wave, group, Tally.empty(len(survey.questions)))
        before = open_box(key, wave, group, await surveys.hold_box(wave, group, empty))
        await surveys.put_box(wave, group, seal_box(key, wave, group, before.with_picks(picks)))

    def _survey(self, wave: SurveyWave | None) -> Survey | None:
        """Give what a wave asks; None where the files have it no more, or another version."""
        survey = self._library.surveys.get(wave.survey) if wave else None
        return survey if survey and wave and survey.version == wave.version else None

    async def _part(self, surveys: Surveys, wave: SurveyWave, person: Person) -> Part:
        if await surveys.has_taken(wave.id, _learner(person)):
            return Part.TAKEN
        is_free = wave.is_for_all or person.employee_id is not None
        return Part.OPEN if is_free else Part.FOR_LINKED


def _learner(person: Person) -> str:
    return learner_of(person.id, person.employee_id)


def _name(wave: str, group: str) -> str:
    return f"box:{wave}:{group}"


def _fits(survey: Survey, picks: Sequence[int]) -> bool:
    return len(picks) == len(survey.questions) and all(
        pick == SKIPPED or 0 <= pick < len(survey.choices(question))
        for question, pick in zip(survey.questions, picks, strict=True)
    )
