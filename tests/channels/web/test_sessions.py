"""Who a browser is, and how much it may send."""

from __future__ import annotations

import pytest

from bot.channels.web import sessions


def test_a_secret_is_long_random_and_accepted_back() -> None:
    first, second = sessions.new_secret(), sessions.new_secret()
    assert first != second
    assert len(first) == 43
    assert sessions.find_secret({"waai_session": first}) == first


@pytest.mark.parametrize("value", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "\n", "أ" * 43])
def test_a_cookie_of_another_shape_is_none(value: str) -> None:
    assert sessions.find_secret({"waai_session": value}) is None


def test_the_stored_address_is_not_the_secret() -> None:
    secret = sessions.new_secret()
    user = sessions.name_user(secret)
    assert len(user) == 64
    assert secret not in user
    assert sessions.find_secret({"waai_session": user}) is None


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("https://waai.example", "waai.example", True),
        ("https://Waai.Example", "waai.example", True),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("https://waai.example:8443", "waai.example", False),
        ("https://waai.example.evil.example", "waai.example", False),
        ("https://evil.example", "waai.example", False),
        ("file://waai.example", "waai.example", False),
        ("http://[", "waai.example", False),
        ("null", "waai.example", False),
        ("", "waai.example", False),
        ("https://", "", False),
    ],
)
def test_only_a_page_of_this_host_is_of_the_same_origin(origin: str, host: str, same: bool) -> None:  # noqa: FBT001 - a column of the table
    assert sessions.is_same_origin(origin, host) is same


@pytest.mark.parametrize(
    ("header", "language"),
    [("ar-AE,ar;q=0.9,en;q=0.8", "ar"), ("EN", "en"), ("", ""), ("*", ""), (" fil;q=1", "fil")],
)
def test_the_first_language_is_the_browsers(header: str, language: str) -> None:
    assert sessions.first_language(header) == language


def test_the_rate_is_a_moving_window_a_session() -> None:
    now = 100.0
    rate = sessions.MessageRate(most=2, window_s=10, clock=lambda: now)

    assert [rate.take("a"), rate.take("a"), rate.take("a"), rate.take("b")] == [
        True,
        True,
        False,
        True,
    ]
    now = 110.0
    assert [rate.take("a"), rate.take("a"), rate.take("a")] == [True, True, False]
