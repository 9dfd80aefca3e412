from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.completion import FINAL
from bot.domain.meaning import Language
from bot.records.completions import History
from bot.records.people_rows import Person
from bot.services.completion_statements import CompletionStatements, Statement
from bot.services.completions import CompletionService
from tests.support.completions import BEGUN, attend, complete, learn, lessons, publish
from tests.support.content import real_library
from tests.support.roster import employ
from tests.support.world import World
from tests.support.xapi import read_statement, validate_statement

HOME = "https://waai.example"
ADL = "http://adlnet.gov/expapi"


@pytest.fixture
async def world(world: World) -> World:
    world.pass_(days=40)
    await publish(world.database)
    return world


async def told(world: World, home: str = HOME, **options: Any) -> list[Statement]:
    """All statements of Muscat's people, each checked against the rules."""
    histories: list[History] = []
    service = CompletionService(world.database, real_library())
    await service.read("muscat", histories.extend)
    made = CompletionStatements(real_library(), home).statements(histories, **options)
    read = [read_statement(json.dumps(each)) for each in made]
    for each in read:
        validate_statement(each, world.now())
    return read


def said(statements: list[Statement]) -> list[str]:
    return [each["verb"]["id"].removeprefix(f"{ADL}/verbs/") for each in statements]


async def test_a_final_failed_then_passed_completes(world: World) -> None:
    employee = await employ(world, "1001", "+96891234567")
    await learn(world.database, employee, [*lessons(), FINAL], score=3, at=BEGUN)
    await learn(world.database, employee, [FINAL], score=8, at=BEGUN + timedelta(days=20))
    failed, passed, completed = statements = await told(world)
    assert said(statements) == ["failed", "passed", "completed"]
    assert failed["result"] == {
        "success": False,
        "completion": True,
        "score": {"scaled": 0.3, "raw": 3, "min": 0, "max": 10},
    }
    assert passed["object"]["id"] == f"{HOME}/workshops/muscat/1/final"
    assert passed["object"]["definition"]["type"] == f"{ADL}/activities/assessment"
    assert passed["object"]["definition"]["name"]["ar"].endswith(": الاختبار الختامي")
    parent = {**completed["object"]}
    assert passed["context"]["contextActivities"]["parent"] == [parent]
    assert completed["object"]["id"] == f"{HOME}/workshops/muscat/1"
    assert completed["result"]["score"]["raw"] == 8
    assert completed["context"] == {"revision": "1"}
    assert completed["timestamp"] == passed["timestamp"] == "2026-11-21T05:30:00.000Z"


async def test_an_account_is_all_that_is_said_of_a_person(world: World) -> None:
    await complete(world.database, await employ(world, "1001", "+96891234567"))
    statements = await told(world)
    account = {"homePage": HOME, "name": "muscat:1001"}
    assert {json.dumps(each["actor"]) for each in statements} == {
        json.dumps({"objectType": "Agent", "account": account})
    }
    text = json.dumps(statements, ensure_ascii=False)
    assert "9689" not in text
    assert "سالم" not in text


async def test_who_attends_completes_without_a_score(world: World) -> None:
    await attend(world.database, await employ(world))
    attended, completed = statements = await told(world)
    assert said(statements) == ["attended", "completed"]
    assert attended["object"]["definition"]["type"] == f"{ADL}/activities/meeting"
    assert attended["result"] == completed["result"] == {"completion": True}


async def test_the_same_again_has_the_same_ids(world: World) -> None:
    for number in ("1001", "1002"):
        await complete(world.database, await employ(world, number))
    first = await told(world)
    assert await told(world, home=f"{HOME}/") == first
    assert len({each["id"] for each in first}) == len(first) == 4
    assert not {each["id"] for each in await told(world, "https://b.example")} & {
        each["id"] for each in first
    }


async def test_of_a_day_on(world: World) -> None:
    await complete(world.database, await employ(world))
    last = BEGUN + timedelta(days=len(lessons()))
    assert said(await told(world, since=last)) == ["passed", "completed"]
    assert await told(world, since=last + timedelta(seconds=1)) == []


async def test_the_language_is_told_where_it_is_known(world: World) -> None:
    employee, person = await employ(world), await world.person("muscat")
    await complete(world.database, employee)
    async with world.database.transaction() as session:
        of = update(Person).where(Person.id == person)
        await session.execute(of.values(employee_id=employee, language=Language.ENGLISH))
    assert {each["context"]["language"] for each in await told(world)} == {"en"}


async def test_versions_that_are_gone_are_told_without_a_title(world: World) -> None:
    await publish(world.database, version="0 / ب")
    await complete(world.database, await employ(world), version="0 / ب")
    assert {each["object"]["id"].rpartition("muscat/")[2] for each in await told(world)} == {
        "0%20%2F%20%D8%A8",
        "0%20%2F%20%D8%A8/final",
    }
