"""Addresses of people: each is one person's at a time, and it is kept until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import Reachable, delete_where
from bot.records.people_rows import ChannelLink, Person, Proof

__all__ = ["ChannelLink", "Links", "Proof"]


class Links:
    """The repository of addresses."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, address: Reachable) -> ChannelLink | None:
        """Find the present link of an address."""
        here = select(ChannelLink).where(*_at(address))
        return (await self._session.scalars(here)).one_or_none()

    async def list_of(self, person_id: str) -> list[ChannelLink]:
        """List the present links of a person, the oldest first."""
        theirs = (
            select(ChannelLink)
            .where(ChannelLink.person_id == person_id, ChannelLink.ended_at.is_(None))
            .order_by(ChannelLink.id)
        )
        return list(await self._session.scalars(theirs))

    async def find_reachable(self, person_id: str) -> ChannelLink | None:
        """Find the chat to write to a person in who asked for it: the primary, or the oldest.

        Returns:
            None where they have none, or let us write in none.
        """
        open_ = [link for link in await self.list_of(person_id) if link.blocked_at is None]
        return min(open_, key=lambda link: not link.is_primary, default=None)

    async def list_of_phone(self, channel: str, account: str, phone: str) -> list[ChannelLink]:
        """List the present links on a channel that a number was named with."""
        named = select(ChannelLink).where(
            ChannelLink.phone == phone,
            ChannelLink.ended_at.is_(None),
            ChannelLink.channel == channel,
            ChannelLink.account == account,
        )
        return list(await self._session.scalars(named))

    def add(self, person: Person, address: Reachable, now: datetime) -> ChannelLink:
        """Add an address to a person; it must be nobody's now."""
        link = ChannelLink(
            person_id=person.id,
            channel=address.channel,
            account=address.account,
            user=address.user,
            created_at=now,
            is_primary=False,
        )
        self._session.add(link)
        return link

    async def end(self, link: ChannelLink, reason: str, now: datetime) -> None:
        """Let an address be the person's no more; the row stays, so that it is known until when.

        Where it was the primary one, the oldest that is left and proved is primary from now on.
        """
        was_primary = link.is_primary
        link.ended_at, link.end_reason, link.is_primary = now, reason, False
        await self._session.flush()
        left = await self.list_of(link.person_id) if was_primary else []
        proved = [other for other in left if other.proof is not None]
        if proved:
            await self.make_primary(proved[0])

    async def delete_ended(self, before: datetime) -> int:
        """Delete links that ended before then and say how many there were."""
        return await delete_where(self._session, ChannelLink, ChannelLink.ended_at < before)

    async def make_primary(self, link: ChannelLink) -> None:
        """Let what comes unasked go to this address, and to no other of the person's."""
        await self._session.execute(
            update(ChannelLink)
            .where(ChannelLink.person_id == link.person_id, ChannelLink.id != link.id)
            .values(is_primary=False)
            .execution_options(synchronize_session="evaluate")
        )
        link.is_primary = True
        await self._session.flush()

    async def mark_blocked(self, address: Reachable, since: datetime | None) -> None:
        """Note since when the person does not let us write there; None if they do again."""
        await self._session.execute(
            update(ChannelLink).where(*_at(address)).values(blocked_at=since)
        )

    async def note_phone(self, address: Reachable, phone: str) -> None:
        """Note the number that the platform names with an employee's address, not others'."""
        await self._session.execute(
            update(ChannelLink)
            .where(*_at(address), ChannelLink.phone.is_(None), ChannelLink.proof.is_not(None))
            .values(phone=phone)
            .execution_options(synchronize_session=False)
        )

    async def note_wrote(self, address: Reachable, at: datetime) -> None:
        """Note when a person wrote, and so lets us write; an older moment changes nothing."""
        older = ChannelLink.last_wrote_at.is_(None) | (ChannelLink.last_wrote_at < at)
        is_since = ChannelLink.blocked_at >= at
        await self._session.execute(
            update(ChannelLink)
            .where(*_at(address), older)
            .values(
                last_wrote_at=at,
                blocked_at=case((is_since, ChannelLink.blocked_at), else_=null()),
            )
            .execution_options(synchronize_session=False)
        )

    async def last_wrote(self, address: Reachable) -> datetime | None:
        """Say when a person wrote last from there; None if never, or if nobody counts it."""
        return await self._session.scalar(select(ChannelLink.last_wrote_at).where(*_at(address)))

    async def move(self, address: Reachable, new_user: str) -> bool:
        """Give an address the user id that replaced its own.

        Returns:
            False, and nothing changes, where the new id is linked already.
        """
        try:
            async with self._session.begin_nested():
                await self._session.execute(
                    update(ChannelLink).where(*_at(address)).values(user=new_user)
                )
        except IntegrityError:
            return False
        return True


def _at(address: Reachable) -> tuple[ColumnElement[bool], ...]:
    return (
        ChannelLink.channel == address.channel,
        ChannelLink.account == address.account,
        ChannelLink.user == address.user,
        ChannelLink.ended_at.is_(None),
    )
