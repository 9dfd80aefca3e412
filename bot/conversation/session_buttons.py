"""Button values of live workshops; ``bot.conversation.buttons`` writes and reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListSessions:
    """Show the next live workshops."""


@dataclass(frozen=True)
class RegisterSession:
    """Give the person a place at a live workshop."""

    session: str


@dataclass(frozen=True)
class CancelSession:
    """Give a place up: ask whether they are sure (""), or do it ("1")."""

    session: str
    sure: str = ""


@dataclass(frozen=True)
class SessionCalendar:
    """Give the calendar file of a live workshop."""

    session: str


@dataclass(frozen=True)
class RateSession:
    """What the person thought of a live workshop, from "1" to "5"."""

    session: str
    rating: str


SessionButton = ListSessions | RegisterSession | CancelSession | SessionCalendar | RateSession

SESSION_TAGS: dict[str, type[SessionButton]] = {
    "lw1": ListSessions,
    "lr1": RegisterSession,
    "lc1": CancelSession,
    "lk1": SessionCalendar,
    "lf1": RateSession,
}
