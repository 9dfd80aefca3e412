from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.meaning import Language
from bot.records.handovers import HandoverReason, Handovers, HandoverState, NewHandover
from bot.services.handover_report import (
    HandoverReportError,
    HandoverReportService,
    report_table,
)
from tests.support.world import World

MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
"""Ten in Dubai, where the desk is open from eight to four."""

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def reports(world: World) -> HandoverReportService:
    world.moment = MONDAY + timedelta(days=28)
    return HandoverReportService(world.database, world.library, world.now)


async def asked(world: World, week: int, count: int, hours: float | None) -> None:
    """Let so many ask in a week, answered after so many hours."""
    person, at = await world.person("uae-fed"), MONDAY + timedelta(weeks=week)
    async with world.database.transaction() as session:
        for n in range(count):
            key = f"{week}:{hours}:{n}"
            new = NewHandover(person, "uae-fed", HandoverReason.REQUESTED, key, key)
            row = await Handovers(session).add(new, now=at, expires_at=at + timedelta(days=180))
            if hours is not None:
                row.answered_at = at + timedelta(hours=hours)
                row.end(HandoverState.ANSWERED, row.answered_at)


async def test_totals_and_the_weeks_that_tell_of_nobody_alone(
    world: World, reports: HandoverReportService
) -> None:
    await asked(world, 0, 12, 2)
    await asked(world, 1, 10, 24)
    await asked(world, 2, 6, 30)
    await asked(world, 3, 5, None)
    report = await reports.report("uae-fed", FIRST, LAST)
    assert (report.total.asked, report.total.answered, report.total.open) == (33, 28, 5)
    assert list(report.weeks) == ["2026-W45", "2026-W46"]
    assert report.weeks_left_out == 2
    first, second = report.weeks.values()
    assert first.worked == (timedelta(hours=2), timedelta(hours=2))
    # From ten to ten of the next day: six hours of the one, two of the other.
    assert second.worked == (timedelta(hours=8), timedelta(hours=8))
    assert second.elapsed == (timedelta(hours=24), timedelta(hours=24))
    headings, total, *weeks = report_table(report, world.library, Language.ENGLISH)
    assert [len(row) for row in (headings, total, *weeks)] == [10] * 4
    assert total == ["Total", 33, 28, 0, 5, 8.0, 14.0, 24.0, 30.0, "85%"]


async def test_nothing_that_was_asked_is_told_by_week_where_it_is_little(
    world: World, reports: HandoverReportService
) -> None:
    await asked(world, 0, 4, 2)
    report = await reports.report("uae-fed", FIRST, LAST)
    assert (report.total.asked, report.weeks, report.weeks_left_out) == (4, {}, 1)


async def test_the_days_are_the_employers_own(world: World, reports: HandoverReportService) -> None:
    person = await world.person("uae-fed")
    late = datetime(2026, 11, 3, 20, 30, tzinfo=UTC)
    async with world.database.transaction() as session:
        new = NewHandover(person, "uae-fed", HandoverReason.REQUESTED, "?", "key")
        await Handovers(session).add(new, now=late, expires_at=late + timedelta(days=180))
    days = [(date(2026, 11, day), date(2026, 11, day)) for day in (3, 4)]
    counts = [(await reports.report("uae-fed", *span)).total.asked for span in days]
    assert counts == [0, 1]


@pytest.mark.parametrize(
    ("employer", "first", "says"),
    [("nowhere", FIRST, "no employer"), ("uae-fed", date(2026, 12, 1), "before the first")],
)
async def test_what_cannot_be_told(
    reports: HandoverReportService, employer: str, first: date, says: str
) -> None:
    with pytest.raises(HandoverReportError, match=says):
        await reports.report(employer, first, LAST)


async def test_a_request_without_a_question_is_no_question_that_waits(
    world: World, reports: HandoverReportService
) -> None:
    person = await world.person("uae-fed")
    world.moment = MONDAY
    await world.handovers.ask(person, None, "event:1")
    world.pass_(days=28)
    report = await reports.report("uae-fed", FIRST, LAST)
    assert (report.total.asked, report.total.open, report.total.within) == (0, 0, None)
