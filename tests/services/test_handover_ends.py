"""How hand-overs end, and come back."""

from __future__ import annotations

import pytest

from bot.records.handovers import EndReason, HandoverState
from bot.records.links import Links
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_views import Refusal, digest_of, named
from bot.services.staff import ByChat
from tests.support.handovers import ANSWER, OPEN, TEXT, ask, noted, queued, refused, row_of
from tests.support.handovers import text_of as said
from tests.support.world import AMAL, BADR, World


@pytest.fixture
def world(world: World) -> World:
    world.moment = OPEN
    return world


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
