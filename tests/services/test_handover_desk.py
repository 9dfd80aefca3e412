"""A desk sees and answers what it is asked, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.records.handovers import HandoverState
from bot.records.outbox import Lane
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_views import DeskRefusalError, Refusal, digest_of, named
from bot.services.staff import ByChat, ByNumber
from tests.support.handovers import (
    ANSWER,
    HR,
    HR_TOO,
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
from tests.support.roster import dismiss, employ
from tests.support.world import AMAL, BADR, World


@pytest.fixture
def world(world: World) -> World:
    world.moment = OPEN
    return world


async def test_a_desk_sees_the_question_and_never_who_asks(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    asker = await world.person("uae-fed")
    number = await ask(world)
    world.pass_(hours=3)
    (listed,) = await desk.list_open(officer)
    shown = await desk.show(officer, number)
    # Until somebody has looked, nobody of the desk knows of it.
    assert (listed.untold, shown) == (True, replace(listed, untold=False))
    assert (shown.number, shown.question, shown.waited) == (1001, TEXT, timedelta(hours=3))
    assert asker not in repr(shown)
    assert AMAL.user not in repr(shown)
    (entry,) = await noted(world)
    row = await row_of(world)
    assert (entry.chain, entry.kind, entry.body) == (
        "uae-fed",
        "handover_viewed",
        {"how": "shown"},
    )
    assert entry.actor not in {asker, row.person_id}


async def test_an_answer_reaches_whoever_asked_under_the_departments_name(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    assert (await desk.begin(officer.person_id, number)).question == TEXT
    kept = await desk.keep_draft(officer, number, ANSWER)
    assert (kept.draft, kept.state) == (ANSWER, HandoverState.OPEN)
    assert await queued(world, AMAL.user) == []
    sent = await desk.send(officer, number, named(digest_of(ANSWER)))
    again = await desk.send(officer, number, named(digest_of(ANSWER)))
    assert (sent.state, again.state, sent.answer) == (*[HandoverState.ANSWERED] * 2, ANSWER)
    (message,) = await queued(world, AMAL.user)
    assert message.lane is Lane.REPLY
    department = world.library.desk_of("uae-fed").department.ar
    for part in (ANSWER, TEXT, "1001", department):
        assert part in said(message)
    row = await row_of(world)
    assert (row.answered_at, row.draft, row.tell_at) == (world.moment, None, None)
    kinds = [(entry.kind, entry.actor, entry.body) for entry in await noted(world)]
    assert kinds[-1] == (
        "handover_answered",
        row.answered_by,
        {"answer_sha256": digest_of(ANSWER)},
    )
    assert all(TEXT not in str(body) and ANSWER not in str(body) for *_, body in kinds)


async def test_only_the_desk_of_the_employer_sees_or_changes_anything(
    world: World, desk: HandoverDeskService
) -> None:
    number = await ask(world)
    elsewhere = ByChat(await join(world, "7", HR, employer="muscat"))
    no_desk = ByChat(await join(world, "8", HR_TOO, roles=("employee", "trainer")))
    stranger = ByChat(await world.person("uae-fed", BADR))
    gone = await employ(world, "9", employer="uae-fed", roles=["hr"])
    await dismiss(world, gone)
    for who in (
        *(elsewhere, no_desk, stranger),
        *(ByNumber("uae-fed", "9"), ByNumber("uae-fed", "404"), ByNumber("nowhere", "7")),
    ):
        acts: list[Awaitable[object]] = [
            desk.show(who, number),
            desk.answer(who, number, ANSWER),
            desk.keep_draft(who, number, ANSWER),
            desk.drop_draft(who, number),
            desk.send(who, number, "0" * 16),
            desk.close(who, number),
        ]
        if who != elsewhere:
            acts.append(desk.list_open(who))
        if isinstance(who, ByChat):
            acts.append(desk.begin(who.person_id, number))
        assert {await refused(act) for act in acts} == {Refusal.FOREIGN}
    assert await desk.list_open(elsewhere) == []
    row = await row_of(world)
    assert (row.state, row.draft) == (HandoverState.OPEN, None)
    assert await noted(world) == []
    assert await queued(world, AMAL.user) == []


async def test_the_ministry_of_health_is_answered_by_customer_service(
    world: World, desk: HandoverDeskService
) -> None:
    number = await ask(world, employer="moh-uae")
    hr = ByChat(await join(world, "7", HR, employer="moh-uae"))
    service = ByChat(
        await join(world, "8", HR_TOO, employer="moh-uae", roles=("customer_service",))
    )
    assert await refused(desk.show(hr, number)) is Refusal.FOREIGN
    assert (await desk.show(service, number)).question == TEXT


async def test_a_colleague_is_kept_from_answering_at_the_same_time(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number, other = await ask(world), ByChat(await join(world, "8", HR_TOO))
    await desk.begin(officer.person_id, number)
    assert await refused(desk.begin(other.person_id, number)) is Refusal.BUSY
    assert await refused(desk.answer(other, number, "غيره")) is Refusal.BUSY
    assert await refused(desk.close(other, number)) is Refusal.BUSY
    await world.awaiting.leave(officer.person_id)
    await desk.begin(other.person_id, number)
    await world.awaiting.leave(other.person_id)
    await desk.keep_draft(officer, number, ANSWER)
    assert await refused(desk.begin(other.person_id, number)) is Refusal.BUSY
    await desk.drop_draft(other, number)
    assert (await row_of(world)).draft == ANSWER
    world.pass_(minutes=30)
    await desk.answer(other, number, "غيره")
    stale = desk.send(officer, number, named(digest_of(ANSWER)))
    assert await refused(stale) is Refusal.ANSWERED
    assert len(await queued(world, AMAL.user)) == 1


async def test_two_who_answer_at_once_send_one_answer(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number, other = await ask(world), ByChat(await join(world, "8", HR_TOO))
    results = await asyncio.gather(
        *(desk.answer(who, number, f"رد {n}") for n, who in enumerate([officer, other] * 3)),
        return_exceptions=True,
    )
    refusals = [each.refusal for each in results if isinstance(each, DeskRefusalError)]
    assert refusals == [Refusal.ANSWERED] * 5
    assert len(await queued(world, AMAL.user)) == 1


async def test_a_preview_that_was_changed_since_is_not_sent(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    await desk.keep_draft(officer, number, ANSWER)
    await desk.keep_draft(officer, number, "رد آخر")
    stale = desk.send(officer, number, named(digest_of(ANSWER)))
    assert await refused(stale) is Refusal.STALE
    await desk.drop_draft(officer, number)
    dropped = desk.send(officer, number, named(digest_of("رد آخر")))
    assert await refused(dropped) is Refusal.STALE
    assert await queued(world, AMAL.user) == []
