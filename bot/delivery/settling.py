"""What the outcome of a send means for its message: decided here and nowhere else."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.channel import Channel, SendFailure, SendOutcome, Sent
from bot.conversation.clock import Clock
from bot.conversation.events import Address, Receipt, ReceiptState
from bot.conversation.messages import Message
from bot.records.buckets import Buckets
from bot.records.links import Links
from bot.records.outbox import Outbox, OutboxMessage, OutboxState

MAX_ATTEMPTS = 8
"""With the back-off below, a platform may be away for some 14 minutes."""

_LONGEST_BACK_OFF_S = 256.0
_HALT_S = 5.0
_LONGEST_HALT_S = 300.0
_RECEIPT_WAIT = timedelta(seconds=60)
"""How long a message that may have gone out waits for a receipt before it is sent again."""

_WAITS_FOR_PERSON = timedelta(days=7)
"""How long a message whose template went out waits for the person to write."""

_BULK_STOP = timedelta(days=1)
_REFERENCE = re.compile(r"(t?)([0-9]{1,18})")
_jitter = random.SystemRandom()
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Policy:
    """How one account sends.

    Attributes:
        per_second: Messages a second that the platform allows the account, all replicas together.
        burst: How many may go at once after a pause.
        keep_payload: Keep sent texts for a browser that comes back.
        has_receipts: The platform tells later what became of a message: it may fail after it
            was taken, so that its text is kept until it has arrived.
    """

    per_second: float = 1000
    burst: float = 1000
    keep_payload: bool = False
    has_receipts: bool = False


class Settler:
    """Settles the messages of one account, by a send's answer and by later receipts alike."""

    def __init__(self, channel: Channel, clock: Clock, policy: Policy) -> None:
        self._channel = channel
        self._clock = clock
        self._policy = policy
        self._halted_until: datetime | None = None
        self.bucket = f"{channel.name}:{channel.account}"
        self.halts = 0

    async def settle(
        self, session: AsyncSession, row: OutboxMessage, address: Address, outcome: SendOutcome
    ) -> str:
        """Note what became of a message, and say so in one word for the log."""
        if isinstance(outcome, Sent):
            self._passed(is_receipt=False)
            return await self._sent(Outbox(session), row, outcome)
        now, outbox, code = self._clock.now(), Outbox(session), outcome.reason
        if outcome.halts_channel:
            await Buckets(session).halt(self.bucket, self._halt(now, outcome.retry_after))
            await outbox.retry(row, now, code, count_attempt=False)
            return "halted"
        self._passed(is_receipt=False)
        may_try = row.attempts < (outcome.most_attempts or MAX_ATTEMPTS)
        if outcome.needs_template and _may_template(row):
            await outbox.use_template(row, now, code)
            return "templated"
        if outcome.ambiguous and may_try:
            await outbox.await_receipt(row, now + _RECEIPT_WAIT, code)
            return "unconfirmed"
        if outcome.retryable and not outcome.recipient_gone and may_try:
            wait = _back_off(row.attempts, outcome.retry_after)
            if outcome.stops_bulk:
                # The others' would only be refused too.
                await Buckets(session).halt(f"{self.bucket}:bulk", now + wait)
            await outbox.retry(row, now + wait, code, count_attempt=True)
            return "retried"
        await self._failed(session, row, address, outcome)
        return "failed"

    async def receive(self, session: AsyncSession, receipt: Receipt) -> str:
        """Take what the platform says of a message; in any order, and as often as it says so.

        Returns:
            One word for the log.
        """
        match = _REFERENCE.fullmatch(receipt.reference)
        row = await Outbox(session).hold(int(match[2])) if match else None
        if match is None or row is None or row.channel != receipt.address.channel:
            return "unknown_message"
        if receipt.state is ReceiptState.FAILED:
            return await self._receive_failure(session, row, receipt)
        self._passed(is_receipt=True)
        if match[1]:
            return "template"
        state = OutboxState(receipt.state.value)
        kept = self._policy.keep_payload or self._has_pages(row) or state is OutboxState.SENT
        moved = await Outbox(session).advance(
            row, state, receipt.external_id, self._clock.now(), keep_payload=kept
        )
        return state.value if moved else "known"

    async def _receive_failure(
        self, session: AsyncSession, row: OutboxMessage, receipt: Receipt
    ) -> str:
        waits = is_templated(row) and row.state is OutboxState.QUEUED
        open_states = {OutboxState.SENDING, OutboxState.SENT}
        if row.external_id not in {None, receipt.external_id} or not (
            waits or row.state in open_states
        ):
            # It has arrived, or this is of an earlier try.
            return "late_failure"
        failure = receipt.failure or SendFailure("failed")
        return await self.settle(session, row, receipt.address, failure)

    async def _sent(self, outbox: Outbox, row: OutboxMessage, sent: Sent) -> str:
        now, payload = self._clock.now(), row.payload
        if is_due_as_template(row):
            await outbox.await_person(row, sent.external_id, now + _WAITS_FOR_PERSON)
            return "template_sent"
        if self._policy.has_receipts and payload is not None:
            # Until it has arrived; the person's own words are not kept for that.
            payload = Message.from_json(payload).without_quoted_words("").to_json()
        kept = self._policy.keep_payload or self._policy.has_receipts
        await outbox.sent(row, sent.external_id, now, payload if kept else None)
        return "sent"

    async def _failed(
        self, session: AsyncSession, row: OutboxMessage, address: Address, failure: SendFailure
    ) -> None:
        now = self._clock.now()
        if failure.recipient_gone:
            await Links(session).mark_blocked(address, now)
        if failure.stops_bulk:
            await Buckets(session).halt(f"{self.bucket}:bulk", now + _BULK_STOP)
        if failure.stops_bulk or failure.content_fault:
            _log.error("outbox_alarm", message_id=row.id, lane=row.lane.value, code=failure.reason)
        await Outbox(session).failed(row, failure.reason)

    def _has_pages(self, row: OutboxMessage) -> bool:
        """Say whether further pages of a message may be asked for."""
        most, payload = self._channel.limits.buttons, row.payload or {}
        return most is not None and len(payload.get("buttons", ())) > most

    def _passed(self, *, is_receipt: bool) -> None:
        """Count a halt as over; where there are receipts, an answer does not tell that yet."""
        if is_receipt or not self._policy.has_receipts:
            self.halts = 0

    def _halt(self, now: datetime, retry_after: float | None) -> datetime:
        # What was in flight together fails together, and is one halt.
        if self._halted_until is None or self._halted_until <= now:
            self.halts += 1
            _log.error("outbox_halted", channel=self._channel.name, halts=self.halts)
        seconds = min(_LONGEST_HALT_S, _HALT_S * 2 ** (self.halts - 1))
        if retry_after is not None:
            seconds = retry_after
        self._halted_until = now + timedelta(seconds=seconds)
        return self._halted_until


def reference_of(row: OutboxMessage) -> str:
    """Name a message to the platform, whose receipts say it again."""
    return f"t{row.id}" if is_due_as_template(row) else str(row.id)


def is_due_as_template(row: OutboxMessage) -> bool:
    """Say whether a message's template is to be sent, not the message itself."""
    return row.templated_at is not None and row.external_id is None


def is_templated(row: OutboxMessage) -> bool:
    """Say whether a message's template went out, so that the message waits for the person."""
    return row.templated_at is not None and row.external_id is not None


def _may_template(row: OutboxMessage) -> bool:
    """Say whether a message's template may be sent in its place."""
    return row.templated_at is None and not (row.payload or {}).get("untemplated")


def _back_off(attempts: int, retry_after: float | None) -> timedelta:
    seconds = min(_LONGEST_BACK_OFF_S, 4.0 ** (attempts - 1)) * _jitter.uniform(0.75, 1.25)
    return timedelta(seconds=max(seconds, retry_after or 0))
