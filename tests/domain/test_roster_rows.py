from __future__ import annotations

import pytest

from bot.domain.meaning import Language
from bot.domain.roster import Column, Fault, Reason, RosterEntry, RosterError, StaffRole
from bot.domain.roster_rows import RowReader, read_headings, tidy
from tests.support.content import real_library

WORDS = real_library().roster_words


def read(whose: str | None = "uae-fed", /, **cells: str) -> tuple[RosterEntry, list[Reason]]:
    """One row; a column that is not named is not there."""
    given = {"number": "7", "name_en": "Amal"} | cells
    headings = read_headings(list(given), WORDS)
    return RowReader(headings, WORDS, whose).read(5, list(given.values()))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("الرقم الوظيفي", Column.NUMBER),
        (" رقم  الموظف ", Column.NUMBER),
        ("EMPLOYEE_NO.", Column.NUMBER),
        ("إسم الموظف", Column.NAME_AR),
        ("Name (Arabic)", Column.NAME_AR),
        ("Name", Column.NAME_EN),
        ("الإسم بالإنجليزية", Column.NAME_EN),
        ("جهه العمل", Column.EMPLOYER),
        ("رقم الجوال ٢", Column.PHONES),
        ("Mobile2", Column.PHONES),
        ("المدير المباشر", Column.MANAGER),
        ("المسمّى الوظيفيّ", Column.JOB),
        ("Department / القسم", Column.DEPARTMENT),
        ("Role (as agreed)", Column.ROLES),
        ("Preferred\u00a0language", Column.LANGUAGE),
        ("\ufeffnumber", Column.NUMBER),
    ],
)
def test_headings_are_read_however_they_are_written(heading: str, column: Column) -> None:
    assert list(read_headings([heading], WORDS).places) == [column]


@pytest.mark.parametrize("heading", ["", "Salary", "Phone (manager)", "الجنسية"])
def test_other_headings_mean_nothing(heading: str) -> None:
    headings = read_headings([heading], WORDS)
    assert headings.places == {}
    assert headings.ignored == ((heading,) if heading else ())


def test_two_headings_of_one_meaning_are_refused_but_for_phones() -> None:
    assert read_headings(["Phone 1", "Phone 2"], WORDS).places == {Column.PHONES: (0, 1)}
    with pytest.raises(RosterError, match="'Job' and 'Position', both mean job"):
        read_headings(["Job", "Position"], WORDS)


def test_a_whole_row() -> None:
    entry, reasons = read(
        None,
        employer="بلدية مسقط - عمان",
        number="٠٠٧",
        name_ar="\u200fأحمد\u200e \u00a0 بن\nعلي\u202c",
        name_en=" Ahmad ",
        department=" الإدارة / المالية > الرواتب/",
        job="محاسب",
        manager="1",
        phones="92123456؛ +968 9212 3457\n92123456",
        language="عربي",
        roles="مدرّب، HR",
    )
    assert reasons == []
    assert entry == RosterEntry(
        line=5,
        employer="muscat",
        number="007",
        name_ar="أحمد بن علي",
        name_en="Ahmad",
        department=("الإدارة", "المالية", "الرواتب"),
        job="محاسب",
        manager="1",
        phones=("+96892123456", "+96892123457"),
        language=Language.ARABIC,
        roles=(StaffRole.EMPLOYEE, StaffRole.HR, StaffRole.TRAINER),
    )


def test_what_is_empty_is_nothing() -> None:
    entry, reasons = read(name_ar="", department="", job=" ", manager="\u200f", phones=" ; ")
    assert reasons == []
    assert (entry.name_ar, entry.job, entry.manager, entry.language) == (None, None, None, None)
    assert (entry.department, entry.phones, entry.roles) == ((), (), (StaffRole.EMPLOYEE,))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"number": " "}, Reason(Fault.NO_NUMBER)),
        ({"name_en": "\u200e"}, Reason(Fault.NO_NAME)),
        ({"name_en": "x" * 201}, Reason(Fault.TOO_LONG, "x" * 20 + "…")),
        ({"employer": "no such"}, Reason(Fault.UNKNOWN_EMPLOYER, "no such")),
        ({"employer": "muscat"}, Reason(Fault.OTHER_EMPLOYER, "muscat")),
        ({"phones": "9.71501E+11"}, Reason(Fault.RUINED_PHONE, "9.71501E+11")),
        ({"phones": "0501234567; 12"}, Reason(Fault.INVALID_PHONE, "12")),
        ({"language": "fr"}, Reason(Fault.UNKNOWN_LANGUAGE, "fr")),
        ({"roles": "hr; boss"}, Reason(Fault.UNKNOWN_ROLE, "boss")),
        ({"manager": "1.2E+05"}, Reason(Fault.RUINED_NUMBER, "1.2E+05")),
    ],
)
def test_a_fault_is_a_reason(cells: dict[str, str], reason: Reason) -> None:
    _, reasons = read(**cells)
    assert reasons == [reason]


def test_a_ruined_number_is_no_number() -> None:
    entry, reasons = read(number="1.2E+05")
    assert entry.number == ""
    assert [reason.fault for reason in reasons] == [Fault.RUINED_NUMBER, Fault.NO_NUMBER]


def test_a_row_has_no_more_cells_than_there_are_headings() -> None:
    reader = RowReader(read_headings(["number", "name", ""], WORDS), WORDS, "muscat")
    assert reader.read(2, ["1", "Amal", "", " "])[1] == []
    assert reader.read(2, ["1"])[1] == [Reason(Fault.NO_NAME)]
    assert reader.read(2, ["1", "Amal", "Ali"])[1] == [Reason(Fault.TOO_MANY_CELLS)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a", "a"),
        (" a  b ", "a b"),
        ("a\u2066b\u2069", "ab"),
        ("e\u0301", "é"),
        ("\0a\r\nb", "a b"),
    ],
)
def test_what_cannot_be_seen_goes(text: str, seen: str) -> None:
    assert tidy(text) == seen


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    for fault in Fault:
        for language in Language:
            assert real_library().phrases.say(fault, language, value="x")
