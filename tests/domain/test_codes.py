from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.codes import find_code, new_code, shown

CODE = "7K2QXM9P3T"


def test_a_code_is_read_back_as_it_is_shown() -> None:
    for _ in range(200):
        code = new_code()
        assert find_code(shown(code)) == code
        assert find_code(code.lower()) == code


@pytest.mark.parametrize(
    "typed",
    [
        "7K2QX-M9P3T",
        "7k2qx-m9p3t",
        " 7K2QX M9P3T ",
        "٧K٢QX-M٩P٣T",
        "۷K۲QX-M۹P۳T",
        "7K2QX - M9P3T",
        "\u200f7K2QX-M9P3T\u200e",
        "الرمز اللي وصلني 7K2QX-M9P3T شكراً",
        "my code is 7k2qx-m9p3t.",
    ],
)
def test_a_code_is_understood_as_people_type_it(typed: str) -> None:
    assert find_code(typed) == CODE


def test_letters_that_look_like_digits_are_these() -> None:
    assert find_code("OI2QX-M9P3L") == "012QXM9P31"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "هل يجوز أن أنشر؟",
        "university",
        "0501234567",
        "05012-34567",
        "retweeting",
        "7K2QX-M9P3",
        "7K2QX-M9P3TT",
        "رقمي 0501234567 اتصلوا",
        "ana2023 al8anon2023",
    ],
)
def test_other_texts_are_no_codes(text: str) -> None:
    assert find_code(text) is None


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    code = find_code(text)
    assert code is None or len(code) == 10
