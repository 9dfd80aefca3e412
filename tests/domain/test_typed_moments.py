from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_moments import read_moment

MUSCAT = ZoneInfo("Asia/Muscat")
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=MUSCAT)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("6/12 8", (2026, 12, 6, 8)),
        ("٦/١٢ ٨:٣٠ صباحاً", (2026, 12, 6, 8, 30)),
        ("6-12-2026 الساعة 3 عصراً", (2026, 12, 6, 15)),
        ("2026-12-06 14:00", (2026, 12, 6, 14)),
        ("6/12 8 م", (2026, 12, 6, 20)),
        ("6/12 8 pm", (2026, 12, 6, 20)),
        ("6/12 12 ظهراً", (2026, 12, 6, 12)),
        ("5/1 9", (2027, 1, 5, 9)),
        ("23/11 10:31", (2026, 11, 23, 10, 31)),
    ],
)
def test_a_day_and_an_hour_are_read(text: str, moment: tuple[int, ...]) -> None:
    assert read_moment(text, NOW) == datetime(*moment, tzinfo=MUSCAT)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    "text",
    ["", "غداً", "8", "6/12", "31/2 8", "6/12 25", "6/12 8:61", "1/1/2020 8", "6/12/2026 8:30:10:1"],
)
def test_anything_else_is_none(text: str) -> None:
    assert read_moment(text, NOW) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    moment = read_moment(text, NOW)
    assert moment is None or moment > NOW
