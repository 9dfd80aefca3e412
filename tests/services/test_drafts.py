from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.drafting import PostVerdict
from bot.domain.meaning import Draft, Intent, Language, Meaning, Reading
from bot.domain.ruling import Role
from bot.records.people import Person
from bot.records.schema import metadata
from bot.services.drafts import AWAITED_FOR, asks_disclaimer, check_post
from tests.support.content import real_library
from tests.support.world import AMAL, World, drafts

WORDS = {"offend": ((0, 4), (10, 14)), "politics": ((20, 25),)}


async def person_of(world: World, person_id: str) -> Person:
    async with world.database.reading() as session:
        return (await session.scalars(select(Person).where(Person.id == person_id))).one()


async def rows(world: World) -> dict[str, int]:
    async with world.database.reading() as session:
        return {
            table.name: len((await session.execute(select(table))).all())
            for table in metadata.sorted_tables
        }


async def test_a_draft_is_awaited_for_half_an_hour(world: World) -> None:
    person = await world.person()
    assert not (await world.enrolment.know(person)).awaits_draft
    await world.draft_service.await_draft(person)
    assert (await world.enrolment.know(person)).awaits_draft
    world.pass_(seconds=AWAITED_FOR.total_seconds() - 1)
    assert (await world.enrolment.know(person)).awaits_draft
    world.pass_(seconds=1)
    assert not (await world.enrolment.know(person)).awaits_draft
    assert timedelta(minutes=30) == AWAITED_FOR


async def test_a_check_says_what_raised_each_article(world: World) -> None:
    person = await world.person("uae-fed")
    await world.draft_service.await_draft(person)
    checked = await world.draft_service.check(person, drafts("offend", words=WORDS), "event:1")
    assert checked.ruling.verdict is PostVerdict.PROHIBITED
    assert (checked.employer, checked.language) == ("uae-fed", Language.ARABIC)
    (marked,) = checked.marked
    assert (marked.article, marked.spans) == ("uae-fed.1.2", ((0, 4), (10, 14)))
    known = await world.enrolment.know(person)
    assert (known.awaits_draft, known.draft_taken_for) == (False, "event:1")


async def test_a_check_stores_nothing_of_the_post(world: World) -> None:
    person = await world.person("uae-fed")
    before = await rows(world)
    await world.draft_service.await_draft(person)
    await world.draft_service.check(person, drafts("offend", words=WORDS), "event:1")
    assert await rows(world) == before


async def test_the_event_is_forgotten_with_first_contacts(world: World) -> None:
    person = await world.person("uae-fed")
    await world.draft_service.check(person, drafts("offend"), "event:1")
    world.pass_(days=2)
    await world.cleaner.delete_expired()
    row = await person_of(world, person)
    assert (row.draft_awaited_until, row.draft_taken_for) == (None, None)


async def test_without_an_employer_there_is_no_check(world: World) -> None:
    person = await world.person(None)
    with pytest.raises(LookupError):
        await world.draft_service.check(person, drafts("offend"), "event:1")


async def test_a_post_in_another_language_changes_none(world: World) -> None:
    person = await world.person()
    await world.draft_service.await_draft(person)
    met = await world.enrolment.meet(AMAL, Language.ENGLISH)
    assert (met.id, met.speaks) == (person, Language.ARABIC)
    world.pass_(hours=1)
    assert (await world.enrolment.meet(AMAL, Language.ENGLISH)).speaks is Language.ENGLISH


def test_what_the_facets_file_has_no_more_is_left_out() -> None:
    readings = (Reading(frozenset({"renamed_since"}), 0.6), Reading(frozenset({"offend"}), 0.3))
    ruling, marked = check_post(real_library(), "uae-fed", Role.EMPLOYEE, Draft(1, readings))
    assert ruling.verdict is PostVerdict.PROHIBITED
    assert [each.spans for each in marked] == [()]


@pytest.mark.parametrize(
    ("employer", "facets", "verdict", "article"),
    [
        ("uae-fed", "harm_reputation", PostVerdict.PROHIBITED, "uae-fed.2.2"),
        ("uae-fed", "work_information", PostVerdict.CONDITIONAL, "uae-fed.2.1"),
        ("moh-uae", "harm_reputation", PostVerdict.PROHIBITED, "uae-fed.2.2"),
        ("iraq-judiciary", "foreign_relations", PostVerdict.PROHIBITED, "iraq-judiciary.0"),
        ("iraq-judiciary", "alias", PostVerdict.PROHIBITED, "iraq-judiciary.4"),
        ("muscat", "rumour", PostVerdict.PROHIBITED, "muscat.10.5"),
        ("muscat", "work_complaint", PostVerdict.PROHIBITED, "muscat.4"),
        ("bahrain", "religion", PostVerdict.PROHIBITED, "bahrain.10"),
        ("muscat", "personal_life", PostVerdict.CLEAR, None),
        ("bahrain", "personal_opinion", PostVerdict.CLEAR, None),
    ],
)
def test_real_rules(employer: str, facets: str, verdict: PostVerdict, article: str | None) -> None:
    draft = Draft(1, (Reading(frozenset(facets.split()), 0.9),))
    ruling, marked = check_post(real_library(), employer, Role.EMPLOYEE, draft)
    assert ruling.verdict is verdict
    assert [each.article for each in marked][:1] == ([article] if article else [])


@pytest.mark.parametrize(
    ("employer", "articles"),
    [
        ("uae-fed", ("uae-fed.1.1",)),
        ("moh-uae", ("uae-fed.1.1",)),
        ("bahrain", ("bahrain.12",)),
        ("iraq-judiciary", ("iraq-judiciary.1",)),
        ("muscat", ()),
    ],
)
def test_who_asks_for_a_disclaimer(employer: str, articles: tuple[str, ...]) -> None:
    assert asks_disclaimer(real_library(), employer, Role.EMPLOYEE) == articles


async def test_an_older_model_reads_nothing_and_nothing_is_claimed_with_confidence(
    world: World,
) -> None:
    person = await world.person()
    checked = await world.draft_service.check(person, Meaning(Intent.DRAFT, 0.9), "event:1")
    assert (checked.ruling.verdict, checked.ruling.confidence) == (PostVerdict.CLEAR, 0.0)
