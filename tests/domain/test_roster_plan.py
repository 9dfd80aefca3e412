from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.roster import Fault
from bot.domain.roster import StoredEmployee as Stored
from bot.domain.roster_file import check_roster
from bot.domain.roster_plan import RosterComparison, RosterPlan
from tests.support.content import real_library
from tests.support.rosters import HEADINGS, person, phone, roster

WORDS = real_library().roster_words


def stored(*people: Sequence[str], active: bool = True) -> list[Stored]:
    """Employees who are kept as a roster had them; their number is their id."""
    entries = check_roster(roster(*people), WORDS).entries["uae-fed"].values()
    return [Stored(entry.number, active, entry) for entry in entries]


def plan(
    people: Iterable[Sequence[str]],
    kept: Iterable[Stored] = (),
    elsewhere: Iterable[str] = (),
    headings: Sequence[str] = HEADINGS,
) -> RosterPlan:
    comparison = RosterComparison(check_roster(roster(*people, headings=headings), WORDS))
    for each in kept:
        comparison.see(each)
    comparison.hold(elsewhere)
    return comparison.plan()


def faults(plan: RosterPlan) -> dict[int, list[Fault]]:
    return {line: [r.fault for r in reasons] for line, reasons in plan.preview.rejected.items()}


def test_a_circle_of_managers_rejects_those_in_it() -> None:
    made = plan(
        [
            person(1, manager=1),
            person(2, manager=3),
            person(3, manager=4),
            person(4, manager=2),
            person(5, manager=2),
        ]
    )
    assert faults(made) == {n: [Fault.MANAGER_CIRCLE] for n in (2, 3, 4, 5)}
    assert [entry.number for entry in made.new] == ["5"]


def test_a_circle_through_somebody_who_stays_as_they_were() -> None:
    kept = stored(person(1, manager=2), person(2))
    made = plan([person(1, phones="12"), person(2, manager=1)], kept)
    assert faults(made) == {2: [Fault.INVALID_PHONE], 3: [Fault.MANAGER_CIRCLE]}


def test_a_phone_may_pass_from_hand_to_hand() -> None:
    kept = stored(person(1, phones=phone(1)), person(2, phones=phone(2)))
    made = plan([person(1, phones=phone(2)), person(2, phones=phone(1))], kept)
    assert made.preview.rejected == {}
    assert made.preview.changed == 2


def test_a_leavers_phone_may_be_given_on() -> None:
    kept = stored(person(1, phones=phone(1)))
    made = plan([person(2, phones=phone(1))], kept)
    assert (made.preview.rejected, made.leavers) == ({}, ["1"])


def test_a_rejected_row_keeps_its_phone_and_so_on() -> None:
    kept = stored(*(person(n, phones=phone(n)) for n in (1, 2, 3)))
    made = plan(
        [
            person(1, phones="12"),
            person(2, phones=phone(1)),
            person(3, phones=phone(2)),
            person(4, phones=phone(3)),
        ],
        kept,
    )
    taken = {n: [Fault.PHONE_TAKEN] for n in (3, 4, 5)}
    assert faults(made) == {2: [Fault.INVALID_PHONE]} | taken
    assert (made.new, made.changes, made.leavers) == ([], [], [])


def test_a_phone_of_another_employers_employee_is_taken() -> None:
    made = plan([person(1, phones=phone(1)), person(2)], elsewhere=[phone(1), phone(9)])
    assert faults(made) == {2: [Fault.PHONE_TAKEN]}


def test_whoever_a_rejected_row_may_be_about_is_no_leaver() -> None:
    kept = stored(
        person(1, name_en="Amal"),
        person(2, phones=phone(2)),
        person(3),
        person(4),
        person(5),
    )
    made = plan(
        [
            person("", name_en="Amal"),
            person("1.2E+05", phones=phone(2)),
            person(3, employer="muscat, no: oman"),
            person(4, roles="boss"),
            person(6),
        ],
        kept,
    )
    assert made.leavers == ["5"]


def test_a_column_that_is_not_there_changes_nothing() -> None:
    kept = stored(person(1, job="clerk", phones=phone(1), roles="hr"))
    headings = ("employer", "number", "name_en")
    made = plan([["uae-fed", "1", "Employee 1"]], kept, headings=headings)
    assert (made.preview.unchanged, made.changes) == (1, [])
    made = plan([["uae-fed", "1", "Amal"]], kept, headings=headings)
    assert made.preview.columns == {"name_en": 1}


def test_more_than_a_tenth_is_suspicious() -> None:
    kept = stored(*(person(n) for n in range(20)))
    tenth = plan([person(n) for n in range(18)], kept).preview
    assert (tenth.leavers, tenth.suspicious) == (2, ())
    more = plan([person(n) for n in range(17)], kept).preview
    assert [each.leavers for each in more.suspicious] == [3]


def test_whoever_has_left_already_does_not_leave_again() -> None:
    made = plan([person(1)], stored(person(2), active=False))
    assert (made.leavers, made.preview.turnover[0].active) == ([], 0)
