"""Whom templates went to lately: a platform limits how many people in 24 hours.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import delete_where, dialect_of, insert_by, table_of
from bot.records.buckets import Buckets
from bot.records.circular_rows import TemplateSend

PERIOD = timedelta(hours=24)
_LEAST_WAIT = timedelta(minutes=15)
"""Who has to wait is not looked at more often than this."""

_TABLE = table_of(TemplateSend)
_HERE = (_TABLE.c.channel == bindparam("of_channel"), _TABLE.c.account == bindparam("of_account"))
_LATELY = _TABLE.c.at > bindparam("since")
_COUNT = select(func.count(), func.min(_TABLE.c.at)).where(*_HERE, _LATELY)
_KNOWN = select(_TABLE.c.user).where(
    *_HERE, _LATELY, _TABLE.c.user.in_(bindparam("of_users", expanding=True))
)


class Portfolio:
    """Counts the people of an account who were sent a template lately.

    Args:
        session: Any.
        channel: The platform.
        account: Our account on it.
    """

    def __init__(self, session: AsyncSession, channel: str, account: str) -> None:
        self._session = session
        self._channel = channel
        self._account = account

    @property
    def _here(self) -> dict[str, str]:
        return {"of_channel": self._channel, "of_account": self._account}

    async def hold(self, now: datetime) -> None:
        """Let nobody else count until the transaction ends."""
        key = f"{self._channel}:{self._account}:portfolio"
        await Buckets(self._session).allowance(key, 1, 1, now)

    async def count(self, now: datetime) -> tuple[int, datetime | None]:
        """Count the people of the last 24 hours, and say when the first of them was written to."""
        given = {**self._here, "since": now - PERIOD}
        people, first = (await self._session.execute(_COUNT, given)).one()
        return people, first

    async def find_known(self, users: Collection[str], now: datetime) -> set[str]:
        """Say which of some chats were sent a template already, and count no more."""
        given = {**self._here, "since": now - PERIOD, "of_users": list(users)}
        return set(await self._session.scalars(_KNOWN, given))

    async def admit(self, users: Collection[str], most: int | None, now: datetime) -> set[str]:
        """Count chats that are to be sent a template, as many as may be.

        Args:
            users: The chats; the first are admitted first, and whoever counts already always.
            most: To how many people templates may go in 24 hours; None for any number.
            now: The present moment.

        Returns:
            Those that may be sent one now.
        """
        await self.hold(now)
        admitted = await self.find_known(users, now)
        new = [user for user in dict.fromkeys(users) if user not in admitted]
        room = len(new) if most is None else max(0, most - (await self.count(now))[0])
        admitted.update(new[:room])
        await self.note(admitted, now)
        return admitted

    async def next_room(self, now: datetime) -> datetime:
        """Say when the first of those who count will count no more."""
        _, first = await self.count(now)
        return max(now + _LEAST_WAIT, (first or now) + PERIOD)

    async def note(self, users: Collection[str], now: datetime) -> None:
        """Note that chats are being sent a template; each counts once, from the latest on."""
        if not users:
            return
        insert = insert_by(dialect_of(self._session), _TABLE)
        known = insert.on_conflict_do_update(
            index_elements=[_TABLE.c.channel, _TABLE.c.account, _TABLE.c.user],
            set_={"at": insert.excluded.at},
        )
        here = {"channel": self._channel, "account": self._account, "at": now}
        await self._session.execute(known, [{**here, "user": user} for user in users])


async def delete_old_sends(session: AsyncSession, now: datetime) -> int:
    """Forget whom templates went to so long ago that they count no more, and say how many."""
    return await delete_where(session, TemplateSend, TemplateSend.at <= now - PERIOD)
