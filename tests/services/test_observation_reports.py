"""The joint report: whose it is, its figures from what happened, and what is written."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.meaning import Language
from bot.domain.observing import ObservationError, ObservationState, Outcome, Step
from bot.services.observation_printing import ObservationPrinting
from bot.services.observation_reports import JointReport, ObservationReportService
from bot.services.staff import StaffError
from bot.spreadsheets.writing import write_workbook_file
from tests.support.observing import (
    EMPLOYER,
    HR,
    OTHER,
    PRESS,
    by,
    journal,
    record,
    row_of,
    staff,
    step,
)
from tests.support.papers import lines_of
from tests.support.roster import employ
from tests.support.world import World

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)


async def report(world: World, number: str = HR, employer: str = EMPLOYER) -> JointReport:
    service = ObservationReportService(world.database, world.library, world.now)
    return await service.report(by(number, employer), SINCE, UNTIL)


async def happen(world: World) -> None:
    """Three are recorded; one stays a draft, one is decided, one is only referred."""
    await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    for subject in (None, "1001", None):
        await record(world, subject=subject, seen_on=date(2026, 11, 5))
    world.pass_(days=2)
    for number in ("2026-0002", "2026-0003"):
        await step(world, number, Step.REFER)
    world.pass_(days=1)
    await step(world, "2026-0002", Step.REVIEW)
    world.pass_(days=3)
    await step(world, "2026-0002", Step.DECIDE, outcome=Outcome.REMINDER, words="سر القرار")


@pytest.mark.parametrize("number", [PRESS, HR])
async def test_figures_of_what_happened(world: World, number: str) -> None:
    await happen(world)
    made = await report(world, number)
    figures = made.figures
    assert figures.recorded == 3
    assert figures.by_state[ObservationState.RECORDED] == 1
    assert [case.number for case in figures.referred] == ["2026-0002", "2026-0003"]
    assert figures.by_article == {"moh-uae.1.2": 2, "uae-fed.4.2": 2}
    assert figures.by_month == {"2026-11": 2}
    assert figures.by_outcome[Outcome.REMINDER] == 1
    assert figures.to_referral.median == timedelta(days=2)
    assert figures.to_decision.high == timedelta(days=4)
    assert [(each.case.number, each.age.days) for each in figures.open] == [
        ("2026-0002", 4),
        ("2026-0003", 4),
    ]
    noted = (await journal(world))[-1]
    assert (noted.kind, noted.subject) == ("observation_reported", "observation:all")


async def test_whose_report_it_is(world: World) -> None:
    await happen(world)
    await staff(world, "uae-fed")
    with pytest.raises(StaffError):
        await report(world, OTHER)
    assert (await report(world, HR, "uae-fed")).figures.recorded == 0


async def test_days_are_the_employers(world: World) -> None:
    await staff(world)
    # Half past midnight of the first of December in Abu Dhabi.
    world.moment = world.moment.replace(day=30, hour=20, minute=30)
    await record(world)
    assert (await report(world)).figures.recorded == 0
    world.moment -= timedelta(hours=1)
    await record(world, link="https://x.com/earlier")
    assert (await report(world)).figures.recorded == 1


async def test_a_time_that_ends_before_it_begins(world: World) -> None:
    await staff(world)
    service = ObservationReportService(world.database, world.library, world.now)
    for since, until in ((UNTIL, SINCE), (date(1, 1, 1), date(9999, 12, 31))):
        with pytest.raises(ObservationError, match="its first day or later"):
            await service.report(by(HR), since, until)


@pytest.mark.parametrize("language", Language)
async def test_what_is_written(world: World, language: Language, tmp_path: Path) -> None:
    await happen(world)
    printing = ObservationPrinting(world.library, await report(world), language)
    pages = lines_of(printing.pdf())
    text = "\n".join(line for page in pages for line in page)
    link = (await row_of(world, "2026-0002")).link or ""
    assert "2026-0002" in text
    assert link in text.replace("\n", "")
    assert "2026-0001" not in text
    assert world.phrase("observation_report_hr", language) in text
    assert pages[-1][-1] == world.phrase("document_page", language, page=2, pages=2)
    sheets = printing.sheets()
    summary = next(iter(sheets))
    assert [row[0] for row in list(sheets.values())[-1][1:]] == ["2026-0002", "2026-0003"]
    file = tmp_path / "report.xlsx"
    write_workbook_file(file, sheets, rtl=language is Language.ARABIC)
    with zipfile.ZipFile(file) as book:
        assert summary in book.read("xl/workbook.xml").decode()
        first = book.read("xl/worksheets/sheet1.xml").decode()
    assert ('rightToLeft="1"' in first) is (language is Language.ARABIC)
    written = text + str(sheets)
    assert written.count("5/11/2026") - written.count("05/11/2026") == 4
    for secret in ("سالم", "1001", "سر القرار", "نشر صورة"):
        assert secret not in written


async def test_expired_ones_stay_in_the_figures(world: World) -> None:
    await happen(world)
    await step(world, "2026-0002", Step.CLOSE)
    world.pass_(days=800)
    await world.cleaner.delete_expired()
    made = await report(world)
    assert made.figures.by_outcome[Outcome.REMINDER] == 1
    (case, _) = made.figures.referred
    assert case.link is None
    rows = list(ObservationPrinting(world.library, made, Language.ENGLISH).sheets().values())[-1]
    assert rows[1][-1] == "–"
