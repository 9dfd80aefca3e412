"""What became of a circular, recipient by recipient, in counts and digests to keep; pure.

Who later holds the recipients against them sees whether anything was changed, taken away or put in.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.domain.circular_figures import RECEIPTS
from bot.domain.circulars import DeliveryState
from bot.domain.hash_chain import moment_text

SETTLING = timedelta(minutes=1)
"""So long after its moment, at most, a fact is in the database for all to see."""


class Course(NamedTuple):
    """All that became of a circular with one recipient; see ``bot.records.circular_rows``.

    Attributes:
        employee: The recipient's id.
        file_opened_at: When they first asked for one of its files.
        sequence: Of the entry of their acknowledgement in the journal; None before there is one.
    """

    employee: str
    state: DeliveryState
    reason: str | None
    channel: str | None
    created_at: datetime
    queued_at: datetime | None
    announced_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    opened_at: datetime | None
    check_tries: int
    file_opened_at: datetime | None
    acknowledged_at: datetime | None
    sequence: int | None


@dataclass(frozen=True)
class Settled:
    """What can change no more of a circular's course up to a moment.

    Attributes:
        people: How many had been written down as recipients.
        sent: How many had been sent it for certain; likewise delivered and read.
        digest: SHA-256 over each recipient with these moments, by their id.
    """

    people: int
    sent: int
    delivered: int
    read: int
    digest: str


@dataclass
class SettledTally:
    """Adds up what can change no more, recipient by recipient.

    A receipt or an opening that comes later changes nothing of it, so that it can be worked out
    again at any time.

    Attributes:
        until: Up to when.
    """

    until: datetime
    _counts: Counter[str] = field(default_factory=Counter)
    _sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, course: Course) -> None:
        """Add a recipient; they come by their id."""
        if course.created_at > self.until:
            return
        facts = dict(_arrivals(course, self.until))
        self._counts.update(("people", *facts))
        self._sha256.update(_line([course.employee, *map(facts.get, _ARRIVALS)]))

    def result(self) -> Settled:
        """Give the sum of those added."""
        counts = {name: self._counts[name] for name in ("people", *_ARRIVALS)}
        return Settled(**counts, digest=self._sha256.hexdigest())


@dataclass
class Tally:
    """Adds up what became of a circular.

    Attributes:
        settled: What can change no more.
        people: How many recipients there are.
    """

    settled: SettledTally
    people: int = 0
    acknowledged: int = 0
    _states: Counter[str] = field(default_factory=Counter)
    _reasons: Counter[str] = field(default_factory=Counter)
    _sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, courses: Iterable[Course]) -> None:
        """Add recipients; they come by their id."""
        for each in courses:
            self.settled.add(each)
            self.people += 1
            self.acknowledged += each.acknowledged_at is not None
            self._states[each.state.value] += 1
            if each.reason is not None:
                self._reasons[each.reason] += 1
            self._sha256.update(_line(each))

    @property
    def digest(self) -> str:
        """SHA-256 over each recipient with all that is known, by their id."""
        return str(self._sha256.hexdigest())

    def to_json(self) -> dict[str, Any]:
        """Give what the journal keeps of it."""
        return {
            "people": self.people,
            "states": dict(self._states),
            "reasons": dict(self._reasons),
            "acknowledged": self.acknowledged,
            "recipients": self.digest,
            "until": moment_text(self.settled.until),
            "settled": asdict(self.settled.result()),
        }


def settled_from_json(body: Mapping[str, Any]) -> tuple[datetime, Settled]:
    """Read up to when what was settled, from what ``Tally.to_json`` gave."""
    return datetime.fromisoformat(body["until"]), Settled(**body["settled"])


_ARRIVALS = ("sent", "delivered", "read")


def _arrivals(course: Course, until: datetime) -> Iterable[tuple[str, datetime]]:
    """Give the moments by then that stay; with receipts, what was only sent may go again."""
    arrived = course.delivered_at is not None and course.delivered_at <= until
    is_sure = course.channel not in RECEIPTS or arrived
    moments = (course.sent_at if is_sure else None, course.delivered_at, course.read_at)
    named = zip(_ARRIVALS, moments, strict=True)
    return [(name, at) for name, at in named if at is not None and at <= until]


_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=moment_text)


def _line(values: Iterable[object]) -> bytes:
    """Write a list in JSON, so that no two are written alike."""
    return f"{_WRITTEN.encode(list(values))}\n".encode()
