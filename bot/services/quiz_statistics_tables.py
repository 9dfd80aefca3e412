"""The statistics of the quizzes as tables for spreadsheets, headings included."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.item_analysis import Finding
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.quiz_statistics import GroupSum
from bot.services.quiz_statistics import QuestionFigures, Statistics

Row = list[str | int | float]

_MOST_CHOICES = 4
_DIGITS = 3
_RIGHT = "✓ "


class StatisticsTables:
    """Writes statistics in one language.

    A cell without a figure is empty: there are too few people for one, or it is not defined.
    """

    def __init__(self, statistics: Statistics, library: Library, language: Language) -> None:
        self._statistics = statistics
        self._library = library
        self._language = language

    def questions(self) -> Iterator[Row]:
        """Give each question with its figures, its choices and what is to be looked at."""
        numbers = range(1, _MOST_CHOICES + 1)
        yield [
            self._say("stats_question"),
            self._say("stats_article"),
            self._say("stats_text"),
            self._say("stats_answers"),
            self._say("stats_right"),
            self._say("stats_discrimination"),
            *(
                self._say(phrase, number=number)
                for number in numbers
                for phrase in ("stats_choice", "stats_taken")
            ),
            self._say("stats_remarks"),
        ]
        for each in self._statistics.questions:
            yield self._question(each)

    def articles(self) -> Iterator[Row]:
        """Give the articles, the most got wrong first."""
        yield [
            self._say("stats_article"),
            self._say("stats_title"),
            self._say("stats_failed"),
            *self._headings(),
        ]
        for each in self._statistics.articles:
            title = self._library.locate(each.article).article.title.text(self._language)
            yield [each.article, title, each.sums.failed, *_figures(each.sums)]

    def employers(self) -> Iterator[Row]:
        """Give the employers, and how many of their departments are not told about."""
        yield [self._say("stats_employer"), *self._headings(), self._say("stats_hidden")]
        for each in self._statistics.employers:
            yield [self._employer(each.employer), *_figures(each.sums), each.hidden]

    def departments(self) -> Iterator[Row]:
        """Give the departments that are told about."""
        yield [self._say("stats_employer"), self._say("stats_department"), *self._headings()]
        for employer in self._statistics.employers:
            name = self._employer(employer.employer)
            for each in employer.departments:
                department = each.department or self._say("stats_unknown_department")
                yield [name, department, *_figures(each.sums)]

    def remarks(self, figures: QuestionFigures) -> str:
        """Say what is to be looked at in a question; empty where nothing is."""
        return " ".join(self._remark(figures.question, each) for each in figures.findings)

    def _remark(self, question: Question, finding: Finding) -> str:
        choice = "" if finding.choice is None else self._choices(question)[finding.choice]
        return self._say(finding.flag, choice=choice)

    def _question(self, figures: QuestionFigures) -> Row:
        question, tally = figures.question, figures.tally
        choices: Row = []
        for place, text in enumerate(self._choices(question)):
            choices += [f"{_RIGHT}{text}" if place in question.right else text]
            taken = tally.taken(question.size)[place]
            choices += [round(taken / tally.answers, _DIGITS) if tally.answers else ""]
        choices += [""] * (2 * (_MOST_CHOICES - question.size))
        return [
            question.id,
            question.article,
            question.text.text(self._language),
            tally.answers or "",
            _rounded(tally.facility),
            _rounded(tally.discrimination),
            *choices,
            self.remarks(figures),
        ]

    def _choices(self, question: Question) -> list[str]:
        if question.choices:
            return [choice.text(self._language) for choice in question.choices]
        return [self._say("stats_true"), self._say("stats_false")]

    def _headings(self) -> list[str]:
        return [self._say(each) for each in ("stats_people", "stats_answers", "stats_right")]

    def _employer(self, employer: str) -> str:
        rulebook = self._library.rulebooks.get(employer)
        return employer if rulebook is None else rulebook.employer.text(self._language)

    def _say(self, phrase: str, **values: object) -> str:
        return self._library.phrases.say(phrase, self._language, **values)


def _figures(sums: GroupSum) -> Row:
    return [sums.people, sums.answers, round(sums.right / sums.answers, _DIGITS)]


def _rounded(figure: float | None) -> float | str:
    return "" if figure is None else round(figure, _DIGITS)
