"""The sentences that Waai says, by id, in both languages."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from bot.domain.meaning import Language
from bot.library.yaml_lines import Source

if TYPE_CHECKING:
    from pathlib import Path


class Phrases:
    """``content/phrases.ar.yml`` and ``phrases.en.yml``.

    Args:
        folder: Where the two files lie.

    Raises:
        ContentError: A phrase is missing in a language, or its placeholders differ.
    """

    def __init__(self, folder: Path) -> None:
        sources = {language: Source(folder / f"phrases.{language}.yml") for language in Language}
        self._texts = {language: _texts(source) for language, source in sources.items()}
        for language, source in sources.items():
            other = Language.ENGLISH if language is Language.ARABIC else Language.ARABIC
            self._compare(source, self._texts[language], self._texts[other], other)

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Give a phrase with its placeholders filled.

        Raises:
            KeyError: No such phrase, or a placeholder without a value.
        """
        return self._texts[language][phrase].format(**values)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all phrases."""
        return frozenset(self._texts[Language.ARABIC])

    @staticmethod
    def _compare(
        source: Source, texts: dict[str, str], others: dict[str, str], other: Language
    ) -> None:
        for phrase, text in texts.items():
            if phrase not in others:
                raise source.error((phrase,), f"add this phrase to phrases.{other}.yml too.")
            if _placeholders(text) != _placeholders(others[phrase]):
                raise source.error(
                    (phrase,), f"its placeholders differ from those in phrases.{other}.yml."
                )


def isolated(number: str) -> str:
    """Keep the parts of a number in their order: Arabic words before it would turn them."""
    return f"\u2066{number}\u2069"


def _texts(source: Source) -> dict[str, str]:
    if not isinstance(source.data, dict):
        raise source.error((), "this file must map phrase ids to sentences.")
    for phrase, text in source.data.items():
        if not isinstance(text, str) or not text.strip():
            raise source.error((phrase,), "a phrase is a sentence in quotes.")
        if not _is_template(text):
            raise source.error((phrase,), "braces hold a placeholder's name, as in {days}.")
    # Spaces stay: some phrases stand between others, or are indented.
    return {phrase: text.strip("\n") for phrase, text in source.data.items()}


def _is_template(text: str) -> bool:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return False
    return all(name is None or (name.isidentifier() and not spec) for _, name, spec, _ in parts)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
