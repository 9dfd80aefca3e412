from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from sqlalchemy import select, text

from bot.conversation.events import Address
from bot.domain.meaning import Language
from bot.domain.surveying import SKIPPED
from bot.records.survey_rows import SurveyBox, SurveyCount, SurveyTaker
from bot.services.survey_results import comparable, result_rows
from bot.services.survey_waves import WaveService
from bot.services.surveys import Part, SurveyError, SurveyService, open_box
from tests.support.roster import dismiss, employ
from tests.support.surveying import SURVEY, linked, picks_of, sent
from tests.support.world import AMAL, BADR, KEY, World

A, B = ("الإعلام",), ("المالية",)


async def opened(world: World, name: str = "before", *, is_for_all: bool = False) -> None:
    await world.waves.open(SURVEY, "muscat", name, is_for_all=is_for_all)


async def wave_of(world: World, person: str) -> str:
    asked = await world.surveys.look(person, None)
    assert asked is not None
    return asked.wave


async def boxes(world: World) -> dict[str, int]:
    """How many are counted in each group of the open wave."""
    async with world.database.reading() as session:
        rows = list(await session.scalars(select(SurveyBox)))
    return {row.group: open_box(KEY, row.wave, row.group, row.sealed).takers for row in rows}


async def takers(world: World) -> list[str]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(SurveyTaker.learner)))


async def test_answers_count_once_whatever_comes_after(world: World) -> None:
    await opened(world)
    person = await linked(world, 1, AMAL, *A)
    wave, picks = await wave_of(world, person), picks_of(1, world)
    assert await world.surveys.send(person, wave, picks, None)
    # Handed in again, by a replay or with a change of mind, it is thanked for and not counted.
    for again in (picks, picks_of(2, world), picks[:3]):
        assert await world.surveys.send(person, wave, again, None)
    assert await boxes(world) == {"الإعلام": 1}
    asked = await world.surveys.look(person, None)
    assert asked is not None
    assert asked.part is Part.TAKEN


async def test_twenty_at_once_from_two_chats_of_one_employee_count_once(world: World) -> None:
    await opened(world)
    person = await linked(world, 1, AMAL, *A)
    await world.linking.redeem(BADR, await world.linking.issue_code("muscat", "1"))
    assert (await world.enrolment.meet(BADR, None)).id == person
    wave = await wave_of(world, person)
    given = [picks_of(number, world) for number in range(20)]
    assert all(
        await asyncio.gather(*(world.surveys.send(person, wave, each, None) for each in given))
    )
    assert await boxes(world) == {"الإعلام": 1}


async def test_thirty_people_at_once_are_all_counted(world: World) -> None:
    await opened(world, is_for_all=True)
    people = [await world.person("muscat", Address("telegram", "bot1", f"u{n}")) for n in range(30)]
    wave = await wave_of(world, people[0])
    await asyncio.gather(
        *(world.surveys.send(p, wave, picks_of(n, world), None) for n, p in enumerate(people))
    )
    assert await boxes(world) == {"": 30}
    known = await world.waves.close("muscat")
    assert known.takers == 30
    assert all(sum(row) == 30 for row in known.counts[""].values())


@pytest.mark.parametrize("picks", [(), (0,) * 11, (0,) * 13, (0,) * 11 + (6,), (-1,) * 12])
async def test_what_no_button_says_is_not_counted(world: World, picks: Sequence[int]) -> None:
    await opened(world, is_for_all=True)
    person = await world.person("muscat")
    assert not await world.surveys.send(person, await wave_of(world, person), picks, None)
    assert await takers(world) == []


async def test_who_may_take_part(world: World) -> None:
    stranger, elsewhere = await world.person("muscat"), await world.person("bahrain", BADR)
    assert await world.surveys.look(stranger, None) is None
    await opened(world)
    asked = await world.surveys.look(stranger, None)
    assert asked is not None
    assert asked.part is Part.FOR_LINKED
    assert await world.surveys.look(elsewhere, None) is None
    for person in (stranger, elsewhere):
        assert not await world.surveys.send(person, asked.wave, picks_of(1, world), None)
    assert await takers(world) == []


