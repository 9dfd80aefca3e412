from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.events import Address
from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.database import Database
from bot.records.links import Links
from bot.records.people import ChannelLink, People, Person
from tests.records.moments import AMAL, BADR, NOW


async def _add(database: Database, address: Address) -> str:
    async with database.transaction() as session:
        return (await People(session).add(address, NOW)).id


async def links_of(session: AsyncSession, person_id: str) -> list[ChannelLink]:
    query = select(ChannelLink).where(ChannelLink.person_id == person_id)
    return list(await session.scalars(query))


async def test_a_new_person_is_an_employee_with_an_opaque_id(database: Database) -> None:
    person_id = await _add(database, AMAL)
    async with database.reading() as session:
        person = await People(session).get(person_id)
        links = await links_of(session, person_id)
    assert len(person_id) == 26
    assert "amal" not in person_id
    assert (person.role, person.employer, person.language) == (Role.EMPLOYEE, None, None)
    assert [(link.channel, link.account, link.user) for link in links] == [
        ("telegram", "bot1", "amal")
    ]


async def test_an_address_is_one_person_of_one_account(database: Database) -> None:
    amal, badr = await _add(database, AMAL), await _add(database, BADR)
    other = await _add(database, Address("telegram", "bot2", "amal"))
    assert len({amal, badr, other}) == 3
    async with database.reading() as session:
        found = await People(session).find_by_address(AMAL)
        nobody = await People(session).find_by_address(Address("web", "bot1", "amal"))
    assert found is not None
    assert found.id == amal
    assert nobody is None


async def test_whoever_adds_an_address_at_once_gets_the_same_person(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(2)]
    ids = await asyncio.gather(*(_add(replicas[number % 2], AMAL) for number in range(20)))
    assert len(set(ids)) == 1
    async with replicas[0].reading() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 1
        assert await session.scalar(select(func.count()).select_from(ChannelLink)) == 1
    for replica in replicas:
        await replica.dispose()


async def test_what_is_chosen_is_kept(database: Database) -> None:
    person_id = await _add(database, AMAL)
    async with database.transaction() as session:
        person = await People(session).get(person_id)
        person.employer, person.language = "moh-uae", Language.ENGLISH
        person.role = Role.ACCOUNT_MANAGER
    async with database.reading() as session:
        person = await People(session).get(person_id)
    assert (person.employer, person.language, person.role) == (
        "moh-uae",
        Language.ENGLISH,
        Role.ACCOUNT_MANAGER,
    )


async def test_an_unknown_person_is_an_error(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(NoResultFound):
            await People(session).get("nobody")


async def test_a_block_is_noted_and_lifted(database: Database) -> None:
    person_id = await _add(database, AMAL)
    for since in (NOW, None):
        async with database.transaction() as session:
            await Links(session).mark_blocked(AMAL, since)
        async with database.reading() as session:
            (link,) = await links_of(session, person_id)
        assert link.blocked_at == since


async def test_an_address_moves_with_its_person(database: Database) -> None:
    person_id = await _add(database, AMAL)
    async with database.transaction() as session:
        assert await Links(session).move(AMAL, "amal-new")
    async with database.reading() as session:
        found = await People(session).find_by_address(Address("telegram", "bot1", "amal-new"))
        assert found is not None
        assert found.id == person_id
        assert await People(session).find_by_address(AMAL) is None


async def test_an_address_does_not_move_onto_another_person(database: Database) -> None:
    amal, badr = await _add(database, AMAL), await _add(database, BADR)
    async with database.transaction() as session:
        assert not await Links(session).move(AMAL, BADR.user)
        assert (await links_of(session, amal))[0].user == AMAL.user
        assert (await links_of(session, badr))[0].user == BADR.user


async def test_deleting_a_person_deletes_their_addresses(database: Database) -> None:
    await _add(database, AMAL)
    async with database.transaction() as session:
        await session.execute(delete(Person))
    async with database.reading() as session:
        assert (await session.scalars(select(ChannelLink))).all() == []
