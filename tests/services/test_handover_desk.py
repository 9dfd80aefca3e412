from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.records.handovers import EndReason, HandoverState
from bot.records.links import Links
from bot.records.outbox import Lane
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_views import (
    DeskRefusalError,
    Refusal,
    digest_of,
    named,
)
from bot.services.staff import (
    ByChat,
    ByNumber,
)
from tests.support.handovers import ANSWER, HR, HR_TOO, TEXT, ask, join, noted, queued, row_of
from tests.support.handovers import text_of as said
from tests.support.roster import dismiss, employ
from tests.support.world import AMAL, BADR, World

OPEN = datetime(2026, 11, 19, 6, tzinfo=UTC)
"""A Thursday morning in Dubai."""


@pytest.fixture
def world(world: World) -> World:
    world.moment = OPEN
    return world


@pytest.fixture
def desk(world: World) -> HandoverDeskService:
    return world.handover_desk


@pytest.fixture
async def officer(world: World) -> ByChat:
    return ByChat(await join(world, "7", HR))


async def refused(act: Awaitable[object]) -> Refusal:
    with pytest.raises(DeskRefusalError) as caught:
        await act
    return caught.value.refusal


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


async def test_closing_without_an_answer_tells_whoever_asked(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    for _ in range(2):
        closed = await desk.close(officer, number)
        assert closed.state is HandoverState.CLOSED
    (message,) = await queued(world, AMAL.user)
    department = world.library.desk_of("uae-fed").department.ar
    told = world.phrase("handover_unanswered", number=number, department=department)
    assert told in said(message)
    assert await refused(desk.answer(officer, number, ANSWER)) is Refusal.CLOSED
    assert (await noted(world))[-1].body == {"reason": "no_answer"}


async def test_a_question_that_was_not_written_is_not_answered_but_can_be_closed(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world, None)
    assert (await desk.show(officer, number)).question is None
    assert await refused(desk.answer(officer, number, ANSWER)) is Refusal.NO_QUESTION
    assert (await desk.close(officer, number)).state is HandoverState.CLOSED


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("blocked", EndReason.UNREACHABLE),
        ("unlinked", EndReason.UNREACHABLE),
        ("erasing", EndReason.ERASED),
    ],
)
async def test_who_cannot_be_reached_is_told_to_the_desk_and_it_is_closed(
    world: World, desk: HandoverDeskService, officer: ByChat, way: str, reason: EndReason
) -> None:
    number = await ask(world)
    if way == "blocked":
        await world.enrolment.blocked(AMAL, blocked=True)
    elif way == "erasing":
        await world.privacy.ask_erasure((await row_of(world)).person_id)
    else:
        async with world.database.transaction() as session:
            link = await Links(session).find(AMAL)
            assert link is not None
            await Links(session).end(link, "unlinked", world.moment)
    assert await refused(desk.answer(officer, number, ANSWER)) is Refusal.UNREACHABLE
    row = await row_of(world)
    assert (row.state, row.end_reason, row.answer) == (HandoverState.CLOSED, reason, None)
    assert await queued(world, AMAL.user) == []
    assert (await noted(world))[-1].body == {"reason": reason}


async def test_what_was_erased_is_gone(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    await desk.keep_draft(officer, number, ANSWER)
    await world.privacy.ask_erasure((await row_of(world)).person_id)
    await world.privacy.erase_due()
    assert await refused(desk.send(officer, number, named(digest_of(ANSWER)))) is Refusal.GONE
    assert await desk.list_open(officer) == []


async def test_whoever_asked_closes_it_or_asks_on(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    asker, other = (await row_of(world)).person_id, await world.person("uae-fed", BADR)
    handovers = world.handovers
    assert not await handovers.finish(asker, number)
    await desk.answer(officer, number, ANSWER)
    for act in (handovers.finish, handovers.ask_more):
        assert not await act(other, number)
    assert await handovers.add_more(other, number, "وهذا؟", "event:8") is None
    for _ in range(2):
        assert await handovers.finish(asker, number)
    row = await row_of(world)
    assert (row.state, row.end_reason) == (HandoverState.CLOSED, EndReason.THANKED)
    world.pass_(hours=1)
    assert await handovers.ask_more(asker, number)
    for _ in range(2):
        added = await handovers.add_more(asker, number, "وهذا؟", "event:9")
        assert added is not None
        assert (added.number, added.since) == (number, world.moment)
    row = await row_of(world)
    assert (row.state, row.question, row.answer) == (
        HandoverState.OPEN,
        f"{TEXT}\nوهذا؟",
        ANSWER,
    )
    assert (row.end_reason, row.closed_at, row.tell_at) == (None, None, world.moment)
    await desk.answer(officer, number, "وهذا كذلك.")
    # The event is handled again after a crash: the second answer stands.
    assert await handovers.add_more(asker, number, "وهذا؟", "event:9") is not None
    row = await row_of(world)
    assert (row.state, row.answer) == (HandoverState.ANSWERED, "وهذا كذلك.")
    assert row.answered_at == OPEN
    entries = await noted(world)
    assert [entry.kind.removeprefix("handover_") for entry in entries] == [
        *("answered", "closed", "reopened", "answered")
    ]
    assert [entry.actor for entry in entries[1:3]] == ["system"] * 2
    assert all(asker not in str(entry) for entry in entries)


async def test_the_same_words_answer_a_question_that_came_back(
    world: World, desk: HandoverDeskService, officer: ByChat
) -> None:
    number = await ask(world)
    asker, same = (await row_of(world)).person_id, named(digest_of(ANSWER))
    await desk.keep_draft(officer, number, ANSWER)
    await desk.send(officer, number, same)
    await world.handovers.add_more(asker, number, "وفي حسابي الخاص؟", "event:more")
    assert await refused(desk.send(officer, number, same)) is Refusal.STALE
    await desk.keep_draft(officer, number, ANSWER)
    assert (await desk.send(officer, number, same)).state is HandoverState.ANSWERED
    assert len(await queued(world, AMAL.user)) == 2
