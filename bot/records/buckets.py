"""Token buckets in the database: replicas share one number's rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, insert_into, table_of

_ROUNDING = 1e-6
"""A wait that was kept exactly must not fail by the last bit of a float."""

_MOST_OWED = 40.0
"""However much comes in, what goes out waits for no more than this: half a second of WhatsApp's."""


def bucket_of(channel: str, account: str) -> str:
    """Name the bucket of an account."""
    return f"{channel}:{account}"


class RateBucket(Base):
    """One bucket.

    Attributes:
        key: What is limited, e.g. ``telegram:<account>``.
        tokens: How many were left at ``updated_at``.
        halted_until: Nothing is let through before; None if nothing halts it.
    """

    __tablename__ = "rate_buckets"

    key: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    updated_at: Mapped[datetime]
    halted_until: Mapped[datetime | None]


@dataclass(frozen=True)
class Allowance:
    """What a bucket lets through now; its row stays locked until the transaction ends.

    Attributes:
        tokens: Tokens left, with fractions.
        wait_s: Seconds until there is a whole one; 0 if there is.
        is_bulk_halted: What goes to many must wait.
    """

    tokens: float
    wait_s: float
    is_bulk_halted: bool = False

    @property
    def whole(self) -> int:
        """How many can be taken at once."""
        return int(self.tokens + _ROUNDING)

    def beyond(self, reserve: float) -> int:
        """How many of what goes to many can be taken, so that so many tokens are left."""
        return 0 if self.is_bulk_halted else max(0, int(self.tokens - reserve + _ROUNDING))


_table = table_of(RateBucket)
_bulk = _table.alias("bulk")
_LOOK = (
    select(
        _table.c.tokens,
        _table.c.updated_at,
        _table.c.halted_until,
        _bulk.c.halted_until.label("bulk_until"),
    )
    .outerjoin_from(_table, _bulk, _bulk.c.key == bindparam("of_bulk"))
    .where(_table.c.key == bindparam("of_key"))
    .with_for_update(of=_table)
)
_SPEND = (
    update(_table)
    .where(_table.c.key == bindparam("of_key"))
    .values(
        tokens=bindparam("left"),
        updated_at=case(
            (_table.c.updated_at > bindparam("at"), _table.c.updated_at), else_=bindparam("at")
        ),
    )
)
_NOTE = (
    update(_table)
    .where(_table.c.key == bindparam("of_key"), _table.c.tokens > 1 - _MOST_OWED)
    .values(tokens=_table.c.tokens - 1)
)


class Buckets:
    """The repository of buckets."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def allowance(
        self, key: str, rate_per_s: float, burst: float, now: datetime, *, bulk: str = ""
    ) -> Allowance:
        """Look how many tokens there are and keep others from taking them meanwhile.

        Args:
            key: The bucket; it is made full when first used.
            rate_per_s: Tokens that flow in each second.
            burst: The most tokens that it holds, at least 1.
            now: The present moment.
            bulk: The key whose halt holds for what goes to many.
        """
        given = {"of_key": key, "of_bulk": bulk}
        bucket = (await self._session.execute(_LOOK, given)).one_or_none()
        if bucket is None:
            await self._make(key, burst, now)
            bucket = (await self._session.execute(_LOOK, given)).one()
        if bucket.halted_until is not None and bucket.halted_until > now:
            return Allowance(0, (bucket.halted_until - now).total_seconds())
        # Another replica's clock may be ahead of ours.
        elapsed = max(0.0, (now - bucket.updated_at).total_seconds())
        tokens = min(burst, bucket.tokens + elapsed * rate_per_s)
        wait_s = 0 if tokens >= 1 - _ROUNDING else (1 - tokens) / rate_per_s
        return Allowance(tokens, wait_s, bucket.bulk_until is not None and bucket.bulk_until > now)

    async def spend(self, key: str, allowance: Allowance, count: int, now: datetime) -> None:
        """Take tokens of an allowance seen in this same transaction."""
        given = {"of_key": key, "left": allowance.tokens - count, "at": now}
        await self._session.execute(_SPEND, given)

    async def note_incoming(self, key: str) -> None:
        """Take a token for what came in, be there one or not; a bucket never used stays full.

        What comes in beyond a limit counts no more, or much of it would hold up every reply.
        """
        await self._session.execute(_NOTE, {"of_key": key})

    async def halt(self, key: str, until: datetime) -> None:
        """Let nothing through until then; a longer halt stays."""
        await self._make(key, 0, until)
        shorter = or_(RateBucket.halted_until.is_(None), RateBucket.halted_until < until)
        await self._session.execute(
            update(RateBucket)
            .where(RateBucket.key == key, shorter)
            .values(halted_until=until)
            .execution_options(synchronize_session=False)
        )

    async def _make(self, key: str, tokens: float, now: datetime) -> None:
        values = {"key": key, "tokens": tokens, "updated_at": now}
        await self._session.execute(
            insert_into(self._session, RateBucket).values(values).on_conflict_do_nothing()
        )
