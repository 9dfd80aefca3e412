from __future__ import annotations

import pytest

from bot.domain.roster import Fault, RosterError
from bot.domain.roster_file import CheckedRoster, Row, check_roster
from tests.support.content import real_library
from tests.support.rosters import person, phone, roster

WORDS = real_library().roster_words


def check(*rows: Row, employer: str | None = None) -> CheckedRoster:
    return check_roster(rows, WORDS, employer)


def faults(checked: CheckedRoster) -> dict[int, list[Fault]]:
    return {line: [r.fault for r in reasons] for line, reasons in checked.rejected.items()}


def test_managers_may_come_later() -> None:
    checked = check(*roster(person(2, manager=1), person(1)))
    assert checked.rejected == {}
    assert list(checked.entries["uae-fed"]) == ["2", "1"]


def test_a_title_may_stand_above_the_headings() -> None:
    checked = check((1, ["Staff of 2026", ""]), *((n + 1, r) for n, r in roster(person(1))))
    assert list(checked.entries["uae-fed"]) == ["1"]


def test_numbers_are_an_employers_own() -> None:
    assert check(*roster(person(1), person(1, employer="muscat"))).rejected == {}


def test_a_number_twice_rejects_all_its_rows() -> None:
    checked = check(*roster(person(1), person(2), person(1), person(1)))
    assert faults(checked) == {n: [Fault.NUMBER_TWICE] for n in (2, 4, 5)}
    assert list(checked.entries["uae-fed"]) == ["2"]


def test_a_phone_twice_rejects_all_its_rows_whatever_the_employer() -> None:
    checked = check(
        *roster(
            person(1, phones=phone(5)),
            person(2, employer="bahrain", phones=f"{phone(6)}; {phone(5)}"),
            person(3, phones=f"{phone(7)}; {phone(7)}"),
        )
    )
    assert faults(checked) == {2: [Fault.PHONE_TWICE], 3: [Fault.PHONE_TWICE]}


def test_an_unknown_manager_is_a_reason() -> None:
    checked = check(*roster(person(1, manager=9), person(2, employer="muscat", manager=1)))
    assert faults(checked) == {2: [Fault.UNKNOWN_MANAGER], 3: [Fault.UNKNOWN_MANAGER]}


def test_a_rejected_manager_does_not_reject_the_team() -> None:
    checked = check(*roster(person(1, phones="12"), person(2, manager=1)))
    assert faults(checked) == {2: [Fault.INVALID_PHONE]}


def test_the_employer_may_be_given() -> None:
    headings = ("number", "name_en")
    rows = roster(["1", "Amal"], headings=headings)
    assert list(check(*rows, employer="muscat").entries) == ["muscat"]
    with pytest.raises(RosterError, match="no column tells the employer"):
        check(*rows)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "the first row has nothing"),
        ([["a", "b"], ["1", "2"]], "the first row has a, b"),
        ([["number"], ["1"]], "the employee number and a name"),
        ([["number", "name", "employer"]], "headings but no employees"),
    ],
)
def test_what_is_no_roster_is_explained(rows: list[list[str]], says: str) -> None:
    with pytest.raises(RosterError, match=says):
        check(*enumerate(rows, 1))
