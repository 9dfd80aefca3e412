"""What is wrong with a circular before it is kept; pure but for the content it asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion
from bot.library.library import Library

LONGEST = {
    "title": 200,
    "title_en": 200,
    "body": 6000,
    "body_en": 6000,
    "issuer": 200,
    "statement": 500,
    "statement_en": 500,
}
"""Characters of each text."""
_LONGEST_CHOICE = 80
_CHOICES = range(2, 5)


@dataclass(frozen=True)
class Texts:
    """What is written in a circular; see ``bot.domain.circulars.CircularContent``."""

    title: str
    title_en: str
    body: str
    body_en: str
    issuer: str
    statement: str
    statement_en: str


TEXTS = tuple(each.name for each in fields(Texts))
"""Their names, in a circular and in its row alike."""


def problems_of(  # noqa: PLR0913 - a circular has these parts
    library: Library,
    employer: str,
    texts: Texts,
    *,
    audience: Audience,
    check: CheckQuestion | None,
    articles: tuple[str, ...],
) -> list[str]:
    """Say what is wrong with a circular; nothing where it can be kept.

    Args:
        library: The employers, articles and workshops that there are.
        employer: Whose HR writes it.
        texts: What it says.
        audience: Whom it is for.
        check: Its question, if it has one.
        articles: What it is about.
    """
    if employer not in library.rulebooks:
        return [f"no employer {employer!r}"]
    return [
        *_of_texts(texts),
        *_of_audience(library, employer, audience),
        *_of_check(check, texts),
        *(
            f"{article!r} is no article that binds {employer}"
            for article in articles
            if not library.binds(employer, article)
        ),
    ]


def _of_texts(texts: Texts) -> Iterator[str]:
    for name in ("title", "body", "issuer"):
        if not getattr(texts, name).strip():
            yield f"{name} is empty"
    for name, most in LONGEST.items():
        if len(getattr(texts, name)) > most:
            yield f"{name} is over {most} characters"
    if texts.statement_en and not texts.statement:
        yield "a statement in English needs one in Arabic"


def _of_audience(library: Library, employer: str, audience: Audience) -> Iterator[str]:
    if not audience.employers:
        yield "the audience names no employer"
    for each in audience.employers:
        if each not in library.rulebooks:
            yield f"no employer {each!r}"
        elif employer not in {book.id for book in library.binding(each)}:
            yield f"{employer} may not write to the people of {each}"
    for workshop in audience.not_completed:
        if workshop not in library.workshops:
            yield f"no workshop {workshop!r}"
    for article in audience.answered_wrong:
        if not any(library.binds(each, article) for each in audience.employers):
            yield f"no article {article!r} binds the audience"


def _of_check(check: CheckQuestion | None, texts: Texts) -> Iterator[str]:
    if check is None:
        return
    if not texts.statement:
        yield "a question needs a statement to acknowledge"
    if not check.question.strip() or len(check.question) > LONGEST["statement"]:
        yield "the question is empty, or over 500 characters"
    if len(check.choices) not in _CHOICES:
        yield "a question has 2 to 4 choices"
    if any(not each.strip() or len(each) > _LONGEST_CHOICE for each in check.choices):
        yield f"a choice is empty, or over {_LONGEST_CHOICE} characters"
    if len(set(check.choices)) != len(check.choices):
        yield "two choices are the same"
    if not 0 <= check.right < len(check.choices):
        yield "the right choice is none of them"
    if check.choices_en and len(check.choices_en) != len(check.choices):
        yield "the question needs as many choices in English"
