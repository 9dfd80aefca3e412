"""The surveys under ``content/surveys/``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from bot.domain.surveying import MOST_QUESTIONS, SKIPPED
from bot.library.models import Bilingual, Entry, Identifier, Label
from bot.library.yaml_lines import Source

if TYPE_CHECKING:
    from pathlib import Path

_FEWEST_QUESTIONS = 10
_FEWEST_CHOICES = 2
_MOST_CHOICES = 6
_Asked = Annotated[str, Field(min_length=1, max_length=200)]
_Offered = Annotated[str, Field(min_length=1, max_length=32)]
_Choices = Annotated[
    tuple["SurveyChoice", ...], Field(min_length=_FEWEST_CHOICES, max_length=_MOST_CHOICES)
]

if _MOST_CHOICES > SKIPPED:
    raise AssertionError("the places of choices stay below that of a skipped question")


class SurveyTopic(StrEnum):
    """What a question is about."""

    HABITS = "habits"
    KNOWLEDGE = "knowledge"
    COMPLIANCE = "compliance"


class SurveyText(Bilingual):
    """What is asked."""

    ar: _Asked
    en: _Asked


class SurveyChoice(Bilingual):
    """One choice; it is the label of a button."""

    ar: _Offered
    en: _Offered


class SurveyQuestion(Entry):
    """One question, with choices of its own or on one of the survey's scales.

    Attributes:
        scale: The scale; None for a question with choices of its own.
        choices: Its own choices; their order in the file is their identity.
    """

    id: Annotated[str, Field(pattern=r"^q[0-9]{1,2}$")]
    topic: SurveyTopic
    text: SurveyText
    scale: Identifier | None = None
    choices: _Choices | None = None

    @model_validator(mode="after")
    def _has_either(self) -> SurveyQuestion:
        if (self.scale is None) == (self.choices is None):
            raise ValueError("a question has either a scale or choices of its own")
        return self


class Survey(Entry):
    """One survey.

    Attributes:
        version: To be raised with every change that is more than spelling: waves of different
            versions are not compared.
        scales: Choices that several questions share, the most approving first.
    """

    id: Identifier
    version: Annotated[int, Field(ge=1)]
    title: Label
    scales: dict[Identifier, _Choices]
    questions: Annotated[
        tuple[SurveyQuestion, ...],
        Field(min_length=_FEWEST_QUESTIONS, max_length=MOST_QUESTIONS),
    ]

    def choices(self, question: SurveyQuestion) -> tuple[SurveyChoice, ...]:
        """Give what can be picked."""
        return question.choices or self.scales[question.scale or ""]


def load_surveys(folder: Path) -> dict[str, Survey]:
    """Read and check all surveys, by their id.

    Args:
        folder: ``content/surveys/``.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    surveys = {}
    for path in sorted(folder.glob("*.yml")):
        source = Source(path)
        surveys[path.stem] = survey = source.read_as(Survey)
        _check(source, path.stem, survey)
    return surveys


def _check(source: Source, stem: str, survey: Survey) -> None:
    if survey.id != stem:
        raise source.error(("id",), f"must be the file's name, {stem!r}.")
    seen: set[str] = set()
    for n, question in enumerate(survey.questions):
        place = ("questions", n)
        source.check_new((*place, "id"), question.id, seen)
        if question.scale is not None and question.scale not in survey.scales:
            raise source.error((*place, "scale"), f"no scale {question.scale!r}. Add it above.")
    used = {question.scale for question in survey.questions}
    for scale in survey.scales:
        if scale not in used:
            raise source.error(("scales", scale), "no question uses it. Delete it.")