async def test_a_closed_wave_takes_nothing_more(world: World) -> None:
    await opened(world, is_for_all=True)
    person = await world.person("muscat")
    wave = await wave_of(world, person)
    await world.waves.close("muscat")
    assert await world.surveys.look(person, None) is None
    assert not await world.surveys.send(person, wave, picks_of(1, world), None)


async def test_before_a_wave_is_closed_it_tells_how_many_and_nothing_else(world: World) -> None:
    await opened(world)
    for number in range(12):
        await sent(world, number, picks_of(number, world), *A)
    (known,) = await world.waves.list_waves()
    assert (known.takers, known.counts, known.closed_at) == (12, {}, None)
    async with world.database.reading() as session:
        assert list(await session.scalars(select(SurveyCount))) == []
        (box,) = list(await session.scalars(select(SurveyBox)))
    with pytest.raises(SurveyError, match="secret"):
        open_box(b"o" * 32, box.wave, box.group, box.sealed)


async def test_counts_are_what_was_picked_and_small_groups_are_gone(world: World) -> None:
    await opened(world)
    for number in range(25):
        department = (A, B, ("التخطيط",))[0 if number < 11 else 1 if number < 22 else 2]
        await sent(world, number, picks_of(number, world), *department)
    known = await world.waves.close("muscat")
    # The three of planning are nobody's to see, so the smaller of the others hides with them.
    assert set(known.counts) == {"", "الإعلام", "*"} or set(known.counts) == {"", "المالية", "*"}
    for place, counts in enumerate(known.counts[""].values()):
        given = [picks_of(number, world)[place] for number in range(25)]
        assert list(counts) == [given.count(pick) for pick in range(SKIPPED + 1)]
    async with world.database.reading() as session:
        assert list(await session.scalars(select(SurveyBox))) == []
        groups = set(await session.scalars(select(SurveyCount.group)))
    assert groups == set(known.counts)


async def test_of_nine_people_nothing_is_left(world: World) -> None:
    await opened(world)
    for number in range(9):
        await sent(world, number, picks_of(number, world), *A)
    known = await world.waves.close("muscat")
    assert (known.takers, known.counts) == (9, {})
    async with world.database.reading() as session:
        for row in (SurveyBox, SurveyCount):
            assert list(await session.scalars(select(row))) == []


async def test_the_database_does_not_tell_by_its_own_marks(world: World) -> None:
    await opened(world)
    for number in range(12):
        await sent(world, number, picks_of(number, world), *A)
    await world.waves.close("muscat")
    async with world.database.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            for table in ("survey_takers", "survey_boxes", "survey_counts"):
                with pytest.raises(Exception, match="no such column: rowid"):
                    await session.execute(text(f"SELECT rowid FROM {table}"))  # noqa: S608 - our own words
                await session.rollback()
            return
        marks = {
            table: set(await session.scalars(text(f"SELECT xmin::text FROM {table}")))  # noqa: S608 - our own words
            for table in ("survey_takers", "survey_counts")
        }
    # Each taker has the mark of their own transaction; all counts have that of the closing.
    assert len(marks["survey_takers"]) == 12
    assert len(marks["survey_counts"]) == 1
    assert not marks["survey_takers"] & marks["survey_counts"]


async def test_each_answer_changes_the_whole_box(world: World) -> None:
    await opened(world)
    seen: list[bytes] = []
    for number in range(3):
        await sent(world, number, (0,) * 12, *A)
        async with world.database.reading() as session:
            seen.append((await session.scalars(select(SurveyBox.sealed))).one())
    for before, after in pairwise(seen):
        assert len(before) == len(after)
        same = sum(one == other for one, other in zip(before, after, strict=True))
        assert same < len(before) / 20


