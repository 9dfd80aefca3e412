"""What goes on by itself while Waai runs: deleting what has expired, and reminders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.channel import Channel, Limits
from bot.conversation.circular_notices import CircularNotices
from bot.conversation.circular_parts import CircularParts
from bot.conversation.circular_words import CircularWords
from bot.domain.reach import Doors
from bot.doors import doors_of
from bot.services.circulation import CirculationService
from bot.services.daily import Doors as Windows
from bot.wiring import Parts

_CLEANING_SECONDS = 3600
_REMINDING_SECONDS = 30
_REMINDED_AT_ONCE = 100
_CIRCULATING_SECONDS = 1
_RECORDING_SECONDS = 60
_REVIVING_TURNS = 60
"""Turns after which it is looked again who can be reached by now."""

_log = structlog.get_logger(__name__)


async def clean(parts: Parts, served: Collection[tuple[str, str]]) -> None:
    """Delete what has expired, now and each hour.

    Args:
        parts: What deletes.
        served: The channels that are there, by name and account.
    """
    while True:
        try:
            deleted = await parts.retention.delete_expired()
            _log.info("expired_deleted", rows=deleted)
            if unserved := await parts.retention.put_aside_unserved(served):
                _log.warning("events_unserved", events=list(unserved))
            while await parts.retention.empty_journal():
                pass
            erased = await parts.privacy.erase_due()
            _log.info("people_erased", people=erased)
        except (SQLAlchemyError, OSError) as error:  # the database is away: next time
            _log.warning("expired_not_deleted", error=type(error).__name__)
        await asyncio.sleep(_CLEANING_SECONDS)


async def _remind_once(parts: Parts, doors: Windows) -> int:
    """Queue what is due of each kind; gives at how much of one was looked at most."""
    words, most, sessions = parts.dialogue.live.words, _REMINDED_AT_ONCE, parts.sessions
    notices, everywhere = CircularNotices(CircularWords(parts.library)), doors_of(parts.settings)
    return max(
        await parts.daily.remind_due(most, doors, parts.dialogue.habits.reminder),
        await sessions.remind_due(most, doors, words),
        await sessions.ask_due(most, doors, words),
        await sessions.fill_places(words),
        await parts.handover_expiry.close_due(most),
        await parts.handovers.tell_due(most),
        await parts.circular_reminders.remind_due(most, everywhere, notices),
        await parts.manager_notices.tell_due(everywhere, notices),
    )


async def remind(
    parts: Parts, channels: Mapping[tuple[str, str], Channel], notify: Callable[[], None]
) -> None:
    """Queue the reminders whose hour has come, now and every half minute."""
    doors = {key: channel.limits.window for key, channel in channels.items()}
    while True:
        try:
            looked = await _remind_once(parts, doors)
        except (SQLAlchemyError, OSError) as error:  # the database is away: next time
            _log.warning("not_reminded", error=type(error).__name__)
            looked = 0
        if looked:
            _log.info("reminders_due", people=looked)
            notify()
        if looked < _REMINDED_AT_ONCE:
            await asyncio.sleep(_REMINDING_SECONDS)


async def record(parts: Parts) -> None:
    """Let the journal keep what became of circulars, now and each minute."""
    while True:
        try:
            recorded = await parts.circular_records.record_due()
            if recorded:
                _log.info("circulars_recorded", circulars=recorded)
        except (SQLAlchemyError, OSError) as error:  # the database is away: next time
            _log.warning("circulars_not_recorded", error=type(error).__name__)
        await asyncio.sleep(_RECORDING_SECONDS)


async def circulate(
    parts: Parts,
    doors: Doors,
    limits: Callable[[tuple[str, str]], Limits],
    notify: Callable[[], None],
) -> None:
    """Send the circulars that were approved, as fast as the outbox takes them."""
    speaker = CircularParts(CircularWords(parts.library), limits)
    turn = 0
    while True:
        try:
            poured = await circulate_once(parts.circulation, doors, speaker, revive=turn == 0)
        except (SQLAlchemyError, OSError) as error:  # the database is away: next time
            _log.warning("not_circulated", error=type(error).__name__)
            poured = 0
        if poured:
            notify()
        turn = (turn + 1) % _REVIVING_TURNS
        await asyncio.sleep(0 if poured else _CIRCULATING_SECONDS)


async def circulate_once(
    circulation: CirculationService, doors: Doors, speaker: CircularParts, *, revive: bool
) -> int:
    """Go once through the circulars that are being sent.

    Args:
        circulation: What sends them.
        doors: Where people can be written to.
        speaker: Puts them into words.
        revive: Look too who can be reached by now, of those who could not.

    Returns:
        At how many deliveries it looked.
    """
    await circulation.start_due()
    poured = 0
    for circular in await circulation.list_going(sent_too=revive):
        try:
            poured += await _circulate_one(circulation, circular, doors, speaker, revive=revive)
        except Exception as error:  # noqa: BLE001 - one that cannot be sent must not stop the others
            _log.error("circular_not_sent", circular=circular, error=type(error).__name__)
    return poured


async def _circulate_one(
    circulation: CirculationService,
    circular: str,
    doors: Doors,
    speaker: CircularParts,
    *,
    revive: bool,
) -> int:
    learned = await circulation.learn(circular)
    while learned is not None and await circulation.expand(circular, learned):
        pass
    if revive:
        await circulation.revive(circular)
    poured = await circulation.pour(circular, doors, speaker)
    await circulation.finish(circular)
    return poured
