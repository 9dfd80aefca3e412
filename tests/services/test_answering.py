from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from bot.domain.meaning import Intent, Language, Meaning, Reading
from bot.domain.ruling import Verdict
from bot.records.answers import Answer
from bot.records.schema import metadata
from bot.records.triage import TriageQuestion, TriageReason
from tests.support.world import BADR, World, asks, unclear

TEXT = "هل أعيد نشر خبر عن قضية؟"
UNCLEAR = unclear("court_case", "rumour")


def follows(*facets: str) -> Meaning:
    """The meaning of a follow-up whose own words name these facets."""
    return Meaning(Intent.FOLLOW_UP, 0.9, (Reading(frozenset(facets), 0.9),))


async def dump(world: World) -> dict[str, list[str]]:
    """Every row of every table, written out."""
    async with world.database.reading() as session:
        return {
            table.name: [str(tuple(row)) for row in await session.execute(select(table))]
            for table in metadata.sorted_tables
        }


async def test_an_answer_cites_the_employers_articles(world: World) -> None:
    person = await world.person("uae-fed")
    answered = await world.answering.answer(person, asks("court_case"), TEXT)
    assert answered.ruling.verdict is Verdict.CONDITIONAL
    assert answered.ruling.articles[0] == "uae-fed.3.1"
    assert answered.employer == "uae-fed"


@pytest.mark.parametrize(
    ("meaning", "reason"),
    [
        (asks("court_case"), TriageReason.ANSWERED),
        (asks("overtime"), TriageReason.NO_RULE),
        (UNCLEAR, TriageReason.CLARIFY),
        (Meaning(Intent.OUT_OF_SCOPE, 0.9), TriageReason.OUT_OF_SCOPE),
    ],
)
async def test_the_text_is_kept_with_why_it_is_worth_a_look(
    world: World, meaning: Meaning, reason: TriageReason
) -> None:
    person = await world.person("uae-fed")
    await world.answering.answer(person, meaning, TEXT)
    async with world.database.reading() as session:
        kept = (await session.scalars(select(TriageQuestion))).one()
    assert (kept.text, kept.employer, kept.reason) == (TEXT, "uae-fed", reason)
    assert kept.created_at == world.moment.date()
    assert kept.expires_at == datetime(2026, 12, 20, tzinfo=UTC)


async def test_no_row_with_the_text_or_the_answer_names_the_person(world: World) -> None:
    person = await world.person("uae-fed")
    answered = await world.answering.answer(person, asks("court_case"), TEXT)
    await world.answering.rate(person, answered.id, useful=True)
    tables = await dump(world)
    assert [TEXT in row for row in tables["triage_questions"]] == [True]
    for name in ("triage_questions", "answers"):
        for row in tables[name]:
            assert person not in row
            assert "amal" not in row
        # Only the day: a moment could be joined with the log or the outbox.
        assert "9, 30" not in tables[name][0]
    # Nor does anything lead from the person to the text.
    for name in ("people", "channel_links"):
        assert not any(answered.id in row or TEXT in row for row in tables[name])


async def test_the_words_that_answers_inform_come_with_the_first_ruling_only(world: World) -> None:
    person = await world.person("uae-fed")
    informed = [
        (await world.answering.answer(person, meaning, TEXT)).inform
        for meaning in (UNCLEAR, asks("court_case"), asks("court_case"))
    ]
    assert informed == [False, True, False]


async def test_a_first_ruling_is_recalled_with_the_words_that_it_informs(world: World) -> None:
    person = await world.person("uae-fed")
    for _ in range(2):
        given = await world.answering.answer(person, asks("court_case"), TEXT)
        assert await world.answering.recall(person, given.id) == given


async def test_the_chosen_language_goes_before_the_written_one(world: World) -> None:
    person = await world.person("uae-fed")
    english = asks("like", language=Language.ENGLISH)
    assert (await world.answering.answer(person, english, "x")).language is Language.ENGLISH
    await world.enrolment.choose_language(person, Language.ARABIC)
    assert (await world.answering.answer(person, english, "x")).language is Language.ARABIC


async def test_nobody_is_answered_before_the_choice_of_an_employer(world: World) -> None:
    person = await world.person(None)
    with pytest.raises(LookupError, match="employer"):
        await world.answering.answer(person, asks("like"), TEXT)
    with pytest.raises(NoResultFound):
        await world.answering.answer("0" * 26, asks("like"), TEXT)


@pytest.mark.parametrize("meaning", [asks("court_case"), asks("overtime"), asks("use_at_work")])
async def test_an_answer_is_recalled_as_it_was(world: World, meaning: Meaning) -> None:
    person = await world.person("uae-fed")
    answered = await world.answering.answer(person, meaning, TEXT)
    recalled = await world.answering.recall(person, answered.id)
    assert recalled is not None
    assert (recalled.id, recalled.ruling, recalled.employer, recalled.language) == (
        *(answered.id, answered.ruling, answered.employer, answered.language),
    )


