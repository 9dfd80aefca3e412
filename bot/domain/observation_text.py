"""An observation written in one message: the link, the articles, what was seen; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from arabic import fold
from bot.domain.observing import ObservationKind
from bot.domain.web_links import clean_link

_ARTICLE = re.compile(r"(?:[a-z][a-z-]*\.)?[0-9]+(?:\.[0-9]+)*")
_BETWEEN = re.compile(r"[\s,،؛;]+")


@dataclass(frozen=True)
class Written:
    """What stands in a message.

    Attributes:
        link: Cleaned; None where there is none, or it cannot be used.
        articles: As they are written, in ASCII: ``9.2`` or ``uae-fed.9.2``.
        kind: None where none is named.
        text: All other lines.
    """

    link: str | None
    articles: tuple[str, ...]
    kind: ObservationKind | None
    text: str


def read_observation(message: str, kinds: Mapping[str, ObservationKind]) -> Written:
    """Read a message: each line is a link, articles, a kind, or belongs to what was seen.

    Args:
        message: What somebody wrote.
        kinds: What kinds are called, folded.
    """
    link, kind, articles, rest = None, None, list[str](), list[str]()
    for line in message.splitlines():
        found = _articles(line)
        if link is None and (cleaned := clean_link(line)) is not None:
            link = cleaned
        elif found:
            articles += found
        elif kind is None and fold(line).strip(" .:") in kinds:
            kind = kinds[fold(line).strip(" .:")]
        else:
            rest.append(line)
    return Written(link, tuple(dict.fromkeys(articles)), kind, "\n".join(rest).strip())


def _articles(line: str) -> list[str]:
    """Give the articles that are all of a line; none where it says something else."""
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in line).lower()
    words = [word for word in _BETWEEN.split(plain) if word]
    return words if all(map(_ARTICLE.fullmatch, words)) else []
