"""A joint report as a PDF and as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from bot.documents.observation_report import Bars, ReportDetails, Rows, observation_report
from bot.documents.words import gregorian_words, hijri_words
from bot.domain.meaning import Language
from bot.domain.observation_figures import Case
from bot.domain.observing import ObservationState
from bot.library.library import Library
from bot.services.observation_reports import JointReport
from bot.spreadsheets.writing import Cell

_HEADS = {
    "spans": ("what", "median", "high", "number"),
    "open": ("case", "state", "referred_on", "age"),
    "cases": ("case", "seen_on", "kind", "state", "articles", "link"),
}
"""What stands above the columns of each table."""

_DAY = timedelta(days=1)
_Table = list[Sequence[Cell]]


class ObservationPrinting:
    """Writes a joint report.

    Args:
        library: All content.
        report: What came of the observations.
        language: The language to write in.
    """

    def __init__(self, library: Library, report: JointReport, language: Language) -> None:
        self._library = library
        self._report = report
        self._figures = report.figures
        self._language = language

    def pdf(self) -> bytes:
        """Draw it as a PDF."""
        rulebook = self._library.rulebooks[self._report.employer]
        details = ReportDetails(
            employer=rulebook.employer.text(self._language),
            title=self._say("title"),
            period=tuple(self._period()),
            tiles=tuple(self._tiles()),
            note=self._note(),
            bars=tuple(self._bars()),
            spans=self._rows("spans", self._spans()),
            open=self._rows("open", self._open()),
            cases=self._rows("cases", self._cases()),
            departments=(self._say("communication"), self._say("hr")),
            signing=tuple(self._say(each) for each in ("name", "post", "signature", "date")),
            made=self._report.made_at,
            language=self._language,
        )
        return observation_report(details, self._library.phrases.say)

    def sheets(self) -> Mapping[str, _Table]:
        """Give the rows of each sheet of a workbook by the sheets' names."""
        summary: _Table = [[self._say("title"), ""]]
        summary += [[line, ""] for line in self._period()]
        summary += [[label, number] for label, number in self._tiles()]
        summary += [[self._note(), ""]]
        counts: _Table = [[self._say("group"), self._say("what"), self._say("number")]]
        counts += [
            [bars.title, label, number] for bars in self._bars() for label, number in bars.rows
        ]
        return {
            self._say("sheet_summary"): summary,
            self._say("sheet_counts"): counts,
            self._say("sheet_spans"): [self._heads("spans"), *self._spans()],
            self._say("sheet_open"): [self._heads("open"), *self._open()],
            self._say("sheet_cases"): [self._heads("cases"), *self._cases()],
        }

    def _period(self) -> Iterator[str]:
        since, until = self._report.since, self._report.until
        yield self._say("period", since=self._day(since), until=self._day(until))
        first, last = (hijri_words(day, self._words, self._language) for day in (since, until))
        if first and last:
            yield self._say("period", since=first, until=last)
        made = self._report.made_at
        yield self._say("made", day=self._day(made), time=f"{made:%H:%M}")

    def _tiles(self) -> Iterator[tuple[str, int]]:
        figures = self._figures
        yield self._say("recorded"), figures.recorded
        yield self._say("referred"), len(figures.referred)
        yield self._say("decided"), figures.to_decision.number
        yield self._say("open_now"), len(figures.open)

    def _note(self) -> str:
        states = self._figures.by_state
        waiting, withdrawn = states[ObservationState.RECORDED], states[ObservationState.WITHDRAWN]
        return self._say("note", waiting=waiting, withdrawn=withdrawn)

    def _bars(self) -> Iterator[Bars]:
        figures = self._figures
        groups: dict[str, Mapping[str, int]] = {}
        if figures.recorded:
            groups["by_state"] = {
                self._name("state", each): n for each, n in figures.by_state.items()
            }
        if figures.referred:
            groups |= {
                "by_kind": {self._name("kind", each): n for each, n in figures.by_kind.items()},
                "by_outcome": {
                    self._name("outcome", each): n for each, n in figures.by_outcome.items()
                },
                "by_article": {self._article(each): n for each, n in figures.by_article.items()},
                "by_month": figures.by_month,
            }
        for name, rows in groups.items():
            yield Bars(self._say(name), tuple(rows.items()))

    def _spans(self) -> Iterator[tuple[Cell, ...]]:
        figures = self._figures
        for name, span in (
            ("to_referral", figures.to_referral),
            ("to_decision", figures.to_decision),
        ):
            yield self._say(name), _days(span.median), _days(span.high), span.number

    def _open(self) -> Iterator[tuple[Cell, ...]]:
        for each in self._figures.open:
            case, zone = each.case, self._report.made_at.tzinfo
            referred_on = case.referred_at.astimezone(zone) if case.referred_at else None
            yield (
                case.number,
                self._name("state", case.state),
                f"{referred_on:%d/%m/%Y}" if referred_on else "",
                _days(each.age),
            )

    def _cases(self) -> Iterator[tuple[Cell, ...]]:
        for case in self._figures.referred:
            yield (
                case.number,
                f"{case.seen_on:%d/%m/%Y}",
                self._name("kind", case.kind),
                self._stand(case),
                "\n".join(case.articles),
                case.link or self._say("expired"),
            )

    def _stand(self, case: Case) -> str:
        state = self._name("state", case.state)
        if case.outcome is None:
            return state
        outcome = self._name("outcome", case.outcome)
        return self._words(
            "observation_state_with_outcome", self._language, state=state, outcome=outcome
        )

    def _rows(self, name: str, rows: Iterator[tuple[Cell, ...]]) -> Rows:
        """Give a table as it is printed."""
        texts = tuple(tuple(map(str, row)) for row in rows)
        return Rows(self._say(name), tuple(self._heads(name)), texts, self._say("nothing"))

    def _heads(self, name: str) -> list[str]:
        return [self._say(head) for head in _HEADS[name]]

    def _article(self, article: str) -> str:
        try:
            title = self._library.locate(article).article.title.text(self._language)
        except KeyError:  # the rulebook has changed since
            return article
        return self._say("article", article=article, title=title)

    def _name(self, what: str, value: str) -> str:
        return self._words(f"observation_{what}_{value}", self._language)

    def _day(self, day: date) -> str:
        return gregorian_words(day, self._words, self._language)

    def _say(self, phrase: str, **values: object) -> str:
        return self._words(f"observation_report_{phrase}", self._language, **values)

    def _words(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def _days(time: timedelta | None) -> Cell:
    return "–" if time is None else round(time / _DAY, 1)
