"""How one account sends, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.feeder import POLL_S
from bot.records.buckets import Allowance

_RESERVE_SHARE = 0.4
"""Of a burst, what goes to many leaves this much, so that a reply never waits for it."""

_GATHER_S = 0.05
"""How long tokens gather, so that they are not claimed one by one."""


@dataclass(frozen=True)
class Policy:
    """How one account sends.

    Attributes:
        per_second: Messages a second that the platform allows the account, all replicas together.
        burst: How many may go at once after a pause.
        keep_payload: Keep sent texts for a browser that comes back.
        has_receipts: The platform tells later what became of a message: it may fail after it
            was taken, so that its text is kept until it has arrived.
        people_a_day: To how many people templates may go in 24 hours; None for any number.
    """

    per_second: float = 1000
    burst: float = 1000
    keep_payload: bool = False
    has_receipts: bool = False
    people_a_day: int | None = None

    @property
    def reserve(self) -> float:
        """Tokens that what goes to many leaves to replies; one is always left for itself."""
        return (self.burst - 1) * _RESERVE_SHARE

    def pause(self, allowed: Allowance, taken: int, limit: int, bulk: int) -> float:
        """Give the seconds until there may be more to claim, where more could be sent at once.

        Args:
            allowed: The tokens that there were.
            taken: How many messages were claimed.
            limit: The most that could be.
            bulk: The most that could be, with what goes to many.
        """
        if taken < bulk or (taken < limit and allowed.is_bulk_halted):
            return POLL_S
        needed = 1 if taken == limit else self.reserve + 1
        seconds = (needed - (allowed.tokens - taken)) / self.per_second
        # Before the bucket is full, or what flows in is lost.
        gather = min(_GATHER_S, (self.burst - self.reserve - 1) / self.per_second / 2)
        return min(POLL_S, max(seconds, gather))
