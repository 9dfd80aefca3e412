"""Who a browser is: a random secret in a cookie, and how much it may send."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

COOKIE = "waai_session"
MAX_AGE_S = 30 * 24 * 3600

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})\b")


def new_secret() -> str:
    """Make a session's secret of 256 random bits."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def find_secret(cookies: Mapping[str, str]) -> str | None:
    """Give the secret that a browser holds; None if it has none of our shape."""
    secret = cookies.get(COOKIE, "")
    return secret if _SECRET.fullmatch(secret) else None


def name_user(secret: str) -> str:
    """Give the address of a session: who reads it in the database cannot become it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page of this very host opens the socket.

    A WebSocket is not bound by the same-origin rule, so the server checks it:
    https://www.rfc-editor.org/rfc/rfc6455#section-10.2
    """
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc.lower() == host.lower()


def first_language(accept_language: str) -> str:
    """Give the first language of an Accept-Language header, e.g. ``ar``; empty if none."""
    match = _LANGUAGE.match(accept_language)
    return match[1].lower() if match else ""


class MessageRate:
    """How many messages each session may send in a moving window; in memory, per process.

    Attributes:
        most: Messages in one window.
        window_s: Its length in seconds.
    """

    def __init__(
        self,
        most: int = 20,
        window_s: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self.window_s = window_s
        self._clock = clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, user: str) -> bool:
        """Count one message; False, and nothing counted, if it is one too many."""
        now = self._clock()
        self._forget_before(now - self.window_s)
        times = self._taken.setdefault(user, deque())
        while times and times[0] <= now - self.window_s:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        self._taken.move_to_end(user)
        return True

    def has_room(self, user: str) -> bool:
        """Say whether one more message may come; counts nothing."""
        start = self._clock() - self.window_s
        return sum(moment > start for moment in self._taken.get(user, ())) < self.most

    def _forget_before(self, moment: float) -> None:
        while self._taken:
            user, times = next(iter(self._taken.items()))
            if times and times[-1] > moment:
                return
            del self._taken[user]