async def test_a_stranger_who_turns_out_to_be_an_employee_has_taken_part(world: World) -> None:
    await opened(world, is_for_all=True)
    person = await world.person("muscat")
    await world.surveys.send(person, await wave_of(world, person), picks_of(1, world), None)
    assert await takers(world) == [f"person:{person}"]
    employee = await employ(world, "1")
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", "1"))
    assert await takers(world) == [f"employee:{employee}"]
    other = await world.person("muscat", BADR)
    await world.surveys.send(other, await wave_of(world, other), picks_of(2, world), None)
    await world.linking.redeem(BADR, await world.linking.issue_code("muscat", "1"))
    assert await takers(world) == [f"employee:{employee}"]


async def test_erasing_leaves_an_employees_part_and_takes_a_strangers(world: World) -> None:
    await opened(world, is_for_all=True)
    stranger = await world.person("muscat")
    employee = await linked(world, 1, BADR, *A)
    for person in (stranger, employee):
        await world.surveys.send(person, await wave_of(world, person), picks_of(1, world), None)
        data = await world.privacy.collect(person)
        assert [(each.survey, each.wave) for each in data.surveys] == [(SURVEY, "before")]
        await world.privacy.ask_erasure(person)
    assert await world.privacy.erase_due() == 2
    (left,) = await takers(world)
    assert left.startswith("employee:")
    assert sum((await boxes(world)).values()) == 2


async def test_a_leaver_takes_no_part_any_more(world: World) -> None:
    await opened(world)
    employee = await employ(world, "1")
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", "1"))
    await dismiss(world, employee)
    known = await world.enrolment.meet(AMAL, None)
    assert known.employer is None
    assert await world.surveys.look(known.id, None) is None


async def test_one_wave_at_a_time_and_each_name_once(world: World) -> None:
    await opened(world)
    with pytest.raises(SurveyError, match="has an open wave"):
        await opened(world, "after")
    await world.waves.close("muscat")
    with pytest.raises(SurveyError, match="had one named 'before'"):
        await opened(world)
    await opened(world, "after")
    await world.waves.open(SURVEY, "bahrain", "before", is_for_all=False)
    with pytest.raises(SurveyError, match="no survey 'mood'"):
        await world.waves.open("mood", "muscat", "x", is_for_all=False)
    with pytest.raises(SurveyError, match="no employer 'mars'"):
        await world.waves.open(SURVEY, "mars", "x", is_for_all=False)
    with pytest.raises(SurveyError, match="no open wave"):
        await world.waves.close("uae-fed")


async def test_another_secret_counts_nothing_and_loses_nothing(world: World) -> None:
    await opened(world)
    for number in range(10):
        await sent(world, number, picks_of(number, world), *A)
    stranger = WaveService(world.database, world.library, world.now, b"o" * 32)
    with pytest.raises(SurveyError, match="secret"):
        await stranger.close("muscat")
    newcomer = await linked(world, 99, AMAL, *A)
    other = SurveyService(world.database, world.library, b"o" * 32)
    with pytest.raises(SurveyError, match="secret"):
        await other.send(newcomer, await wave_of(world, newcomer), picks_of(1, world), None)
    assert len((await world.waves.close("muscat")).counts) == 1


async def test_two_waves_stand_side_by_side(world: World) -> None:
    for wave, pick in (("before", 3), ("after", 1)):
        world.pass_(days=30)
        await opened(world, wave)
        for number in range(22):
            given = (pick if number % 2 else 0, *picks_of(number, world)[1:])
            department = A if number < 11 else B
            person = Address("telegram", "bot1", f"u{number}")
            known = await world.enrolment.meet(person, None)
            if known.enrolled:
                asked = await wave_of(world, known.id)
                assert await world.surveys.send(known.id, asked, given, None)
            else:
                await sent(world, number, given, *department)
        await world.waves.close("muscat")
    told = comparable(await world.waves.list_waves("muscat", SURVEY))
    assert [wave.name for wave in told] == ["before", "after"]
    headings, *rows = result_rows(told, world.library, Language.ENGLISH)
    assert headings[-5:] == ("before", "before %", "after", "after %", "difference")
    (row,) = [r for r in rows if r[0] == "Everybody" and r[2] == "q1" and r[4] == "Rarely"]
    assert row[5:7] != ("", "")
    assert row[-1].startswith("\u2212")
    assert {r[0] for r in rows} == {"Everybody", "الإعلام", "المالية"}
