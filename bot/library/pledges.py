"""``content/pledges.yml``: what an employee accepts of each rulebook."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bot.domain.meaning import Language
from bot.library.models import ArticleId, Bilingual, Entry, Identifier
from bot.library.yaml_lines import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.library.models import Rulebook

_Summary = Annotated[str, Field(min_length=1, max_length=900)]
_Acknowledgement = Annotated[str, Field(min_length=1, max_length=300)]


class Summary(Bilingual):
    """What a rulebook asks, on one screen."""

    ar: _Summary
    en: _Summary


class Acknowledgement(Bilingual):
    """The sentence that is accepted."""

    ar: _Acknowledgement
    en: _Acknowledgement


class Pledge(Entry):
    """What is accepted of one rulebook.

    Attributes:
        version: To be raised with every other word.
        of: The version of the rulebook that it restates.
        articles: What the summary rests on.
    """

    version: Annotated[int, Field(ge=1)]
    of: str
    articles: tuple[ArticleId, ...] = Field(min_length=1)
    summary: Summary
    acknowledgement: Acknowledgement

    def wording(self, language: Language) -> str:
        """Give all that is accepted: the summary and the sentence below it."""
        return f"{self.summary.text(language)}\n\n{self.acknowledgement.text(language)}"


class PledgeFile(Entry):
    """``content/pledges.yml``, by the id of the rulebook."""

    pledges: dict[Identifier, Pledge]


def digest_of(wording: str) -> str:
    """Give the SHA-256 of a wording in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(wording.encode()).hexdigest()


def load_pledges(path: Path, rulebooks: Mapping[str, Rulebook]) -> dict[str, Pledge]:
    """Read and check all pledges, by the id of their rulebook.

    Args:
        path: ``content/pledges.yml``.
        rulebooks: What they restate; one without a pledge is allowed.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    source = Source(path)
    pledges = source.read_as(PledgeFile).pledges
    for rulebook, pledge in pledges.items():
        _check(source, rulebook, pledge, rulebooks)
    return pledges


def _check(source: Source, stem: str, pledge: Pledge, rulebooks: Mapping[str, Rulebook]) -> None:
    place, rulebook = ("pledges", stem), rulebooks.get(stem)
    if rulebook is None:
        raise source.error(place, f"no rulebook {stem!r}. Name a file of content/rulebooks/.")
    if pledge.of != rulebook.version:
        raise source.error(
            (*place, "of"),
            f"{stem} is at version {rulebook.version!r}. Read the summary again, and raise "
            "`version` if it says anything else.",
        )
    articles = {article.id for section in rulebook.sections for article in section.articles}
    for n, article in enumerate(pledge.articles):
        if article not in articles:
            raise source.error((*place, "articles", n), f"no article {article!r} in {stem}.")
