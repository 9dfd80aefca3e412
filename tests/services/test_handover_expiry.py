"""What nobody answers in time, and what stays of questions for the figures, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.records.base import Base, table_of
from bot.records.handover_rows import HandoverFigure
from bot.records.handovers import EndReason, Handovers, HandoverState
from bot.services.handover_report import HandoverReport, HandoverReportService
from bot.services.handover_views import Refusal
from bot.services.staff import ByChat
from tests.support.handovers import (
    ANSWER,
    HR,
    OPEN,
    TEXT,
    ask,
    join,
    noted,
    queued,
    refused,
    row_of,
)
from tests.support.handovers import text_of as said
from tests.support.world import AMAL, BADR, World

LIMIT = 10


@pytest.fixture
def world(world: World) -> World:
    world.moment = OPEN
    return world


async def expire(world: World) -> None:
    """Do what comes by itself once the time is over."""
    await world.handover_expiry.close_due(LIMIT)
    await world.cleaner.delete_expired()


async def report(world: World) -> HandoverReport:
    service = HandoverReportService(world.database, world.library, world.now)
    return await service.report("uae-fed", OPEN.date(), world.moment.date())


async def figures(world: World) -> list[HandoverFigure]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(HandoverFigure)))


async def test_what_nobody_answered_is_closed_and_both_sides_are_told(world: World) -> None:
    officer = ByChat(await join(world, "7", HR))
    number = await ask(world)
    world.moment = (await row_of(world)).expires_at - timedelta(seconds=1)
    assert await world.handover_expiry.close_due(LIMIT) == 0
    world.pass_(seconds=1)
    # Without a word nothing goes that waits for one.
    await world.cleaner.delete_expired()
    assert await world.handover_expiry.close_due(LIMIT) == 1
    assert await world.handover_expiry.close_due(LIMIT) == 0
    row = await row_of(world)
    assert (row.state, row.end_reason, row.tell_at) == (
        HandoverState.CLOSED,
        EndReason.EXPIRED,
        None,
    )
    (told,) = await queued(world, AMAL.user)
    assert world.phrase("handover_lapsed", number=number) in said(told)
    assert TEXT in said(told)
    (told,) = await queued(world, HR.user)
    assert world.phrase("handover_lapsed_desk", number=number) == said(told)
    assert await refused(world.handover_desk.answer(officer, number, ANSWER)) is Refusal.CLOSED
    entry = (await noted(world))[-1]
    assert (entry.kind, entry.body) == ("handover_closed", {"reason": "expired"})
    await world.cleaner.delete_expired()
    assert await refused(world.handover_desk.show(officer, number)) is Refusal.GONE


async def test_who_cannot_be_reached_keeps_nothing_from_being_closed(world: World) -> None:
    await join(world, "7", HR)
    await ask(world)
    await world.enrolment.blocked(AMAL, blocked=True)
    world.pass_(days=180)
    await expire(world)
    assert await queued(world, AMAL.user) == []
    assert len(await queued(world, HR.user)) == 1
    assert len(await figures(world)) == 1


async def test_what_was_asked_of_an_employer_that_is_gone_is_closed_too(world: World) -> None:
    number = await ask(world)
    async with world.database.transaction() as session:
        row = await Handovers(session).hold(number)
        assert row is not None
        row.employer = "gone"
    world.pass_(days=180)
    await expire(world)
    assert len(await queued(world, AMAL.user)) == 1
    assert len(await figures(world)) == 1


async def test_what_was_never_written_or_is_answered_goes_without_a_word(world: World) -> None:
    officer = ByChat(await join(world, "7", HR))
    await ask(world)
    await world.handover_desk.answer(officer, 1001, ANSWER)
    await ask(world, None)
    told = len(await queued(world, AMAL.user))
    world.pass_(days=180)
    assert await world.handover_expiry.close_due(LIMIT) == 0
    await world.cleaner.delete_expired()
    assert len(await queued(world, AMAL.user)) == told
    assert await queued(world, HR.user) == []
    (figure,) = await figures(world)
    assert (figure.answered_at, figure.end_reason) == (OPEN, None)


async def test_the_report_counts_what_has_expired(world: World) -> None:
    officer = ByChat(await join(world, "7", HR))
    for n in range(3):
        await ask(world, f"{TEXT} {n}")
        world.pass_(hours=1)
    await world.handover_desk.answer(officer, 1001, ANSWER)
    await world.handover_desk.close(officer, 1002)
    world.pass_(days=180)
    await world.handover_expiry.close_due(LIMIT)
    before = await report(world)
    counted = before.total
    assert (counted.asked, counted.answered, counted.unanswered, counted.open) == (3, 1, 2, 0)
    await world.cleaner.delete_expired()
    assert len(await figures(world)) == 3
    assert await report(world) == before


async def test_the_report_counts_what_was_erased(world: World) -> None:
    officer = ByChat(await join(world, "7", HR))
    person = await world.person("uae-fed")
    for n in range(2):
        await world.handovers.ask(person, f"{TEXT} {n}", f"event:{n}")
    other = await world.person("uae-fed", BADR)
    await world.handovers.ask(other, "سؤال غيره", "event:other")
    await world.handover_desk.answer(officer, 1001, ANSWER)
    await world.privacy.ask_erasure(person)
    await world.privacy.erase_due()
    counted = (await report(world)).total
    assert (counted.asked, counted.answered, counted.unanswered, counted.open) == (3, 1, 1, 1)
    assert {figure.end_reason for figure in await figures(world)} == {None, EndReason.ERASED}


def test_what_stays_has_no_room_for_a_text_or_a_person() -> None:
    row: type[Base] = HandoverFigure
    assert set(table_of(row).columns.keys()) == {
        *("id", "employer", "created_at", "answered_at", "closed_at", "end_reason"),
    }
    assert not table_of(row).foreign_keys


async def test_two_processes_close_once(world: World) -> None:
    await join(world, "7", HR)
    for n in range(3):
        await ask(world, f"{TEXT} {n}")
    world.pass_(days=180)
    await asyncio.gather(*(world.handover_expiry.close_due(LIMIT) for _ in range(4)))
    assert len(await queued(world, AMAL.user)) == 3
    assert len(await queued(world, HR.user)) == 3
