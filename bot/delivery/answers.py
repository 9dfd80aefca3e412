"""Answers on their way into the outbox: those that come during a commit are queued together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.channel import Channel
from bot.conversation.clock import Clock
from bot.conversation.events import Address, Incoming
from bot.conversation.messages import Message
from bot.conversation.splitting import split
from bot.records.database import Database
from bot.records.inbox import Inbox, InboxEvent
from bot.records.outbox import NewMessage, Outbox
from bot.records.together import Together

Channels = Mapping[tuple[str, str], Channel]


@dataclass(frozen=True)
class _Handled:
    """An event, and what is said to it."""

    event: InboxEvent
    messages: Sequence[NewMessage]


class Answers:
    """Queues answers and closes the events that they answer.

    Args:
        database: Where events and messages are kept.
        channels: Each channel by its name and account.
        clock: The time.
        pulled: Channels whose recipients read the outbox themselves.
        wake_outbox: Called when there is something to send.
        wake_inbox: Called when an event may be due that was not before.
        spawn: Runs the commits aside.
    """

    def __init__(  # noqa: PLR0913 - made in one place only
        self,
        database: Database,
        channels: Channels,
        clock: Clock,
        *,
        pulled: Collection[tuple[str, str]],
        wake_outbox: Callable[[], None] | None,
        wake_inbox: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._pulled = pulled
        self._wake_outbox = wake_outbox
        self._wake_inbox = wake_inbox
        self._together = Together[_Handled, bool]("answers", self._complete_all, spawn=spawn)

    async def complete(self, event: InboxEvent, messages: Sequence[NewMessage]) -> None:
        """Queue an answer, which may be none, and close its event.

        Raises:
            Exception: Nothing of it is done.
        """
        sent = await self._together.do(_Handled(event, messages))
        await self._tell(messages, sent=sent)

    async def quarantine(
        self, event: InboxEvent, code: str, messages: Sequence[NewMessage]
    ) -> None:
        """Queue an answer, which may be none, and put its event aside."""
        async with self._database.transaction() as session:
            (sent,) = await self._queue(session, [messages])
            await Inbox(session).quarantine(event.id, code)
        await self._tell(messages, sent=sent)
        self._wake_inbox()

    async def _complete_all(self, handled: Sequence[_Handled]) -> list[bool]:
        """Queue answers and close their events; says of each whether it needs no sending."""
        users = defaultdict[tuple[str, str], list[str]](list)
        for each in handled:
            users[each.event.channel, each.event.account].append(each.event.user)
        async with self._database.transaction() as session:
            sent = await self._queue(session, [each.messages for each in handled])
            inbox = Inbox(session)
            await inbox.done_all([each.event.id for each in handled])
            more = [await inbox.have_open(*account, some) for account, some in users.items()]
        if any(more):
            self._wake_inbox()
        return sent

    async def _queue(
        self, session: AsyncSession, answers: Sequence[Sequence[NewMessage]]
    ) -> list[bool]:
        """Store answers; says of each whether it needs no sending."""
        outbox, now = Outbox(session), self._clock.now()
        sent = [await self._is_pulled(outbox, messages) for messages in answers]
        for is_sent in set(sent):
            chosen = [each for each, its in zip(answers, sent, strict=True) if its is is_sent]
            await outbox.add_all([new for each in chosen for new in each], now, sent=is_sent)
        return sent

    async def _is_pulled(self, outbox: Outbox, messages: Sequence[NewMessage]) -> bool:
        recipient = messages[0].recipient if messages else None
        if recipient is None or (recipient.channel, recipient.account) not in self._pulled:
            return False
        # What waits to be sent has the lower numbers, and must be read first.
        return not await outbox.has_open(recipient)

    async def _tell(self, messages: Sequence[NewMessage], *, sent: bool) -> None:
        if not sent:
            if messages and self._wake_outbox is not None:
                self._wake_outbox()
            return
        for message in messages:
            to = message.recipient
            channel = self._channels[to.channel, to.account]
            address = Address(to.channel, to.account, to.user)
            await channel.send(address, Message.from_json(message.payload), "")


def parts_of(
    messages: Sequence[Message], channel: Channel, incoming: Incoming, event: InboxEvent
) -> list[NewMessage]:
    """Give an answer as the channel can show it, in parts that it takes."""
    limits = channel.limits
    taken = [
        each if (limits.rebuttons if each.rebuttons else limits.edits) else each.as_new()
        for each in messages
    ]
    messages = [each for each in taken if each is not None]
    if channel.limits.keeps_text:
        messages = [each.without_quoted_words(incoming.external_id) for each in messages]
    parts = [part for message in messages for part in split(message, channel.limits)]
    return [
        NewMessage(incoming.address, part.to_json(), inbox_event_id=event.id, part=number)
        for number, part in enumerate(parts)
    ]
