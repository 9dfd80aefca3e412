"""Opening and closing a survey's waves, and what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bot.domain.surveying import PICKS, publishable
from bot.library.library import Library
from bot.records.database import Database
from bot.records.survey_rows import SurveyCount
from bot.records.surveys import Surveys, SurveyWave
from bot.services.retention import Now
from bot.services.surveys import SurveyError, open_box

Counts = Mapping[str, Mapping[str, Sequence[int]]]
"""By group, then by question: how often each pick, from 0."""


@dataclass(frozen=True)
class KnownWave:
    """A wave.

    Attributes:
        closed_at: None while it is open.
        takers: How many have taken part.
        counts: What they picked, in groups of which none is small; empty while the wave is open,
            and where there were too few.
    """

    survey: str
    version: int
    name: str
    employer: str
    opened_at: datetime
    closed_at: datetime | None
    takers: int
    counts: Counts


class WaveService:
    """Opens and closes waves.

    Args:
        key: What boxes are sealed with.
    """

    def __init__(self, database: Database, library: Library, now: Now, key: bytes) -> None:
        self._database = database
        self._library = library
        self._now = now
        self._key = key

    async def open(self, survey: str, employer: str, name: str, *, is_for_all: bool) -> None:
        """Open a wave.

        Args:
            survey: The survey's id.
            employer: Whose people it is put to.
            name: What tells it from other waves of the survey, such as ``before``.
            is_for_all: Who is in no roster may take part too.

        Raises:
            SurveyError: There is no such survey or employer, or no wave can be opened now.
        """
        known = self._library.surveys.get(survey)
        if known is None:
            there = ", ".join(sorted(self._library.surveys)) or "none"
            raise SurveyError(f"there is no survey {survey!r}. There are: {there}.")
        if employer not in self._library.rulebooks:
            there = ", ".join(sorted(self._library.rulebooks))
            raise SurveyError(f"there is no employer {employer!r}. There are: {there}.")
        wave = SurveyWave(
            survey=survey,
            version=known.version,
            name=name,
            employer=employer,
            is_for_all=is_for_all,
            opened_at=self._now(),
        )
        try:
            async with self._database.transaction() as session:
                await Surveys(session).add(wave)
        except IntegrityError:
            raise SurveyError(
                f"{employer} has an open wave, or had one named {name!r}. Close it, or choose "
                "another name."
            ) from None

    async def close(self, employer: str) -> KnownWave:
        """Close an employer's open wave, count its boxes, and forget what is about few people.

        Raises:
            SurveyError: None is open, or the secret has changed.
        """
        async with self._database.transaction() as session:
            surveys = Surveys(session)
            wave = await surveys.find_open(employer, hold=True)
            if wave is None:
                raise SurveyError(f"{employer} has no open wave.")
            boxes = await surveys.take_boxes(wave.id)
            told = publishable(
                {group: open_box(self._key, wave.id, group, box) for group, box in boxes.items()}
            )
            questions = self._questions(wave, told)
            await surveys.add_counts(
                wave.id,
                (
                    (group, question, choice, count)
                    for group, tally in told.items()
                    for question, row in zip(questions, tally.counts, strict=True)
                    for choice, count in enumerate(row)
                ),
            )
            wave.closed_at = self._now()
            await session.flush()
            return await _known(surveys, wave)

    async def list_waves(
        self, employer: str | None = None, survey: str | None = None
    ) -> list[KnownWave]:
        """List waves with what came of them, the oldest first.

        Args:
            employer: Of one employer only.
            survey: Of one survey only.
        """
        async with self._database.reading() as session:
            surveys = Surveys(session)
            waves = await surveys.list_waves(employer)
            return [await _known(surveys, one) for one in waves if survey in {None, one.survey}]

    def _questions(self, wave: SurveyWave, told: Mapping[str, object]) -> list[str]:
        """Name the questions as they were asked."""
        survey = self._library.surveys.get(wave.survey)
        if survey is not None and survey.version == wave.version:
            return [question.id for question in survey.questions]
        if not told:
            return []
        raise SurveyError(
            f"the wave asks version {wave.version} of {wave.survey!r}, which content/surveys/ "
            "has no more. Put that version back, close the wave, and raise the version then."
        )


async def _known(surveys: Surveys, wave: SurveyWave) -> KnownWave:
    return KnownWave(
        survey=wave.survey,
        version=wave.version,
        name=wave.name,
        employer=wave.employer,
        opened_at=wave.opened_at,
        closed_at=wave.closed_at,
        takers=await surveys.count_takers(wave.id),
        counts=_by_group(await surveys.list_counts(wave.id)),
    )


def _by_group(rows: Sequence[SurveyCount]) -> Counts:
    counts = defaultdict[str, dict[str, list[int]]](dict)
    # q2 comes before q10.
    for row in sorted(rows, key=lambda row: (len(row.question), row.question)):
        counts[row.group].setdefault(row.question, [0] * PICKS)[row.choice] = row.count
    return dict(counts)
