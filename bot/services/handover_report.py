"""How quickly an employer's desk answers, as a table: totals and weeks, never by who asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.meaning import Language
from bot.domain.service_times import Served, ServiceTimes, service_times
from bot.domain.small_groups import choose_shown
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.database import Database
from bot.records.handovers import Asked, Handovers
from bot.services.retention import Now
from bot.spreadsheets.writing import Cell


class HandoverReportError(WaaiError):
    """What is asked for cannot be told; the message says why."""


@dataclass(frozen=True)
class HandoverReport:
    """Service times.

    Attributes:
        target: In the desk's hours, within how long a question should have its first answer.
        total: Of all questions.
        weeks: Of the weeks of which figures tell of nobody alone, such as ``2026-W47``.
        weeks_left_out: How many weeks had too few questions.
    """

    target: timedelta
    total: ServiceTimes
    weeks: dict[str, ServiceTimes]
    weeks_left_out: int


class HandoverReportService:
    """Counts hand-overs."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def report(self, employer: str, first: date, last: date) -> HandoverReport:
        """Report on what was asked from one day to another, both included, where the employer is.

        Raises:
            HandoverReportError: No such employer, or the days are in the wrong order.
        """
        rulebook = self._library.rulebooks.get(employer)
        if rulebook is None:
            raise HandoverReportError(f"no employer {employer!r}")
        if last < first:
            raise HandoverReportError("the last day is before the first one")
        calendar = rulebook.calendar
        since = datetime.combine(first, time(), calendar.zone)
        until = datetime.combine(last + timedelta(days=1), time(), calendar.zone)
        async with self._database.reading() as session:
            asked = await Handovers(session).list_asked(employer, since, until)
        weeks = defaultdict[str, list[Served]](list)
        for each in asked:
            year, week, _ = calendar.day(each.created_at).isocalendar()
            weeks[f"{year}-W{week:02}"].append(self._served(employer, each))
        target = timedelta(hours=self._library.desk_of(employer).target_hours)
        shown = choose_shown(Counter({week: len(some) for week, some in weeks.items()}), len(asked))
        return HandoverReport(
            target=target,
            total=service_times([each for some in weeks.values() for each in some], target),
            weeks={week: service_times(weeks[week], target) for week in sorted(shown)},
            weeks_left_out=len(weeks) - len(shown),
        )

    def _served(self, employer: str, asked: Asked) -> Served:
        until = asked.answered_at or asked.closed_at or self._now()
        return Served(
            worked=self._library.working(employer).worked(asked.created_at, until),
            elapsed=until - asked.created_at,
            is_answered=asked.answered_at is not None,
            is_open=asked.closed_at is None,
        )


def report_table(report: HandoverReport, library: Library, language: Language) -> list[list[Cell]]:
    """Write a report as rows under their headings, times in hours."""
    say = library.phrases.say
    headings = (
        "handover_report_span",
        "handover_report_asked",
        "handover_report_answered",
        "handover_report_unanswered",
        "handover_report_open",
        "handover_report_worked_median",
        "handover_report_worked_ninetieth",
        "handover_report_elapsed_median",
        "handover_report_elapsed_ninetieth",
        "handover_report_within",
    )
    rows: list[list[Cell]] = [[say(phrase, language) for phrase in headings]]
    rows.append([say("handover_report_total", language), *_cells(report.total)])
    rows += [[week, *_cells(times)] for week, times in report.weeks.items()]
    return rows


def _cells(times: ServiceTimes) -> list[Cell]:
    counts = (times.asked, times.answered, times.unanswered, times.open)
    spreads = [*(times.worked or (None, None)), *(times.elapsed or (None, None))]
    within = "" if times.within is None else f"{times.within:.0%}"
    return [*counts, *map(_hours, spreads), within]


def _hours(span: timedelta | None) -> Cell:
    return "" if span is None else round(span / timedelta(hours=1), 1)
