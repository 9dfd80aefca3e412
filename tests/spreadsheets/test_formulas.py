from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spreadsheets.formulas import guard, unguard


@pytest.mark.parametrize("cell", ["=1+1", "+971501234567", "-5", "@x", "\tx", "\rx", "'+1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "أحمد", "'Abd", "1-2", "x=1"])
def test_anything_else_stays(cell: str) -> None:
    assert guard(cell) == cell
    assert unguard(cell) == cell


@given(st.text(alphabet="'=+-@\t\r\nab", max_size=6) | st.text())
def test_reading_takes_back_what_writing_did(cell: str) -> None:
    assert unguard(guard(cell)) == cell
