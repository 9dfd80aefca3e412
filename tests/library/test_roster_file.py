from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.roster import Column
from bot.errors import ContentError
from bot.library.library import load_library
from tests.support.content import copy_content, real_library, replace_in

MUSCAT = "rulebooks/muscat.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("roster.yml", '"المنصب"', '"الجوال"', "stands for job and for phones"),
        ("roster.yml", "  trainer:", "  coach:", "roles.coach"),
        ("roster.yml", "  hr: {", "  #hr: {", "there is no word for hr"),
        (MUSCAT, "country: OM", "country: XX", "country: .*'XX' is no country"),
        (MUSCAT, "country: OM", "country: om", "country: .*'om' is no country"),
        (MUSCAT, "Asia/Muscat", "Muscat", "timezone: .*'Muscat' is no time zone known here"),
        (MUSCAT, "Asia/Muscat", "../Muscat", "timezone: .*is no time zone"),
        (MUSCAT, "timezone: Asia/Muscat\n", "", "timezone: this key is missing"),
        (MUSCAT, "[friday, saturday]", "[friday, holiday]", "weekend.*: .*'monday', 'tuesday'"),
        (MUSCAT, "[friday, saturday]", "[]", "weekend: .*at least 1 item"),
        (MUSCAT, "weekend: [friday, saturday]\n", "", "weekend: this key is missing"),
    ],
)
def test_an_error_names_the_place(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    content = copy_content(tmp_path)
    replace_in(content / file, old, new)
    with pytest.raises(ContentError, match=f"{file}:.*{says}"):
        load_library(content)


def test_employers_are_known_by_any_name() -> None:
    employers = real_library().roster_words.employers
    for name in ("muscat", "بلديه مسقط عمان", "muscat municipality oman"):
        assert employers[name] == "muscat"


def test_every_column_has_its_id_as_a_heading() -> None:
    columns = real_library().roster_words.columns
    assert {columns[column.value.replace("_", " ")] for column in Column} == set(Column)


@pytest.mark.parametrize(
    ("employer", "hour", "day"),
    [("uae-fed", 19, 9), ("uae-fed", 20, 10), ("iraq-judiciary", 20, 9), ("bahrain", 21, 10)],
)
def test_a_day_begins_where_the_employer_is(employer: str, hour: int, day: int) -> None:
    moment = datetime(2026, 3, 9, hour, 30, tzinfo=UTC)
    assert real_library().rulebooks[employer].local_date(moment) == date(2026, 3, day)
