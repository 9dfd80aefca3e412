from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.conversation.personal_data import described
from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.records.circular_rows import Acknowledgement, Delivery
from bot.records.database import Database
from bot.records.files import NewFile
from bot.records.journal import Entry, Journal
from bot.services.acknowledgements import AcknowledgementService, Outcome, Shown
from tests.support.circulars import CHECK, CONTENT, linked, publish, turn
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World

SHOWN = Shown("telegram", "m7", Language.ARABIC)
FILES = (
    NewFile("ضوابط.pdf", "application/pdf", b"%PDF 1"),
    NewFile("صور.pdf", "application/pdf", b"%PDF 2"),
)


async def entries(world: World, circular: str) -> list[Entry]:
    async with world.database.reading() as session:
        return await Journal(session).list_of(f"circular:{circular}")


async def kept(world: World) -> list[Acknowledgement]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Acknowledgement)))


async def outcome(world: World, person: str, circular: str, *choice: int) -> Outcome | None:
    taken = await world.acknowledgements.acknowledge(person, circular, SHOWN, *choice)
    return taken.outcome if taken else None


async def test_an_acknowledgement_is_kept_with_its_evidence(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, files=FILES)
    world.pass_(minutes=1)
    opened = world.now()
    await world.received.open(person, circular, 1)
    world.pass_(minutes=1)
    taken = await world.acknowledgements.acknowledge(person, circular, SHOWN)
    assert taken is not None
    assert (taken.outcome, taken.at) == (Outcome.ACKNOWLEDGED, world.now())
    assert not taken.circular.is_late(world.now())
    (entry,) = await entries(world, circular)
    assert (entry.kind, entry.actor, entry.chain) == ("circular_acknowledged", employee, "uae-fed")
    (row,) = await kept(world)
    digests = [file.sha256 for file in taken.circular.attachments]
    expected: dict[str, Any] = {
        "number": "2026/14",
        "version": 1,
        "digest": taken.circular.content.digest,
        "statement": CONTENT.statement,
        "language": "ar",
        "channel": "telegram",
        "message_id": "m7",
        "at": world.now().isoformat(),
        "attachments": [
            {"sha256": digests[0], "opened": None},
            {"sha256": digests[1], "opened": opened.isoformat()},
        ],
        "check_tries": 0,
    }
    assert entry.body == expected
    assert (row.employee_id, row.at, row.digest) == (employee, world.now(), expected["digest"])
    assert (row.channel, row.message_id, row.sequence) == ("telegram", "m7", entry.seq)


async def test_the_exact_words_that_were_shown_are_kept(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, statement_en="I have read it.")
    shown = Shown("web", "5", Language.ENGLISH)
    await world.acknowledgements.acknowledge(person, circular, shown)
    (entry,) = await entries(world, circular)
    assert entry.body is not None
    assert (entry.body["statement"], entry.body["language"]) == ("I have read it.", "en")


async def test_the_first_press_counts(world: World) -> None:
    employee, person = await linked(world)
    circular, first = await publish(world, employee), world.now()
    assert await outcome(world, person, circular) is Outcome.ACKNOWLEDGED
    world.pass_(days=1)
    again = await world.acknowledgements.acknowledge(person, circular, SHOWN)
    assert again is not None
    assert (again.outcome, again.at) == (Outcome.BEFORE, first)
    assert len(await entries(world, circular)) == len(await kept(world)) == 1


async def test_twenty_presses_at_once_count_once(world: World, database_url: str) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee)
    processes = [Database(database_url) for _ in range(2)]
    services = [AcknowledgementService(each, world.now) for each in processes]
    taken = await asyncio.gather(
        *(each.acknowledge(person, circular, SHOWN) for each in services for _ in range(10))
    )
    for process in processes:
        await process.dispose()
    outcomes = sorted(one.outcome for one in taken if one)
    assert outcomes == [Outcome.ACKNOWLEDGED] + [Outcome.BEFORE] * 19
    assert len(await entries(world, circular)) == len(await kept(world)) == 1


async def test_who_was_not_sent_it_cannot_acknowledge_it(world: World) -> None:
    employee, _ = await linked(world)
    _, other = await linked(world, "1002", BADR)
    circular = await publish(world, employee)
    assert await outcome(world, other, circular) is None
    assert await outcome(world, other, "0123456789abcdef") is None
    assert await world.received.open(other, circular) is None
    assert await kept(world) == []


async def test_what_is_for_information_is_not_acknowledged(world: World) -> None:
    employee, person = await linked(world)
    assert await outcome(world, person, await publish(world, employee, statement="")) is None


async def test_a_late_one_is_taken_and_marked(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, due_at=world.now() + timedelta(hours=1))
    world.pass_(hours=2)
    taken = await world.acknowledgements.acknowledge(person, circular, SHOWN)
    assert taken is not None
    assert taken.outcome is Outcome.ACKNOWLEDGED
    assert taken.at is not None
    assert taken.circular.is_late(taken.at)