async def test_a_reading_that_was_offered_is_answered(world: World) -> None:
    person = await world.person("uae-fed")
    offer = await world.answering.answer(person, UNCLEAR, TEXT)
    assert offer.ruling.readings == (frozenset({"court_case"}), frozenset({"rumour"}))
    chosen = await world.answering.choose_reading(person, offer.id, 0)
    assert chosen is not None
    assert chosen.ruling.verdict is Verdict.CONDITIONAL
    assert chosen.id != offer.id
    assert chosen.inform
    async with world.database.reading() as session:
        first, second = [await session.get_one(Answer, i) for i in (offer.id, chosen.id)]
        assert second.question_id == first.question_id
        assert second.expires_at == first.expires_at


async def test_a_reading_goes_by_the_employer_of_the_question(world: World) -> None:
    person = await world.person("uae-fed")
    offer = await world.answering.answer(person, UNCLEAR, TEXT)
    await world.enrolment.choose_employer(person, "bahrain", "event:1")
    chosen = await world.answering.choose_reading(person, offer.id, 0)
    assert chosen is not None
    assert chosen.employer == "uae-fed"
    assert chosen.ruling.articles[0].startswith("uae-fed.")
    recalled = await world.answering.recall(person, chosen.id)
    assert recalled is not None
    assert recalled.employer == "uae-fed"


async def test_a_reading_that_was_not_offered_gives_nothing(world: World) -> None:
    person = await world.person("uae-fed")
    offer = await world.answering.answer(person, UNCLEAR, TEXT)
    assert await world.answering.choose_reading(person, offer.id, 2) is None


async def test_anothers_answer_and_an_unknown_one_give_nothing(world: World) -> None:
    mine = await world.person("uae-fed")
    other = await world.person("uae-fed", BADR)
    answer = await world.answering.answer(mine, UNCLEAR, TEXT)
    for person, answer_id in ((other, answer.id), (mine, "0" * 16), (mine, "")):
        assert await world.answering.recall(person, answer_id) is None
        assert await world.answering.rate(person, answer_id, useful=True) is None
        assert await world.answering.choose_reading(person, answer_id, 0) is None
    async with world.database.reading() as session:
        assert (await session.get_one(Answer, answer.id)).useful is None


async def test_of_twenty_ratings_at_once_one_counts(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("like"), TEXT)
    counted = await asyncio.gather(
        *(world.answering.rate(person, answer.id, useful=n % 2 == 0) for n in range(20))
    )
    assert counted.count(True) == 1
    async with world.database.reading() as session:
        rated = await session.get_one(Answer, answer.id)
    assert rated.useful is (counted.index(True) % 2 == 0)


async def test_a_follow_up_goes_on_from_the_persons_own_latest_answer(world: World) -> None:
    person, other = await world.person("iraq-judiciary"), await world.person("uae-fed", BADR)
    await world.answering.answer(person, asks("repost", "court_case"), TEXT)
    await world.answering.answer(other, asks("logo"), TEXT)
    for asked, article in (("like", "iraq-judiciary.2"), ("alias", "iraq-judiciary.4")):
        answered = await world.answering.answer(person, follows(asked), "ولو؟")
        assert article in answered.ruling.articles
        assert "iraq-judiciary.1" in answered.ruling.articles  # the case is still meant


async def test_a_follow_up_of_nothing_is_judged_by_itself(world: World) -> None:
    person = await world.person("uae-fed")
    assert (await world.answering.answer(person, follows("logo"), "والشعار؟")).ruling.articles
    unnamed = await world.answering.answer(await world.person("uae-fed", BADR), follows(), "ولو؟")
    assert unnamed.ruling.verdict is Verdict.CLARIFY


async def test_a_follow_up_after_days_has_nothing_to_go_on_from(world: World) -> None:
    person = await world.person("uae-fed")
    await world.answering.answer(person, asks("court_case"), TEXT)
    world.pass_(days=2)
    unnamed = await world.answering.answer(person, follows(), "ولو؟")
    assert unnamed.ruling.verdict is Verdict.CLARIFY


async def test_no_two_answers_of_a_person_can_be_put_together(world: World) -> None:
    person = await world.person("uae-fed")
    for facet in ("court_case", "logo", "like"):
        await world.answering.answer(person, asks(facet), TEXT)
    async with world.database.reading() as session:
        marks = list(await session.scalars(select(Answer.latest_of)))
    assert sorted(mark is None for mark in marks) == [False, True, True]
    assert person not in str(marks)
