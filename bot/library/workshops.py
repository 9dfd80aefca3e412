"""The self-paced workshops under ``content/workshops/``, at most one a rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bot.domain.icons import Icon
from bot.domain.ruling import Verdict
from bot.library.models import ArticleId, Bilingual, Entry, Identifier, Label
from bot.library.quizzes import QuestionId
from bot.library.yaml_lines import Place, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.library.models import Article, Rulebook
    from bot.library.quizzes import Bank

LessonId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.l[0-9]{1,2}$", max_length=32)]
"""The workshop's id and a number, as in ``muscat.l3``; never used for another lesson."""


_Named = Annotated[str, Field(min_length=1, max_length=60)]
_Taught = Annotated[str, Field(min_length=250, max_length=600)]
_Told = Annotated[str, Field(min_length=120, max_length=350)]
_Drawn = Annotated[str, Field(min_length=1, max_length=60)]


class WorkshopTitle(Bilingual):
    """What a workshop is called; it has to fit a line of a certificate."""

    ar: _Named
    en: _Named


class Taught(Bilingual):
    """What a lesson teaches; with its example it has to fit one message of WhatsApp."""

    ar: _Taught
    en: _Taught


class Scene(Bilingual):
    """An example from daily life."""

    ar: _Told
    en: _Told


class Advice(Bilingual):
    """A line of a picture."""

    ar: _Drawn
    en: _Drawn


class Picture(Entry):
    """What a lesson's picture shows.

    Attributes:
        icon: What is drawn.
        headline: What it is about.
        do: What to do.
        avoid: What to leave.
    """

    icon: Icon
    headline: Label
    do: Advice
    avoid: Advice


class Lesson(Entry):
    """One short lesson of a workshop.

    Attributes:
        articles: What it teaches; of the workshop's rulebook, or of one that this extends.
        question: A question on one of them, from the bank of the workshop's rulebook.
    """

    id: LessonId
    title: Label
    articles: tuple[ArticleId, ...] = Field(min_length=1)
    text: Taught
    example: Scene
    picture: Picture
    question: QuestionId


class Workshop(Entry):
    """The workshop on one rulebook.

    Attributes:
        id: The rulebook's, under ``workshop`` in the file.
        version: To be raised with every change that is more than spelling: people then renew.
        pass_mark: Percent of the final quiz that must be right.
        final: How many questions the final quiz has.
        renew_days: In how many days of a new version people have to renew.
    """

    id: Identifier = Field(alias="workshop")
    rulebook: Identifier
    version: Annotated[str, Field(min_length=1, max_length=16)]
    title: WorkshopTitle
    pass_mark: Annotated[int, Field(ge=1, le=100)]
    final: Annotated[int, Field(ge=1)]
    renew_days: Annotated[int, Field(ge=1)]
    lessons: tuple[Lesson, ...] = Field(min_length=6, max_length=9)

    def lesson(self, lesson_id: str) -> Lesson:
        """Find a lesson.

        Raises:
            KeyError: No lesson of that id.
        """
        return {lesson.id: lesson for lesson in self.lessons}[lesson_id]


def load_workshops(
    folder: Path, rulebooks: Mapping[str, Rulebook], banks: Mapping[str, Bank]
) -> dict[str, Workshop]:
    """Read and check all workshops, by their id, which is that of their rulebook.

    Args:
        folder: ``content/workshops/``.
        rulebooks: What they teach; one without a workshop is allowed.
        banks: Where their questions are, by the id of the rulebook.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    workshops = {}
    for path in sorted(folder.glob("*.yml")):
        source = Source(path)
        workshops[path.stem] = workshop = source.read_as(Workshop)
        for place, problem in _problems(path.stem, workshop, rulebooks, banks):
            raise source.error(place, problem)
    return workshops


def _problems(
    stem: str, workshop: Workshop, rulebooks: Mapping[str, Rulebook], banks: Mapping[str, Bank]
) -> Iterator[tuple[Place, str]]:
    rulebook, bank = rulebooks.get(stem), banks.get(stem)
    if workshop.id != stem:
        yield ("workshop",), f"must be the file's name, {stem!r}."
    if rulebook is None or workshop.rulebook != stem:
        yield ("rulebook",), f"must be the file's name, {stem!r}, and a rulebook's."
        return
    if bank is None:
        yield ("rulebook",), f"{stem!r} has no bank of questions. Add content/quizzes/{stem}.yml."
        return
    if workshop.final > len(bank.questions):
        yield ("final",), f"the bank has only {len(bank.questions)} questions. Ask for fewer."
    yield from _lesson_problems(workshop, _binding(rulebook, rulebooks), bank)
    taught = {article for lesson in workshop.lessons for article in lesson.articles}
    for article in _articles(rulebook):
        if article.ruling is not Verdict.INFO and article.id not in taught:
            yield ("lessons",), f"no lesson teaches {article.id}. Add it to one."


def _lesson_problems(
    workshop: Workshop, articles: frozenset[str], bank: Bank
) -> Iterator[tuple[Place, str]]:
    tests = {question.id: question.article for question in bank.questions}
    lessons: set[str] = set()
    asked: set[str] = set()
    for n, lesson in enumerate(workshop.lessons):
        place = ("lessons", n)
        if lesson.id in lessons:
            yield (*place, "id"), f"{lesson.id!r} is there twice. Give each its own id."
        lessons.add(lesson.id)
        if not lesson.id.startswith(f"{workshop.id}.l"):
            yield (*place, "id"), f"must begin with '{workshop.id}.l'."
        for a, article in enumerate(lesson.articles):
            if article not in articles:
                yield (*place, "articles", a), f"no article {article!r} binds {bank.rulebook}."
        if lesson.question in asked:
            yield (*place, "question"), f"{lesson.question!r} is asked twice. Take another."
        asked.add(lesson.question)
        if lesson.question not in tests:
            problem = f"no question {lesson.question!r} in the bank of {bank.rulebook}."
            yield (*place, "question"), problem
        elif (tested := tests[lesson.question]) not in lesson.articles:
            yield (*place, "question"), f"tests {tested}, which the lesson does not teach."


def _articles(rulebook: Rulebook) -> Iterator[Article]:
    for section in rulebook.sections:
        yield from section.articles


def _binding(rulebook: Rulebook, rulebooks: Mapping[str, Rulebook]) -> frozenset[str]:
    found = {article.id for article in _articles(rulebook)}
    while rulebook.extends is not None:
        rulebook = rulebooks[rulebook.extends]
        found |= {article.id for article in _articles(rulebook)}
    return frozenset(found)
