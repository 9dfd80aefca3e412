"""The banks of questions under ``content/quizzes/``, one a rulebook."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from bot.domain.quizzing import QuestionKind
from bot.domain.ruling import Verdict
from bot.library.models import ArticleId, Bilingual, Entry, Identifier
from bot.library.yaml_lines import Place, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.library.models import Rulebook

QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.q[0-9]{1,3}$", max_length=32)]
"""The rulebook's id and a number, as in ``muscat.q12``; never used for another question."""

_FEWEST_CHOICES = 3
_MOST_CHOICES = 4


class Difficulty(StrEnum):
    """How hard a question is meant to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


_Asked = Annotated[str, Field(min_length=1, max_length=160)]
_Offered = Annotated[str, Field(min_length=1, max_length=75)]
_Explained = Annotated[str, Field(min_length=1, max_length=230)]


class Asked(Bilingual):
    """What is asked, or the post it is asked about.

    With the choices and what is said of the question before, it has to fit the 1,024 characters
    that WhatsApp takes with buttons.
    """

    ar: _Asked
    en: _Asked


class Explanation(Bilingual):
    """Why the right choice is right; the article's citation is added where it is shown."""

    ar: _Explained
    en: _Explained


class Choice(Bilingual):
    """One choice."""

    ar: _Offered
    en: _Offered
    right: bool = False


class Question(Entry):
    """One question of a bank.

    Attributes:
        article: The article that it tests.
        version: To be raised with every change that is more than spelling: answers to different
            versions are counted apart.
        text: The question; of ``true_false`` the statement.
        post: The colleague's post that a ``case`` is about; None for other kinds.
        answer: Whether the statement of a ``true_false`` is right; None for other kinds.
        choices: Of the other kinds; their order in the file is their identity.
    """

    id: QuestionId
    article: ArticleId
    kind: QuestionKind
    difficulty: Difficulty
    version: Annotated[int, Field(ge=1)] = 1
    text: Asked
    post: Asked | None = None
    answer: bool | None = None
    choices: tuple[Choice, ...] = ()
    explanation: Explanation

    @model_validator(mode="after")
    def _is_whole(self) -> Question:
        if (self.post is not None) != (self.kind is QuestionKind.CASE):
            raise ValueError("a case has a post, and no other kind has one")
        if self.kind is QuestionKind.TRUE_FALSE:
            if self.answer is None or self.choices:
                raise ValueError("a true_false has an answer and no choices")
            return self
        if self.answer is not None:
            raise ValueError("only a true_false has an answer")
        self._check_choices()
        return self

    def _check_choices(self) -> None:
        if not _FEWEST_CHOICES <= len(self.choices) <= _MOST_CHOICES:
            raise ValueError(f"it needs {_FEWEST_CHOICES} or {_MOST_CHOICES} choices")
        right, several = len(self.right), self.kind is QuestionKind.MULTIPLE
        if several and not 1 < right < len(self.choices):
            raise ValueError("of a multiple at least two choices are right, and one is wrong")
        if not several and right != 1:
            raise ValueError("exactly one choice is right")
        for language in ("ar", "en"):
            texts = [getattr(choice, language).strip() for choice in self.choices]
            if len(set(texts)) < len(texts):
                raise ValueError("two choices say the same")

    @property
    def right(self) -> frozenset[int]:
        """The places of the right choices, from 0; of a statement 0 is true and 1 is false."""
        if self.kind is QuestionKind.TRUE_FALSE:
            return frozenset({0 if self.answer else 1})
        return frozenset(n for n, choice in enumerate(self.choices) if choice.right)

    @property
    def size(self) -> int:
        """How many choices there are."""
        return len(self.choices) or 2


class Bank(Entry):
    """The questions on one rulebook."""

    rulebook: Identifier
    version: Annotated[str, Field(min_length=1, max_length=16)]
    questions: tuple[Question, ...] = Field(min_length=1)


def load_banks(folder: Path, rulebooks: Mapping[str, Rulebook]) -> dict[str, Bank]:
    """Read and check all banks, by the id of their rulebook.

    Args:
        folder: ``content/quizzes/``.
        rulebooks: What they ask about; one without a bank is allowed.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    banks = {}
    for path in sorted(folder.glob("*.yml")):
        source = Source(path)
        banks[path.stem] = bank = source.read_as(Bank)
        check_bank(source, path.stem, bank, rulebooks)
    return banks


def check_bank(source: Source, stem: str, bank: Bank, rulebooks: Mapping[str, Rulebook]) -> None:
    """Make sure that a bank asks about its own rulebook, and about all that it prescribes.

    Raises:
        ContentError: It does not.
    """
    for place, problem in bank_problems(stem, bank, rulebooks):
        raise source.error(place, problem)


def bank_problems(
    stem: str, bank: Bank, rulebooks: Mapping[str, Rulebook]
) -> Iterator[tuple[Place, str]]:
    """Say what is wrong with a bank, and of which value.

    Args:
        stem: The name of its file, without the ending.
        bank: The bank.
        rulebooks: What it could ask about.
    """
    rulebook = rulebooks.get(bank.rulebook)
    if rulebook is None or bank.rulebook != stem:
        yield ("rulebook",), f"must be the file's name, {stem!r}, and a rulebook's."
        return
    articles = {a.id: a for section in rulebook.sections for a in section.articles}
    seen: set[str] = set()
    for n, question in enumerate(bank.questions):
        place = ("questions", n)
        if question.id in seen:
            yield (*place, "id"), f"{question.id!r} is there twice. Give each its own id."
        seen.add(question.id)
        if not question.id.startswith(f"{stem}.q"):
            yield (*place, "id"), f"must begin with '{stem}.q'."
        if question.article not in articles:
            yield (*place, "article"), f"no article {question.article!r} in {stem}."
    tested = {question.article for question in bank.questions}
    for article in articles.values():
        if article.ruling is not Verdict.INFO and article.id not in tested:
            yield ("questions",), f"no question tests {article.id}. Add one."
