from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.serials import new_serial, read_serial, shown_serial

SERIAL = "7K2QXM9P3TWB04ZC"


def test_a_serial_is_read_back_as_it_is_shown() -> None:
    for _ in range(200):
        serial = new_serial()
        assert read_serial(shown_serial(serial)) == serial
        assert read_serial(serial.lower()) == serial


def test_serials_hold_80_bits_of_chance() -> None:
    serials = [new_serial() for _ in range(2000)]
    assert len(set(serials)) == 2000
    for place in zip(*serials, strict=True):
        assert len(set(place)) == 32


def test_a_serial_is_shown_in_four_groups() -> None:
    assert shown_serial(SERIAL) == "7K2Q-XM9P-3TWB-04ZC"


@pytest.mark.parametrize(
    "typed",
    [
        "7K2Q-XM9P-3TWB-04ZC",
        "7k2q xm9p 3twb 04zc",
        "7K2Q–XM9P–3TWB–04ZC",
        "7K2Q.XM9P_3TWB 04ZC",
        " 7k2qxm9p3twbo4zc\n",
        "٧K٢Q-XM٩P-٣TWB-٠٤ZC",
        "\u200f7K2Q-XM9P-3TWB-04ZC\u200e",
        "７Ｋ２Ｑ-XM9P-3TWB-O4ZC",
    ],
)
def test_a_serial_is_understood_as_people_type_it(typed: str) -> None:
    assert read_serial(typed) == SERIAL


def test_letters_that_look_like_digits_are_these() -> None:
    assert read_serial("OoIi-LlAA-AAAA-AAAA") == "001111AAAAAAAAAA"


@pytest.mark.parametrize(
    "text", ["", "7K2Q-XM9P-3TWB", SERIAL + "A", "7K2Q-XM9P-3TWB-04ZU", "هل يجوز أن أنشر صورة؟"]
)
def test_other_texts_are_no_serials(text: str) -> None:
    assert read_serial(text) is None


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    serial = read_serial(text)
    assert serial is None or len(serial) == 16
