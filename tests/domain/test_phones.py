from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phones import PhoneProblem, is_country, read_phone


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("+971 50 123 4567", "AE", "+971501234567"),
        ("00971501234567", "AE", "+971501234567"),
        ("971501234567", "AE", "+971501234567"),
        ("0501234567", "AE", "+971501234567"),
        ("501234567", "AE", "+971501234567"),
        ("٠٥٠-١٢٣-٤٥٦٧", "AE", "+971501234567"),
        ("'+971501234567", "AE", "+971501234567"),
        ("+971501000000", "AE", "+971501000000"),
        ("07701234567", "IQ", "+9647701234567"),
        ("7701234567", "IQ", "+9647701234567"),
        ("+9647701234567", "AE", "+9647701234567"),
        ("92123456", "OM", "+96892123456"),
        ("39001234", "BH", "+97339001234"),
    ],
)
def test_numbers_become_one_form(text: str, region: str, phone: str) -> None:
    assert read_phone(text, region) == phone


@pytest.mark.parametrize("text", ["9.71501E+11", "9,71501E+11", "9.71501e11", "971501000000"])
def test_what_a_spreadsheet_ruined(text: str) -> None:
    assert read_phone(text, "AE") is PhoneProblem.RUINED


@pytest.mark.parametrize(
    "text",
    ["1", "+97150123456", "0501234567 ext 5", "050-FLOWERS", "#REF!", "9647701234567", "٠", "-"],
)
def test_what_is_no_number(text: str) -> None:
    assert read_phone(text, "AE") is PhoneProblem.INVALID


@given(
    st.sampled_from(["AE", "IQ", "OM", "BH"]),
    st.sampled_from(["", "0", "+971", "+9640", "+964", "+968", "+973"]),
    st.from_regex(r"[5793][0-9]{6,10}", fullmatch=True),
)
def test_a_short_cut_leads_where_the_library_does(region: str, prefix: str, digits: str) -> None:
    # A space keeps a number from the short cut.
    text = f"{prefix}{digits}"
    read = read_phone(text, region)
    if read is not PhoneProblem.RUINED:
        assert read == read_phone(f"{text[:-1]} {text[-1]}", region)


def test_countries() -> None:
    assert is_country("IQ")
    assert not is_country("XX")
    assert not is_country("iq")