async def test_the_question_comes_first_and_its_tries_are_counted(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, check=CHECK)
    assert await outcome(world, person, circular) is Outcome.ASKED
    assert await outcome(world, person, circular, 1) is Outcome.WRONG
    assert await outcome(world, person, circular, 9) is Outcome.WRONG
    assert await outcome(world, person, circular, CHECK.right) is Outcome.ACKNOWLEDGED
    assert await outcome(world, person, circular, 1) is Outcome.BEFORE
    (entry,) = await entries(world, circular)
    assert entry.body is not None
    assert entry.body["check_tries"] == 3
    async with world.database.reading() as session:
        assert await session.scalar(select(Delivery.check_tries)) == 3


async def test_a_newer_version_takes_the_place_of_what_it_replaces(world: World) -> None:
    employee, person = await linked(world)
    first = await publish(world, employee)
    assert await outcome(world, person, first) is Outcome.ACKNOWLEDGED
    await turn(world, first, CircularState.SUPERSEDED)
    second = await publish(world, employee, version=2, supersedes=first)
    taken = await world.acknowledgements.acknowledge(person, first, SHOWN)
    assert taken is not None
    assert (taken.outcome, taken.at) == (Outcome.REPLACED, world.now())
    assert taken.newer is not None
    assert taken.newer.id == second
    # The old acknowledgement is kept, and the new version asks anew.
    assert await outcome(world, person, second) is Outcome.ACKNOWLEDGED
    assert {row.circular_id for row in await kept(world)} == {first, second}


async def test_what_was_called_off_is_not_acknowledged(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, state=CircularState.CANCELLED)
    assert await outcome(world, person, circular) is Outcome.WITHDRAWN
    assert await kept(world) == []


async def test_the_evidence_outlives_the_chat(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee)
    await outcome(world, person, circular)
    async with world.database.transaction() as session:
        await session.execute(update(Delivery).values(person_id=person))
    await world.privacy.ask_erasure(person)
    assert await world.privacy.erase_due() == 1
    (row,) = await kept(world)
    assert row.employee_id == employee
    assert len(await entries(world, circular)) == 1
    async with world.database.reading() as session:
        assert await session.scalar(select(Delivery.person_id)) is None


async def test_everybody_is_told_what_is_kept_of_their_circulars(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee, check=CHECK)
    await world.received.open(person, circular)
    await outcome(world, person, circular, 1)
    await outcome(world, person, circular, CHECK.right)
    (told,) = (await world.privacy.collect(person)).circulars
    assert (told.number, told.version, told.title) == ("2026/14", 1, CONTENT.title)
    assert told.sent == told.opened == told.acknowledged == world.now()
    assert told.tries == 2
    text = described(await world.privacy.collect(person), world.library, Language.ARABIC)
    assert world.phrase("data_circular_acknowledged", date="20/11/2026") in text


async def test_a_file_that_is_fetched_from_the_page_is_noted(world: World) -> None:
    employee, person = await linked(world)
    _, stranger = await linked(world, "1002", BADR)
    circular = await publish(world, employee, files=FILES)
    received = await world.received.open(person, circular)
    assert received is not None
    file, at = received.circular.attachments[0].file, world.now()
    await world.received.note_fetched(BADR, file)
    await world.received.note_fetched(AMAL, "f" * 32)
    await world.received.note_fetched(AMAL, file)
    world.pass_(hours=1)
    await world.received.note_fetched(AMAL, file)
    await outcome(world, person, circular)
    (entry,) = await entries(world, circular)
    assert entry.body is not None
    # The first time counts.
    assert [each["opened"] for each in entry.body["attachments"]] == [at.isoformat(), None]
    assert await world.received.open(stranger, circular) is None


async def test_circulars_are_listed_the_newest_first_page_by_page(world: World) -> None:
    employee, person = await linked(world)
    ids = []
    for number in range(7):
        ids.append(await publish(world, employee, number=f"2026/{number}"))
        world.pass_(days=1)
    await outcome(world, person, ids[6])
    page = await world.received.list_page(person, 0, 5)
    assert page.more
    assert [each.circular.id for each in page.received] == ids[:1:-1]
    assert [each.at is not None for each in page.received] == [True] + [False] * 4
    rest = await world.received.list_page(person, 1, 5)
    assert (rest.more, [each.circular.id for each in rest.received]) == (False, ids[1::-1])


async def test_only_what_reached_them_is_listed(world: World) -> None:
    employee, person = await linked(world)
    other = await employ(world, "1003", employer="uae-fed")
    cancelled = await publish(world, employee, number="1", state=CircularState.CANCELLED)
    await publish(world, employee, number="2", state=CircularState.SUPERSEDED)
    await publish(world, other, number="3")
    page = await world.received.list_page(person, 0, 5)
    assert [each.circular.id for each in page.received] == [cancelled]
    assert not page.received[0].holds
