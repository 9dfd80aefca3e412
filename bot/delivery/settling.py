"""What the outcome of a send means for its message: decided here and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.channel import Channel, SendFailure, Sent
from bot.conversation.clock import Clock
from bot.conversation.events import Address, ReceiptState
from bot.conversation.messages import Message
from bot.delivery.policy import Policy
from bot.delivery.results import (
    Answer,
    Result,
    Told,
    is_due_as_template,
    is_templated,
    may_template,
)
from bot.records.announced import Announced
from bot.records.buckets import Buckets, bucket_of
from bot.records.deliveries import Deliveries
from bot.records.links import Links
from bot.records.outbox import Lane, Outbox, OutboxState, Outgoing
from bot.records.outcomes import Outcomes

MAX_ATTEMPTS = 8
"""With the back-off below, a platform may be away for some 14 minutes."""

_LONGEST_BACK_OFF_S = 256.0
_HALT_S = 5.0
_LONGEST_HALT_S = 300.0
_RECEIPT_WAIT = timedelta(seconds=60)
"""How long a message that may have gone out waits for a receipt before it is sent again."""

_WAITS_FOR_PERSON = timedelta(days=7)
"""How long a message whose template went out waits for the person to write."""

_TEMPLATE_SENT = "template_sent"
_FAILED = "failed"
_UNCHANGED = frozenset({"late_failure", "known", "template", "unknown_message"})
"""What comes late of a message says nothing of its delivery, which may be on its way anew."""

_BULK_STOP = timedelta(days=1)
_UNQUOTED = 2
"""Parts of a block that quotes nobody (``Block.to_json``)."""

_jitter = random.SystemRandom()
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class Settler:
    """Settles the messages of one account, by a send's answer and by later receipts alike."""

    def __init__(self, channel: Channel, clock: Clock, policy: Policy) -> None:
        self._channel = channel
        self._clock = clock
        self._policy = policy
        self._halted_until: datetime | None = None
        self.bucket = bucket_of(channel.name, channel.account)
        self.bulk_bucket = f"{self.bucket}:bulk"
        self.halts = 0

    async def settle_all(self, session: AsyncSession, results: Sequence[Result]) -> list[str]:
        """Note what became of messages, each of them another's.

        Returns:
            One word for each, for the log.
        """
        outcomes = Outcomes(session)
        ids = sorted(result.message_id for result in results)
        taken = {
            result.row.id: (result.row, result.outcome.external_id)
            for result in results
            if isinstance(result, Answer)
            and isinstance(result.outcome, Sent)
            and self._may_settle_together(result.row)
        }
        others = len(taken) < len(results)
        held = await Outbox(session).hold_all(ids) if others else {}
        if taken:
            # Before what failed: a halt stays.
            self._passed(is_receipt=False)
            sent = [taken[number] for number in ids if number in taken]
            await outcomes.sent_all(sent, self._clock.now(), keep_payload=self._keeps)
        decided = [
            "sent"
            if result.message_id in taken
            else await self._settle(session, outcomes, result, held)
            for result in results
        ]
        await outcomes.write_advanced()
        # Circulars go to many; how far one's delivery is follows from its message.
        many = [
            (each.message_id, word)
            for each, word in zip(results, decided, strict=True)
            if _lane(each, held) is Lane.BULK and word not in _UNCHANGED
        ]
        deliveries = Deliveries(session)
        await deliveries.mirror([number for number, _ in many])
        await deliveries.give_up([number for number, word in many if word == _FAILED])
        asked = [number for number, word in many if word == _TEMPLATE_SENT]
        await Announced(session).note(asked, self._clock.now())
        return decided

    async def _settle(
        self,
        session: AsyncSession,
        outcomes: Outcomes,
        result: Result,
        held: Mapping[int, Outgoing],
    ) -> str:
        if isinstance(result, Told):
            return await self._receive(session, outcomes, held.get(result.message_id), result)
        return await self._answered(session, result)

    async def _answered(self, session: AsyncSession, answer: Answer) -> str:
        row, outcome = answer.row, answer.outcome
        if isinstance(outcome, Sent):
            self._passed(is_receipt=False)
            return await self._sent(Outcomes(session), row, outcome)
        now, outbox, code = self._clock.now(), Outcomes(session), outcome.reason
        if outcome.halts_channel:
            await Buckets(session).halt(self.bucket, self._halt(now, outcome.retry_after))
            await outbox.retry(row, now, code, count_attempt=False)
            return "halted"
        self._passed(is_receipt=False)
        may_try = row.attempts < (outcome.most_attempts or MAX_ATTEMPTS)
        if outcome.needs_template and may_template(row):
            await outbox.use_template(row, now, code)
            return "templated"
        if outcome.ambiguous and may_try:
            await outbox.await_receipt(row, now + _RECEIPT_WAIT, code)
            return "unconfirmed"
        if outcome.retryable and not outcome.recipient_gone and may_try:
            wait = _back_off(row.attempts, outcome.retry_after)
            if outcome.stops_bulk:
                # The others' would only be refused too.
                await Buckets(session).halt(self.bulk_bucket, now + wait)
            await outbox.retry(row, now + wait, code, count_attempt=True)
            return "retried"
        await self._failed(session, row, answer.address, outcome)
        return _FAILED

    async def _receive(
        self, session: AsyncSession, outcomes: Outcomes, row: Outgoing | None, told: Told
    ) -> str:
        receipt = told.receipt
        if row is None or row.channel != receipt.address.channel:
            return "unknown_message"
        if receipt.state is ReceiptState.FAILED:
            return await self._receive_failure(session, row, told)
        self._passed(is_receipt=True)
        if told.of_template:
            return await self._receive_template(session, row, receipt.external_id)
        state = OutboxState(receipt.state.value)
        kept = self._policy.keep_payload or self._has_pages(row) or state is OutboxState.SENT
        moved = outcomes.advance(
            row, state, receipt.external_id, self._clock.now(), keep_payload=kept
        )
        return state.value if moved else "known"

    async def _receive_template(self, session: AsyncSession, row: Outgoing, template: str) -> str:
        if not _is_template_in_flight(row):
            return "template"
        # Before its answer, or in its stead: a template goes out once.
        now = self._clock.now()
        row = row._replace(templated_at=row.templated_at or now)
        await Outcomes(session).await_person(row, template, now + _WAITS_FOR_PERSON)
        return _TEMPLATE_SENT

    async def _receive_failure(self, session: AsyncSession, row: Outgoing, told: Told) -> str:
        receipt = told.receipt
        if told.of_template:
            waits = is_templated(row) and row.state is OutboxState.QUEUED
            is_open = waits or _is_template_in_flight(row)
        else:
            is_open = row.state in {OutboxState.SENDING, OutboxState.SENT}
        if row.external_id not in {None, receipt.external_id} or not is_open:
            # It has arrived, or this is of an earlier try.
            return "late_failure"
        failure = receipt.failure or SendFailure("failed")
        return await self._answered(session, Answer(row, receipt.address, failure))

    async def _sent(self, outbox: Outcomes, row: Outgoing, sent: Sent) -> str:
        now, payload = self._clock.now(), row.payload
        if is_due_as_template(row):
            await outbox.await_person(row, sent.external_id, now + _WAITS_FOR_PERSON)
            return _TEMPLATE_SENT
        if self._policy.has_receipts and payload is not None:
            # Until it has arrived; the person's own words are not kept for that.
            payload = Message.from_json(payload).without_quoted_words("").to_json()
        await outbox.sent(row, sent.external_id, now, payload if self._keeps else None)
        return "sent"

    async def _failed(
        self, session: AsyncSession, row: Outgoing, address: Address, failure: SendFailure
    ) -> None:
        now = self._clock.now()
        if failure.recipient_gone:
            await Links(session).mark_blocked(address, now)
        if failure.stops_bulk:
            await Buckets(session).halt(self.bulk_bucket, now + _BULK_STOP)
        if failure.stops_bulk or failure.content_fault:
            _log.error("outbox_alarm", message_id=row.id, lane=row.lane.value, code=failure.reason)
        await Outcomes(session).failed(row, failure.reason)

    @property
    def _keeps(self) -> bool:
        """Whether what was sent is kept."""
        return self._policy.keep_payload or self._policy.has_receipts

    def _may_settle_together(self, row: Outgoing) -> bool:
        """Say whether nothing is to be noted of a message but that it was taken."""
        if is_due_as_template(row):
            return False
        # A third part of a block quotes the person.
        blocks = (row.payload or {}).get("blocks", ()) if self._policy.has_receipts else ()
        return all(len(block) <= _UNQUOTED for block in blocks)

    def _has_pages(self, row: Outgoing) -> bool:
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


def _back_off(attempts: int, retry_after: float | None) -> timedelta:
    seconds = min(_LONGEST_BACK_OFF_S, 4.0 ** (attempts - 1)) * _jitter.uniform(0.75, 1.25)
    return timedelta(seconds=max(seconds, retry_after or 0))


def _lane(result: Result, held: Mapping[int, Outgoing]) -> Lane | None:
    row = result.row if isinstance(result, Answer) else held.get(result.message_id)
    return row.lane if row else None


def _is_template_in_flight(row: Outgoing) -> bool:
    return row.state is OutboxState.SENDING and row.external_id is None
