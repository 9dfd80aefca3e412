"""Working a chain out again, to name the first entry that does not fit; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.hash_chain import GENESIS, Links, link, text_digest

IsOver = Callable[[str, datetime], bool]
"""Says whether the time of a body is over, by the entry's kind and moment."""


class Fault(StrEnum):
    """What is wrong with an entry, as an operator reads it."""

    MISSING = "the entry is missing"
    FOREIGN = "the entry stands before the first one, or twice"
    CHANGED = (
        "what the entry says (time, kind, actor, subject, digest of the body) was changed, "
        "or the entry before it was written anew"
    )
    HASH = "the digest of the entry was changed"
    MOVED = "the entry does not follow from the one before it: put in, moved or written anew"
    BODY = "the body was changed"
    EMPTIED = "the body was taken away before its time"
    CUT = "the chain was cut off before this entry"
    HEAD = "the chain's head is not its last entry: one was put in, or the head was changed"


class Break(NamedTuple):
    """The first entry that does not fit.

    Attributes:
        seq: Its place in the chain.
    """

    seq: int
    fault: Fault


class Kept(NamedTuple):
    """An entry as the database has it.

    Attributes:
        body: In canonical JSON, as it was digested; None once it is gone.
    """

    chain: str
    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    body_sha256: str
    body: str | None
    hash: str


class Head(NamedTuple):
    """The newest entry of a chain, or the last one that was checked."""

    seq: int = 0
    hash: str = GENESIS


class ChainCheck:
    """Follows a chain from its first entry on.

    Args:
        is_over: Whether a body may be gone.
        expect: A digest noted earlier that must be met on the way.

    Attributes:
        last: The last entry that fits.
        met: The digest was met.
    """

    def __init__(self, is_over: IsOver, expect: str | None = None) -> None:
        self._is_over = is_over
        self._expect = expect
        self.last = Head()
        self.met = expect is None

    def follow(self, entries: Iterable[Kept]) -> Break | None:
        """Check the entries that come next.

        Returns:
            The first that does not fit. A link that does not hold is ``MOVED``, until ``explain``
            has seen what follows.
        """
        seq, previous = self.last
        try:
            for entry in entries:
                fault = self._fault(entry, seq + 1, previous)
                if fault is not None:
                    return Break(seq + 1 if fault is Fault.MISSING else entry.seq, fault)
                seq, previous = entry.seq, entry.hash
                if previous == self._expect:
                    self.met = True
        finally:
            self.last = Head(seq, previous)
        return None

    def end(self, head: Head | None) -> Break | None:
        """Check the end of the chain against its head."""
        if (head or Head()) == self.last:
            return None
        if head is not None and head.seq > self.last.seq:
            return Break(self.last.seq + 1, Fault.CUT)
        return Break(self.last.seq, Fault.HEAD)

    def explain(self, entry: Kept, following: Kept | Head | None) -> Fault:
        """Say what was done to an entry whose link does not hold.

        Args:
            entry: The one after ``last``.
            following: The next one, or the head where it is the last one.
        """
        made = link(self.last.hash, _links(entry))
        if _is_after(entry.hash, following):
            return Fault.CHANGED
        return Fault.HASH if _is_after(made, following) else Fault.MOVED

    def _fault(self, entry: Kept, expected: int, previous: str) -> Fault | None:
        if entry.seq != expected:
            return Fault.MISSING if entry.seq > expected else Fault.FOREIGN
        if link(previous, _links(entry)) != entry.hash:
            return Fault.MOVED
        if entry.body is None:
            return None if self._is_over(entry.kind, entry.at) else Fault.EMPTIED
        return None if text_digest(entry.body) == entry.body_sha256 else Fault.BODY


def _links(entry: Kept) -> Links:
    return Links._make(entry[:7])


def _is_after(previous: str, following: Kept | Head | None) -> bool:
    if isinstance(following, Kept):
        return link(previous, _links(following)) == following.hash
    return following is not None and previous == following.hash
