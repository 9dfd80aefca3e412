"""``content/disclaimers.yml``: texts by which an opinion is one's own, and where they go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.domain.meaning import Language
from bot.library.models import Bilingual, Entry, Identifier
from bot.library.yaml_lines import Source

_ALSO_WITHIN = 4
"""From which length a platform's name is found with prefixes too, as in بتويتر."""


class Platform(Entry):
    """A place whose biography takes a disclaimer.

    Attributes:
        limit: Characters that it takes.
        called: How people name it, in folded letters.
    """

    id: Identifier
    name: Bilingual
    limit: int = Field(gt=0)
    called: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)


class Disclaimers(Entry):
    """``content/disclaimers.yml``: texts from short to full, and where they go."""

    texts: tuple[Bilingual, ...] = Field(min_length=1)
    platforms: tuple[Platform, ...] = Field(min_length=1)

    def longest(self, limit: int, language: Language) -> str | None:
        """Give the longest text of at most so many characters; None where none fits."""
        fitting = [said for each in self.texts if len(said := each.text(language)) <= limit]
        return max(fitting, key=len, default=None)

    def named(self, words: str) -> tuple[Platform, ...]:
        """Give the platforms that a folded text names; a short name must stand alone."""
        return tuple(each for each in self.platforms if any(_names(n, words) for n in each.called))


def _names(name: str, words: str) -> bool:
    alone = len(name) < _ALSO_WITHIN
    return name in words.split() if alone else name in words


def load_disclaimers(path: Path) -> Disclaimers:
    """Read the file, and make sure that each platform has a text and each text a platform.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    source = Source(path)
    disclaimers = source.read_as(Disclaimers)
    seen: set[str] = set()
    for n, platform in enumerate(disclaimers.platforms):
        source.check_new(("platforms", n, "id"), platform.id, seen)
    for language in Language:
        used = set()
        for n, platform in enumerate(disclaimers.platforms):
            text = disclaimers.longest(platform.limit, language)
            if text is None:
                problem = (
                    f"no text in {language.value!r} fits {platform.limit} characters. Add one."
                )
                raise source.error(("platforms", n, "limit"), problem)
            used.add(text)
        for n, each in enumerate(disclaimers.texts):
            if each.text(language) not in used:
                problem = "is no platform's longest text. Shorten it to fit one, or delete it."
                raise source.error(("texts", n, language.value), problem)
    return disclaimers
