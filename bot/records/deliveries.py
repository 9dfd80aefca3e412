"""Circulars' ways to their recipients, some hundreds at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import DeliveryState, Unreached
from bot.domain.meaning import Language
from bot.records import deliveries_statements as statements
from bot.records.base import insert_into
from bot.records.circular_rows import Delivery

__all__ = ["Chat", "Deliveries", "Delivery", "Planned"]

_ANY = 1_000_000
"""More tries than anything is sent with."""

_AT_ONCE = 5_000
"""Values of one statement; no database takes much more than 32,000."""


@dataclass(frozen=True)
class Planned:
    """A delivery that waits to be queued.

    Attributes:
        id: The delivery's.
        person_id: Whose chats they are; None where the employee is on none.
        language: To write to them in.
        left: They are with the employer no more.
        opted_out: They want no messages unasked.
    """

    id: int
    person_id: str | None
    language: Language
    left: bool
    opted_out: bool


@dataclass(frozen=True)
class Chat:
    """A chat of a person, proved to be an employee's.

    Attributes:
        wrote_at: When they wrote from there last; None if nobody counts it.
    """

    person_id: str
    channel: str
    account: str
    user: str
    blocked: bool
    wrote_at: datetime | None


class Deliveries:
    """The repository of deliveries."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def write_down(self, circular_id: str, employees: Sequence[str], now: datetime) -> None:
        """Plan a circular's delivery to employees; who has one already keeps it."""
        if not employees:
            return
        rows = [
            {
                "circular_id": circular_id,
                "employee_id": employee,
                "state": DeliveryState.PLANNED,
                "created_at": now,
                "next_at": now,
                "check_tries": 0,
                "reminded": 0,
            }
            for employee in employees
        ]
        insert = insert_into(self._session, Delivery).on_conflict_do_nothing()
        await self._session.execute(insert, rows)

    async def hold_planned(
        self, circular_id: str, employers: Collection[str], now: datetime, limit: int
    ) -> list[Planned]:
        """Give deliveries that are due, and that nobody else is given until the transaction ends.

        Args:
            circular_id: Of which circular; held by the caller.
            employers: Whose people may be written to now.
            now: The present moment.
            limit: At most so many.
        """
        given = {"of_circular": circular_id, "of_employers": list(employers)}
        found = (
            await self._session.execute(statements.PLANNED, {**given, "at": now, "most": limit})
        ).all()
        # People before deliveries, and without waiting: whoever erases a person holds them first.
        people = [row.person_id for row in found if row.person_id is not None]
        free = set(await self._session.scalars(statements.FREE_PEOPLE, {"of_people": people}))
        ids = [row.id for row in found if row.person_id is None or row.person_id in free]
        held = set(await self._session.scalars(statements.HOLD, {"of_ids": ids}))
        return [
            Planned(
                id=row.id,
                person_id=row.person_id,
                language=row.language or row.last_language or row.roster or Language.ARABIC,
                left=row.deactivated_at is not None,
                opted_out=row.reminders_off_at is not None or row.erase_at is not None,
            )
            for row in found
            if row.id in held
        ]

    async def list_chats(self, people: Collection[str]) -> dict[str, list[Chat]]:
        """List the proved chats of people, the one they prefer first."""
        chats: dict[str, list[Chat]] = {}
        for row in await self._session.execute(statements.CHATS, {"of_people": list(people)}):
            chat = Chat(
                row.person_id,
                row.channel,
                row.account,
                row.user,
                row.blocked_at is not None,
                row.last_wrote_at,
            )
            chats.setdefault(row.person_id, []).append(chat)
        return chats

    async def note_queued(self, chats: Mapping[int, Chat], now: datetime) -> None:
        """Note which deliveries, by their ids, are in the outbox now, and for which chat."""
        if chats:
            given = [
                {
                    "of_id": one,
                    "to_person": chat.person_id,
                    "to_channel": chat.channel,
                    "at": now,
                }
                for one, chat in chats.items()
            ]
            await self._session.execute(statements.QUEUE, given)

    async def note_unreached(self, reasons: Mapping[int, Unreached]) -> None:
        """Note why deliveries cannot be made now, by their ids."""
        if reasons:
            given = [{"of_id": one, "to_reason": why.value} for one, why in reasons.items()]
            await self._session.execute(statements.UNREACH, given)

    async def lose(self, ids: Sequence[int]) -> None:
        """Note that what was in the outbox is not there any more, since a chat is gone."""
        if ids:
            await self._session.execute(statements.LOSE, [{"of_id": one} for one in ids])

    async def postpone(self, ids: Sequence[int], until: datetime) -> None:
        """Let deliveries wait until then."""
        if ids:
            given = [{"of_id": one, "until": until} for one in ids]
            await self._session.execute(statements.POSTPONE, given)

    async def revive(self, circular_id: str, now: datetime) -> None:
        """Plan anew what could not be delivered, for those who can be reached by now."""
        await self._session.execute(statements.REVIVE, {"of_circular": circular_id, "at": now})

    async def mirror(self, message_ids: Sequence[int]) -> None:
        """Bring deliveries as far as their messages in the outbox are; never back.

        Args:
            message_ids: Messages that changed; those of no delivery are passed over.
        """
        if message_ids:
            await self._session.execute(statements.MIRROR, {"of_messages": list(message_ids)})

    async def give_up(self, message_ids: Sequence[int]) -> None:
        """Note which deliveries failed only for now: the chat is blocked, or nobody opened it.

        Args:
            message_ids: Messages that failed, mirrored already.
        """
        if message_ids:
            await self._session.execute(statements.GIVE_UP, {"of_messages": list(message_ids)})

    async def recall(self, circular_id: str, to: DeliveryState) -> None:
        """Take back from the outbox what nobody has begun to send.

        Args:
            circular_id: Of which circular; held by the caller.
            to: What becomes of these deliveries, and of those that were only planned:
                ``planned`` or ``cancelled``.
        """
        given = {"of_circular": circular_id}
        # What was only announced is taken back for good, but not for now: it would go out twice.
        tries = 0 if to is DeliveryState.PLANNED else _ANY
        queued = (await self._session.scalars(statements.QUEUED, given)).all()
        for start in range(0, len(queued), _AT_ONCE):
            untouched = await self._hold_untouched(queued[start : start + _AT_ONCE], tries)
            if untouched:
                await self._session.execute(statements.TAKE_BACK, {"of_ids": untouched})
                await self._session.execute(statements.RECALL, {"of_ids": untouched, "to": to})
        if to is not DeliveryState.PLANNED:
            await self._session.execute(statements.CANCEL, given)

    async def _hold_untouched(self, ids: Sequence[int], tries: int) -> list[int]:
        """Give those deliveries of which no part was begun, and none can be until the end."""
        given = {"of_ids": ids, "tries": tries}
        held = (await self._session.execute(statements.HOLD_PARTS, given)).all()
        # Asked anew: one part may have been taken while the others were being held.
        parts = (await self._session.execute(statements.PARTS, {"of_ids": ids})).all()
        begun = {part.delivery_id for part in set(parts) - set(held)}
        return sorted({part.delivery_id for part in held} - begun)

    async def count_queued(self, circular_id: str) -> int:
        """Count what is in the outbox and waits for the platform, not for the person."""
        given = {"of_circular": circular_id}
        return await self._session.scalar(statements.COUNT_QUEUED, given) or 0

    async def has_planned(self, circular_id: str) -> bool:
        """Say whether anything is still to be put into the outbox."""
        given = {"of_circular": circular_id}
        return (await self._session.execute(statements.ANY_PLANNED, given)).first() is not None
