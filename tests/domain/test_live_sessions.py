from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.live_sessions import (
    Reminded,
    SessionState,
    accepts,
    code_at,
    comes_by_link,
    is_late,
    left_of_code,
    read_code,
    reminder_due,
    state_at,
)

SECRET = "3132333435363738393031323334353637383930313233343536373839303132"
NOON = datetime(2026, 12, 6, 12, tzinfo=UTC)
TWO = NOON + timedelta(hours=2)


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "119246"), (1111111109, "084774"), (1234567890, "819424"), (20000000000, "737706")],
)
def test_codes_are_those_of_the_standard(seconds: int, digits: str) -> None:
    # The last six digits of RFC 6238, appendix B, whose key for SHA-256 is these 32 characters.
    key = bytes.fromhex(SECRET).decode()
    assert code_at(key, datetime.fromtimestamp(seconds, UTC)) == digits


def test_a_code_stands_for_half_a_minute_and_is_taken_a_step_longer() -> None:
    code = code_at("s", NOON)
    taken = [
        step for step in range(-120, 121) if accepts("s", code, NOON + timedelta(seconds=step))
    ]
    assert (taken[0], taken[-1], len(taken)) == (-30, 59, 90)
    assert code_at("s", NOON + timedelta(seconds=29)) == code
    assert code_at("s", NOON + timedelta(seconds=30)) != code


@pytest.mark.parametrize("code", ["", "12345", "1234567", "ⅳ23456", "00000a"])
def test_what_is_no_code_is_not_taken(code: str) -> None:
    if not code.isascii():
        with pytest.raises(TypeError):
            accepts("s", code, NOON)
        return
    assert not accepts("s", code, NOON)


def test_other_sessions_have_other_codes() -> None:
    codes = {code_at(f"secret{number}", NOON) for number in range(200)}
    assert len(codes) > 195


def test_how_long_a_code_still_stands() -> None:
    assert left_of_code(NOON) == timedelta(seconds=30)
    assert left_of_code(NOON + timedelta(seconds=29.5)) == timedelta(seconds=0.5)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (-16, SessionState.AHEAD),
        (-15, SessionState.ON),
        (0, SessionState.ON),
        (120, SessionState.ON),
        (121, SessionState.OVER),
    ],
)
def test_when_a_session_is_on(minutes: int, state: SessionState) -> None:
    moment = NOON + timedelta(minutes=minutes)
    assert state_at(NOON, TWO, None, moment) is state
    assert state_at(NOON, TWO, NOON, moment) is SessionState.CANCELLED


def test_who_is_late() -> None:
    assert not is_late(NOON, NOON + timedelta(minutes=10))
    assert is_late(NOON, NOON + timedelta(minutes=10, seconds=1))


@pytest.mark.parametrize(
    ("hours", "which"),
    [(25, Reminded.NONE), (24, Reminded.DAY), (1.5, Reminded.DAY), (1, Reminded.HOUR)],
)
def test_which_reminder_is_due(hours: float, which: Reminded) -> None:
    assert reminder_due(NOON, NOON - timedelta(hours=hours)) is which


@pytest.mark.parametrize(
    "text",
    ["123456", " 123 456 ", "123-456", "١٢٣٤٥٦", "۱۲۳ ۴۵۶", "\u200f123456", "１２３４５６"],
)
def test_a_code_is_read_in_any_digits(text: str) -> None:
    assert read_code(text) == "123456"
    assert not comes_by_link(text)


@pytest.mark.parametrize("text", ["in-123456", "IN-123456", "in_123456", "in 123 456"])
def test_a_code_that_came_with_a_link(text: str) -> None:
    assert read_code(text) == "123456"
    assert comes_by_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "1234567",
        "رمزي 123456",
        "123456?",
        "12 34 56",
        "in-",
        "in-12345",
        "7K2QX-M9P3T",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert read_code(text) is None
    assert not comes_by_link(text)
