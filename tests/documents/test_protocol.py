from __future__ import annotations

import pytest

from bot.documents.flow import Piece, paged
from bot.documents.protocol import protocol
from bot.domain.meaning import Language
from tests.support.circular_protocols import protocol_of, rows_of
from tests.support.content import LANGUAGES
from tests.support.drawn import letters, places_checked, sizes, squeeze
from tests.support.papers import lines_of, say


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recipients", [0, 1, 2, 30, 120])
def test_nothing_is_written_over_another_or_beside_its_place(
    recipients: int, language: Language
) -> None:
    with places_checked() as faults:
        pdf = protocol(protocol_of(recipients, language=language), say)
    assert faults == []
    assert set(sizes(pdf)) == {(210, 297)}


def test_it_says_what_it_is_given() -> None:
    details = protocol_of(1)
    said = letters(protocol(details, say))
    for text in (
        details.title,
        details.statement,
        "12,345",
        "f" * 64,
        "0123456789abcdef" * 4,
        "بلغ الجميع.",
        "إدارات لا تُعرض: 3",
        "ختم الجهة",
    ):
        assert squeeze(text) in said


def test_each_page_has_the_headings_and_its_number() -> None:
    pages = lines_of(protocol(protocol_of(120), say))
    assert len(pages) > 5
    for number, lines in enumerate(pages, 1):
        last = say("document_page", Language.ARABIC, page=number, pages=len(pages))
        assert last in lines
    for lines in pages[1:-1]:
        assert "الرقم الوظيفي" in " ".join(lines)


def test_every_recipient_is_there() -> None:
    said = letters(protocol(protocol_of(60), say))
    for _, number, *_ in rows_of(60):
        # A reader orders a row of Arabic anew where Latin letters and digits meet in it.
        assert number.rpartition("-")[2] in said
    assert squeeze("المستمر 3") in said


def test_the_last_section_stays_with_the_signatures() -> None:
    for recipients in range(12, 24):
        last = " ".join(lines_of(protocol(protocol_of(recipients), say))[-1])
        assert "رقم القيد" in last
        assert "ختم الجهة" in last


def _piece(height: float, **facts: object) -> Piece:
    return Piece(height, lambda _: None, **facts)  # type: ignore[arg-type]


def test_what_keeps_goes_on_to_the_next_page() -> None:
    first, title, row = _piece(8), _piece(2, keeps=True), _piece(1)
    assert paged([first, title, row], 10, 10) == [[first], [title, row]]
    assert paged([first, row, title], 10, 10) == [[first, row], [title]]


def test_headings_come_again_on_each_page() -> None:
    head = _piece(2)
    rows = [_piece(4, head=head) for _ in range(3)]
    assert paged([head, *rows], 10, 10) == [[head, *rows[:2]], [head, rows[2]]]
