from __future__ import annotations

from datetime import date

import pytest

from bot.domain.delegation import is_in_force

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("today", "last", "ended", "holds"),
    [
        (date(2026, 2, 28), LAST, False, False),
        (FIRST, LAST, False, True),
        (LAST, LAST, False, True),
        (date(2026, 4, 1), LAST, False, False),
        (date(2036, 4, 1), None, False, True),
        (FIRST, None, True, False),
    ],
)
def test_a_delegation_holds_from_its_first_to_its_last_day(
    today: date, last: date | None, *, ended: bool, holds: bool
) -> None:
    assert is_in_force(FIRST, last, ended=ended, today=today) is holds
