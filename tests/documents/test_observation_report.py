"""The joint report as it is drawn: nothing is lost or parted badly, however much there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.documents.flow import Piece, paged
from bot.documents.observation_report import Bars, ReportDetails, Rows, observation_report
from bot.domain.meaning import Language
from tests.support.papers import lines_of, say

NOTHING = Rows("المدد", ("أ", "ب", "ج", "د"), (), "لا شيء")
DETAILS = ReportDetails(
    employer="وزارة الصحة",
    title="التقرير المشترك",
    period=("من 1 يوليو إلى 30 نوفمبر",),
    tiles=(("سجل", 200), ("أحيل", 150), ("قرر", 90), ("مفتوح", 60)),
    note="لا يذكر فيه اسم موظف.",
    bars=(),
    spans=NOTHING,
    open=NOTHING,
    cases=Rows("ما أحيل", ("الرقم", "اليوم", "النوع", "الحالة", "المواد", "الرابط"), (), "لا شيء"),
    departments=("إدارة الاتصال", "إدارة الموارد البشرية"),
    signing=("الاسم", "الوظيفة", "التوقيع", "التاريخ"),
    made=datetime(2026, 11, 29, tzinfo=UTC),
    language=Language.ARABIC,
)
LONG = "https://x.com/" + "a" * 486


def case(number: int, link: str = "https://x.com/1") -> tuple[str, ...]:
    return (f"2026-{number:04}", "1/11/2026", "مخالفة", "مغلقة: تذكير", "uae-fed.4.2", link)


def nothing(_: object) -> None:
    """Draw nothing."""


def test_an_empty_report_is_one_page_with_room_for_both_signatures() -> None:
    (page,) = lines_of(observation_report(DETAILS, say))
    text = " ".join(page)
    assert text.count("التوقيع") == 2
    assert text.count("لا شيء") == 3


def test_two_hundred_cases_are_all_there_under_heads_that_are_said_again() -> None:
    cases = replace(
        DETAILS.cases, rows=tuple(case(n, LONG if n % 9 == 0 else "-") for n in range(200))
    )
    bars = (Bars("بحسب المادة", tuple((f"مادة {n}", n) for n in range(70))),)
    pages = lines_of(observation_report(replace(DETAILS, bars=bars, cases=cases), say))
    text = "\n".join(line for page in pages for line in page)
    assert all(f"2026-{n:04}" in text for n in range(200))
    # A reader turns about what stands in one row with Arabic, but loses nothing of it.
    assert text.count("a") >= 23 * LONG.count("a")
    with_cases = [page for page in pages if any("2026-0" in line for line in page)]
    assert len(with_cases) > 3
    assert all(any("الرابط" in line for line in page) for page in with_cases)
    assert f"صفحة {len(pages)} من {len(pages)}" in text
    assert text.count("التوقيع") == 2


def test_the_same_report_is_the_same_file() -> None:
    assert observation_report(DETAILS, say) == observation_report(DETAILS, say)


def test_pieces_are_parted_into_pages() -> None:
    head = Piece(1, nothing)
    title = Piece(2, nothing, keeps=True)
    row = Piece(3, nothing, head=head)
    assert paged([row, row, row], first=6, following=7) == [[row, row], [head, row]]
    # A title goes over with what it is the title of.
    assert paged([row, title, row], first=6, following=10) == [[row], [title, row]]
    assert paged([Piece(9, nothing)], first=6, following=7)[0][0].height == 9
    assert paged([], first=6, following=7) == [[]]
