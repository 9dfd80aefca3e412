"""A joint report as a PDF and as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from bot.documents.observation_report import Bars, ReportDetails, Rows, observation_report
from bot.documents.words import gregorian_words, hijri_words, short_day
from bot.domain.meaning import Language
from bot.domain.observation_figures import Case
from bot.domain.observing import ObservationState
from bot.library.library import Library
from bot.services.observation_reports import JointReport
from bot.spreadsheets.writing import Cell

_HEADS = {
    "spans": (
        "observation_report_what",
        "observation_report_median",
        "observation_report_high",
        "observation_report_number",
    ),
    "open": (
        "observation_report_case",
        "observation_report_state",
        "observation_report_referred_on",
        "observation_report_age",
    ),
    "cases": (
        "observation_report_case",
        "observation_report_seen_on",
        "observation_report_kind",
        "observation_report_state",
        "observation_report_articles",
        "observation_report_link",
    ),
}
"""What stands above the columns of each table."""

_TITLES = {
    "spans": "observation_report_spans",
    "open": "observation_report_open",
    "cases": "observation_report_cases",
}

_SIGNING = (
    "observation_report_name",
    "observation_report_post",
    "observation_report_signature",
    "observation_report_date",
)
"""What each department fills in."""

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
            title=self._say("observation_report_title"),
            period=tuple(self._period()),
            tiles=tuple(self._tiles()),
            note=self._note(),
            bars=tuple(self._bars()),
            spans=self._rows("spans", self._spans()),
            open=self._rows("open", self._open()),
            cases=self._rows("cases", self._cases()),
            departments=(
                self._say("observation_report_communication"),
                self._say("observation_report_hr"),
            ),
            signing=tuple(self._say(each) for each in _SIGNING),
            made=self._report.made_at,
            language=self._language,
        )
        return observation_report(details, self._library.phrases.say)

    def sheets(self) -> Mapping[str, _Table]:
        """Give the rows of each sheet of a workbook by the sheets' names."""
        summary: _Table = [[self._say("observation_report_title"), ""]]
        summary += [[line, ""] for line in self._period()]
        summary += [[label, number] for label, number in self._tiles()]
        summary += [[self._note(), ""]]
        counts: _Table = [
            [
                self._say("observation_report_group"),
                self._say("observation_report_what"),
                self._say("observation_report_number"),
            ]
        ]
        counts += [
            [bars.title, label, number] for bars in self._bars() for label, number in bars.rows
        ]
        return {
            self._say("observation_report_sheet_summary"): summary,
            self._say("observation_report_sheet_counts"): counts,
            self._say("observation_report_sheet_spans"): [self._heads("spans"), *self._spans()],
            self._say("observation_report_sheet_open"): [self._heads("open"), *self._open()],
            self._say("observation_report_sheet_cases"): [self._heads("cases"), *self._cases()],
        }

    def _period(self) -> Iterator[str]:
        since, until = self._report.since, self._report.until
        yield self._say("observation_report_period", since=self._day(since), until=self._day(until))
        first, last = (hijri_words(day, self._words, self._language) for day in (since, until))
        if first and last:
            yield self._say("observation_report_period", since=first, until=last)
        made = self._report.made_at
        yield self._say("observation_report_made", day=self._day(made), time=f"{made:%H:%M}")

    def _tiles(self) -> Iterator[tuple[str, int]]:
        figures = self._figures
        yield self._say("observation_report_recorded"), figures.recorded
        yield self._say("observation_report_referred"), len(figures.referred)
        yield self._say("observation_report_decided"), figures.to_decision.number
        yield self._say("observation_report_open_now"), len(figures.open)

    def _note(self) -> str:
        states = self._figures.by_state
        waiting, withdrawn = states[ObservationState.RECORDED], states[ObservationState.WITHDRAWN]
        return self._say("observation_report_note", waiting=waiting, withdrawn=withdrawn)

    def _bars(self) -> Iterator[Bars]:
        figures = self._figures
        groups: dict[str, Mapping[str, int]] = {}
        if figures.recorded:
            groups["observation_report_by_state"] = {
                self._name("state", each): n for each, n in figures.by_state.items()
            }
        if figures.referred:
            groups |= {
                "observation_report_by_kind": {
                    self._name("kind", each): n for each, n in figures.by_kind.items()
                },
                "observation_report_by_outcome": {
                    self._name("outcome", each): n for each, n in figures.by_outcome.items()
                },
                "observation_report_by_article": {
                    self._article(each): n for each, n in figures.by_article.items()
                },
                "observation_report_by_month": figures.by_month,
            }
        for name, rows in groups.items():
            yield Bars(self._say(name), tuple(rows.items()))

    def _spans(self) -> Iterator[tuple[Cell, ...]]:
        figures = self._figures
        for name, span in (
            ("observation_report_to_referral", figures.to_referral),
            ("observation_report_to_decision", figures.to_decision),
        ):
            yield self._say(name), _days(span.median), _days(span.high), span.number

    def _open(self) -> Iterator[tuple[Cell, ...]]:
        for each in self._figures.open:
            case, zone = each.case, self._report.made_at.tzinfo
            referred_on = case.referred_at.astimezone(zone) if case.referred_at else None
            yield (
                case.number,
                self._name("state", case.state),
                short_day(referred_on, year=True) if referred_on else "",
                _days(each.age),
            )

    def _cases(self) -> Iterator[tuple[Cell, ...]]:
        for case in self._figures.referred:
            yield (
                case.number,
                short_day(case.seen_on, year=True),
                self._name("kind", case.kind),
                self._stand(case),
                "\n".join(case.articles),
                case.link or self._say("observation_report_expired"),
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
        return Rows(
            self._say(_TITLES[name]),
            tuple(self._heads(name)),
            texts,
            self._say("observation_report_nothing"),
        )

    def _heads(self, name: str) -> list[str]:
        return [self._say(head) for head in _HEADS[name]]

    def _article(self, article: str) -> str:
        try:
            title = self._library.locate(article).article.title.text(self._language)
        except KeyError:  # the rulebook has changed since
            return article
        return self._say("observation_report_article", article=article, title=title)

    def _name(self, what: str, value: str) -> str:
        return self._words(f"observation_{what}_{value}", self._language)

    def _day(self, day: date) -> str:
        return gregorian_words(day, self._words, self._language)

    def _say(self, phrase: str, **values: object) -> str:
        return self._words(phrase, self._language, **values)

    def _words(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)


def _days(time: timedelta | None) -> Cell:
    return "–" if time is None else round(time / _DAY, 1)
