"""What a circular changed, as tables for spreadsheets, the terminal and documents."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.item_analysis import Tally
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.quiz_statistics import GroupSum
from bot.services.circular_effects import Effect, GroupEffect

Row = list[str | int | float]

_DIGITS = 3
_OF_QUESTIONS = (
    "circular_report_answers_before",
    "circular_report_right_before",
    "circular_report_discrimination_before",
    "circular_report_answers_since",
    "circular_report_right_since",
    "circular_report_discrimination_since",
)
_OF_GROUPS = (
    "circular_report_answers_before",
    "circular_report_right_before",
    "circular_report_answers_since",
    "circular_report_right_since",
)


class EffectTables:
    """Writes a comparison in one language.

    A cell without a figure is empty: there are too few people for one, or it is not defined.
    """

    def __init__(self, effect: Effect, library: Library, language: Language) -> None:
        self._effect = effect
        self._library = library
        self._language = language

    def questions(self) -> Iterator[Row]:
        """Give each question on the articles of the circular."""
        yield [
            *map(self._say, ("stats_question", "stats_article", "stats_text")),
            *map(self._say, _OF_QUESTIONS),
        ]
        for each in self._effect.questions:
            question = each.question
            told = [question.id, question.article, question.text.text(self._language)]
            yield [*told, *_of_tally(each.before), *_of_tally(each.since)]

    def groups(self) -> Iterator[Row]:
        """Give the employers, each before its departments that are told about."""
        yield [
            *map(self._say, ("stats_employer", "stats_department")),
            *map(self._say, _OF_GROUPS),
        ]
        for whole in self._effect.employers:
            yield self._group(whole, self._say("circular_report_whole"))
            for each in self._effect.departments:
                if each.employer == whole.employer:
                    yield self._group(
                        each, each.department or self._say("stats_unknown_department")
                    )

    def hidden(self) -> str:
        """Say how many departments are not told about; empty if all are."""
        count = self._effect.hidden
        if not count:
            return ""
        return self._library.phrases.say("circular_report_hidden", self._language, count=count)

    def _group(self, effect: GroupEffect, name: str) -> Row:
        rulebook = self._library.rulebooks.get(effect.employer)
        employer = rulebook.employer.text(self._language) if rulebook else effect.employer
        return [employer, name, *_of_group(effect.before), *_of_group(effect.since)]

    def _say(self, phrase: str) -> str:
        return self._library.phrases.say(phrase, self._language)


def _of_tally(tally: Tally) -> Row:
    return [tally.answers or "", _rounded(tally.facility), _rounded(tally.discrimination)]


def _of_group(sums: GroupSum | None) -> Row:
    return ["", ""] if sums is None else [sums.answers, _rounded(sums.right / sums.answers)]


def _rounded(figure: float | None) -> float | str:
    return "" if figure is None else round(figure, _DIGITS)
