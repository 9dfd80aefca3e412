"""Live workshops: when a session is on, who is late, and the code that changes on the screen."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

STEP = timedelta(seconds=30)
"""How long a code stands on the screen."""

TOLERANCE = 1
"""So many steps before and after the present one a code is taken: people type, clocks differ."""

OPENS = timedelta(minutes=15)
"""So long before its start a session takes people in."""

LATE_AFTER = timedelta(minutes=10)
"""Who comes later than this after the start is late."""

LONGEST = timedelta(hours=12)
"""No session takes longer."""

BEST_RATING = 5

_DIGITS = 6
_CODE = re.compile(r"(\d{3})[\s-]?(\d{3})")
_LINK = re.compile(r"in[-_ ]?(?=\d)", re.IGNORECASE)


class SessionState(StrEnum):
    """Where a session is in its day."""

    AHEAD = "ahead"
    ON = "on"
    OVER = "over"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """How it stands with somebody at a session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Reminded(IntEnum):
    """The last reminder that is spent: sent, or too late to be of use."""

    NONE = 0
    DAY = 1
    HOUR = 2


REMINDERS = ((Reminded.HOUR, timedelta(hours=1)), (Reminded.DAY, timedelta(days=1)))
"""Each reminder and how long before the start it goes out, the latest first."""


def state_at(
    starts_at: datetime, ends_at: datetime, cancelled_at: datetime | None, now: datetime
) -> SessionState:
    """Say where a session is in its day; it is on from ``OPENS`` before its start to its end."""
    if cancelled_at is not None:
        return SessionState.CANCELLED
    if now > ends_at:
        return SessionState.OVER
    return SessionState.ON if now >= starts_at - OPENS else SessionState.AHEAD


def is_late(starts_at: datetime, at: datetime) -> bool:
    """Say whether somebody who came at a moment was late."""
    return at > starts_at + LATE_AFTER


def reminder_due(starts_at: datetime, now: datetime) -> Reminded:
    """Give the latest reminder whose moment has come."""
    due = (which for which, before in REMINDERS if now >= starts_at - before)
    return next(due, Reminded.NONE)


def code_at(secret: str, moment: datetime, steps: int = 0) -> str:
    """Give the six digits that stand on the screen at a moment.

    They are a time-based one-time password, https://www.rfc-editor.org/rfc/rfc6238.html, by
    SHA-256.

    Args:
        secret: The session's own.
        moment: Aware.
        steps: So many steps later, or earlier.
    """
    counter = int(moment.timestamp() // STEP.total_seconds()) + steps
    digest = hmac.new(secret.encode(), counter.to_bytes(8, "big"), hashlib.sha256).digest()
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def accepts(secret: str, code: str, moment: datetime) -> bool:
    """Say whether a code stands on the screen at a moment, or did or will a step away."""
    steps = range(-TOLERANCE, TOLERANCE + 1)
    good = [hmac.compare_digest(code_at(secret, moment, step), code) for step in steps]
    return any(good)


def left_of_code(moment: datetime) -> timedelta:
    """Say how long the code of a moment still stands on the screen."""
    return STEP - timedelta(seconds=moment.timestamp() % STEP.total_seconds())


def read_code(text: str) -> str | None:
    """Read a code that is all of a text, in any digits; ``in-`` before it came with a link.

    Returns:
        Six ASCII digits; None where the text is something else.
    """
    plain = "".join(map(_plain, unicodedata.normalize("NFKC", text))).strip()
    found = _CODE.fullmatch(_LINK.sub("", plain, count=1))
    return found[1] + found[2] if found else None


def comes_by_link(text: str) -> bool:
    """Say whether a text is a code that came with a link of the screen."""
    return bool(_LINK.match(text.strip())) and read_code(text) is not None


def _plain(char: str) -> str:
    """Write a digit of any script as ASCII; leave marks of direction out."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "" if unicodedata.category(char) == "Cf" else char
