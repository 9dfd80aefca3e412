"""What the communication department records of something it saw, checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.domain.file_kinds import kind_of
from bot.domain.observing import ObservationError, ObservationKind
from bot.domain.web_links import LONGEST_LINK, clean_link
from bot.library.library import Library
from bot.records.base import clean

LARGEST_SCREENSHOT = 10_000_000
"""Bytes."""

LONGEST_TEXT = 4000
"""Characters."""

MOST_ARTICLES = 20


@dataclass(frozen=True)
class Facts:
    """What was seen.

    Attributes:
        link: Where.
        seen_on: When, by the day where the employer is.
        text: What.
        articles: The ids of the articles that it touches, at least one.
        kind: What the department makes of it.
        subject: The employer's number of who published it; None where that is not known.
    """

    link: str
    seen_on: date
    text: str
    articles: tuple[str, ...]
    kind: ObservationKind = ObservationKind.OBSERVATION
    subject: str | None = None


@dataclass(frozen=True)
class Changes:
    """What of an observation is to be another; None leaves it.

    Attributes:
        subject: Empty for nobody.
        screenshot: Stands in place of the one that is there.
    """

    link: str | None = None
    seen_on: date | None = None
    text: str | None = None
    articles: tuple[str, ...] | None = None
    kind: ObservationKind | None = None
    subject: str | None = None
    screenshot: bytes | None = None


def checked_facts(facts: Facts, employer: str, today: date, library: Library) -> Facts:
    """Give the facts cleaned.

    Args:
        facts: What somebody gave.
        employer: Whose employees it is about.
        today: The day where the employer is.
        library: All content.

    Raises:
        ObservationError: They cannot be recorded; the message says why.
    """
    text, articles = clean(facts.text).strip(), tuple(dict.fromkeys(facts.articles))
    foreign = [each for each in articles if not library.binds(employer, each)]
    problems = {
        f"a link begins with https://, names a site, has no spaces and at most {LONGEST_LINK} "
        "characters": clean_link(facts.link) is None,
        "it was seen in the future": facts.seen_on > today,
        "say what was seen": not text,
        f"what was seen takes at most {LONGEST_TEXT} characters": len(text) > LONGEST_TEXT,
        "name an article": not articles,
        f"name at most {MOST_ARTICLES} articles": len(articles) > MOST_ARTICLES,
        f"no article of {employer}'s rules: {', '.join(foreign)}": bool(foreign),
    }
    if wrong := [problem for problem, holds in problems.items() if holds]:
        raise ObservationError("; ".join(wrong))
    return replace(facts, link=clean_link(facts.link) or "", text=text, articles=articles)


def checked_screenshot(content: bytes) -> str:
    """Give the media type of a screenshot.

    Raises:
        ObservationError: It is too large, or neither picture nor PDF, whatever it is called.
    """
    if len(content) > LARGEST_SCREENSHOT:
        raise ObservationError(f"a screenshot has at most {LARGEST_SCREENSHOT // 1_000_000} MB")
    media_type = kind_of(content)
    if media_type is None:
        raise ObservationError("a screenshot is a whole PNG, JPEG or PDF")
    return media_type
