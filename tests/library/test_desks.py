from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.domain.daily import Weekday
from bot.domain.roster import StaffRole
from bot.errors import ContentError
from bot.library.library import load_library
from tests.support.content import copy_content, real_library, replace_in

MOH = "rulebooks/moh-uae.yml"


def test_the_ministry_of_health_answers_as_its_policy_says() -> None:
    library = real_library()
    desk, working = library.desk_of("moh-uae"), library.working("moh-uae")
    assert desk.role is StaffRole.CUSTOMER_SERVICE
    assert (working.opens, working.closes) == (time(7, 30), time(14, 30))
    assert working.calendar.weekend == {Weekday.FRIDAY, Weekday.SATURDAY}
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert working.next_open(friday) == datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("employer", ["bahrain", "iraq-judiciary", "muscat", "uae-fed"])
def test_elsewhere_it_is_the_human_resources_department(employer: str) -> None:
    library = real_library()
    desk = library.desk_of(employer)
    assert (desk.role, desk.department) == (StaffRole.HR, library.rulebooks[employer].contact)
    assert (desk.hours, desk.target_hours) == (None, 16)
    assert library.working(employer).calendar == library.rulebooks[employer].calendar


def test_a_rulebook_has_the_desk_of_what_it_extends(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    moh = content / MOH
    text = moh.read_text("utf-8")
    desk = text[text.index("desk:") : text.index("sections:")]
    moh.write_text(text.replace(desk, ""), "utf-8")
    replace_in(content / "rulebooks/uae-fed.yml", "sections:", f"{desk}sections:")
    library = load_library(content)
    assert library.desk_of("moh-uae") == library.desk_of("uae-fed")
    assert library.desk_of("moh-uae").role is StaffRole.CUSTOMER_SERVICE


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("role: customer_service", "role: trainer", r"desk\.role"),
        ('opens: "07:30"', 'opens: "15:30"', "opens before it closes"),
        ('opens: "07:30"', 'opens: "half past seven"', r"desk\.hours\.opens"),
        ("closed: [friday, saturday]", "closed: [holiday]", r"desk\.hours\.closed"),
        ("  hours:", "  target_hours: 0\n  hours:", r"desk\.target_hours"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    content = copy_content(tmp_path)
    replace_in(content / MOH, old, new)
    with pytest.raises(ContentError, match=rf"moh-uae\.yml:\d+: .*{says}"):
        load_library(content)
