"""What came of a survey's waves as a table, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.meaning import Language
from bot.domain.surveying import EVERYBODY, OTHERS, SKIPPED, shares
from bot.library.library import Library
from bot.services.survey_waves import KnownWave

_NONE = ("", "")
_HEADINGS = ("group", "takers", "question", "text", "choice")


def comparable(waves: Sequence[KnownWave]) -> list[KnownWave]:
    """Give the waves that ask what the last of them asks, in the same version."""
    return [wave for wave in waves if wave.version == waves[-1].version]


def result_rows(
    waves: Sequence[KnownWave], library: Library, language: Language
) -> Iterator[Sequence[str]]:
    """Write a row for each choice in each group, below a row of headings.

    For each wave there are how often the choice was picked and its share in percent of those who
    answered the question (of a skipped question: of all), then how much the last wave's share
    differs from the first one's, in percentage points. What is left over beside named groups is
    not the same people in each wave, so no difference is told of it.

    Args:
        waves: Closed ones with counts, of one survey and version, the oldest first.
        library: Where the questions are.
        language: Of the texts.
    """
    told = [name for wave in waves for name in (wave.name, f"{wave.name} %")]
    yield (*_HEADINGS, *told, "difference")
    table = _Table(waves, library, language)
    groups = sorted({group for wave in waves for group in wave.counts})
    for group in groups:
        for question in waves[-1].counts[EVERYBODY]:
            yield from table.rows(group, question)


class _Table:
    def __init__(self, waves: Sequence[KnownWave], library: Library, language: Language) -> None:
        self._waves = waves
        self._phrases = library.phrases
        self._language = language
        survey = library.surveys.get(waves[-1].survey)
        is_known = survey is not None and survey.version == waves[-1].version
        self._survey = survey if is_known else None

    def rows(self, group: str, question: str) -> Iterator[Sequence[str]]:
        counts = [wave.counts.get(group, {}).get(question) for wave in self._waves]
        text, choices = self._words(question)
        takers = "/".join("" if each is None else str(sum(each)) for each in counts)
        parts = [None if each is None else shares(each) for each in counts]
        for choice, name in choices.items():
            told = [
                cell
                for each, part in zip(counts, parts, strict=True)
                for cell in ((str(each[choice]), f"{part[choice]:.1f}") if each and part else _NONE)
            ]
            first, last = parts[0], parts[-1]
            difference = ""
            if len(parts) > 1 and first and last and not group.endswith(OTHERS):
                # A hyphen in front would make it a formula: this is the sign of minus.
                difference = f"{last[choice] - first[choice]:.1f}".replace("-", "\u2212")
            yield (self._name(group), takers, question, text, name, *told, difference)

    def _words(self, question: str) -> tuple[str, dict[int, str]]:
        """Give a question and its choices by their place; numbers where the files lack them."""
        skipped = self._say("survey_skipped")
        for each in self._survey.questions if self._survey else ():
            if each.id == question and self._survey is not None:
                offered = enumerate(self._survey.choices(each))
                names = {place: choice.text(self._language) for place, choice in offered}
                return each.text.text(self._language), {**names, SKIPPED: skipped}
        return "", {**{place: str(place + 1) for place in range(SKIPPED)}, SKIPPED: skipped}

    def _name(self, group: str) -> str:
        if group == EVERYBODY:
            return self._say("survey_everybody")
        if group.endswith(OTHERS):
            return group.removesuffix(OTHERS) + self._say("survey_others")
        return group

    def _say(self, phrase: str) -> str:
        return self._phrases.say(phrase, self._language)
