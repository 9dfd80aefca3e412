from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

from sqlalchemy import select

from bot.domain.meaning import Language
from bot.library.pledges import digest_of
from bot.records.pledges import Pledge
from bot.services.pledges import SHOWN_DIGITS, Accepted, PledgeService, Pressed
from tests.support.pledging import with_new_wording
from tests.support.roster import dismiss, employ
from tests.support.world import AMAL, BADR, World


def shown(world: World, rulebook: str, language: Language = Language.ARABIC) -> str:
    return digest_of(world.library.pledges[rulebook].wording(language))[:SHOWN_DIGITS]


async def accept(
    world: World,
    person: str,
    rulebook: str = "muscat",
    digest: str | None = None,
    *,
    key: str = "event:1",
) -> Accepted | None:
    told = digest or shown(world, rulebook)
    return await world.pledges.accept(person, rulebook, told, Pressed(AMAL, "m1", key))


async def kept(world: World) -> list[Pledge]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Pledge).order_by(Pledge.id)))


async def enrolled(world: World, number: str = "1001") -> tuple[str, str]:
    """An employee whose chat is linked: the person's id and the employee's."""
    employee = await employ(world, number)
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", number))
    return (await world.enrolment.meet(AMAL, None)).id, employee


async def test_what_is_accepted_is_kept_word_by_word(world: World) -> None:
    person, employee = await enrolled(world)
    accepted = await accept(world, person, digest=shown(world, "muscat", Language.ENGLISH))
    assert accepted is not None
    (row,) = await kept(world)
    assert row.learner == f"employee:{employee}"
    wording = world.library.pledges["muscat"].wording(Language.ENGLISH)
    assert (row.wording, row.language) == (wording, Language.ENGLISH)
    assert row.digest == hashlib.sha256(wording.encode()).hexdigest()
    assert (row.channel, row.message, row.accepted_at) == ("telegram", "m1", world.now())
    assert row.link is not None
    assert (accepted.number, accepted.name, accepted.is_present) == ("1001", "سالم بن حمد", True)


async def test_a_version_is_accepted_once_and_the_first_time_counts(world: World) -> None:
    person, _ = await enrolled(world)
    first = await accept(world, person)
    world.pass_(days=1)
    # The same press handled again, another press, and one on the wording in the other language.
    for digest, key in (
        (None, "event:1"),
        (None, "event:2"),
        (shown(world, "muscat", Language.ENGLISH), "event:3"),
    ):
        assert await accept(world, person, digest=digest, key=key) == first
    assert len(await kept(world)) == 1


async def test_twenty_presses_at_once_are_one_acceptance(world: World) -> None:
    person, _ = await enrolled(world)
    said = await asyncio.gather(
        *(accept(world, person, key=f"event:{number}") for number in range(20))
    )
    assert len(await kept(world)) == 1
    assert len({each.id for each in said if each}) == 1
    assert all(said)


async def test_what_is_not_asked_of_a_person_is_not_kept(world: World) -> None:
    person, _ = await enrolled(world)
    assert await accept(world, person, "bahrain") is None
    assert await accept(world, person, "nowhere", "0" * SHOWN_DIGITS) is None
    assert await accept(world, person, digest="0" * SHOWN_DIGITS) is None
    assert await accept(world, person, digest=shown(world, "muscat")[:4]) is None
    assert await kept(world) == []


async def test_a_new_version_asks_again_and_the_old_row_stays(world: World) -> None:
    person, _ = await enrolled(world)
    await accept(world, person)
    assert (await world.pledges.stand(person)).left == ()
    library = with_new_wording(world.library, "muscat")
    anew = PledgeService(world.database, library, world.now)
    standing = await anew.stand(person)
    assert (standing.accepted, standing.left, standing.was_accepted) == ((), ("muscat",), True)
    # The button below the old wording accepts nothing of the new one.
    old = shown(world, "muscat")
    assert not await anew.accept(person, "muscat", old, Pressed(AMAL, "m1", "event:2"))
    new = digest_of(library.pledges["muscat"].wording(Language.ARABIC))[:SHOWN_DIGITS]
    assert await anew.accept(person, "muscat", new, Pressed(AMAL, "m2", "event:3"))
    assert [row.version for row in await kept(world)] == [1, 2]
    assert [each.is_present for each in await anew.list_all("muscat")] == [False, True]


async def test_rulebooks_that_extend_others_have_both_pledges(world: World) -> None:
    person = await world.person("moh-uae")
    assert (await world.pledges.stand(person)).left == ("moh-uae", "uae-fed")
    await accept(world, person, "uae-fed")
    assert (await world.pledges.stand(person)).left == ("moh-uae",)


async def test_a_strangers_pledge_goes_over_to_the_employee_they_are(world: World) -> None:
    stranger = await world.person("muscat")
    await accept(world, stranger)
    assert await world.pledges.list_all("muscat") == []
    person, employee = await enrolled(world)
    (row,) = await kept(world)
    assert row.learner == f"employee:{employee}"
    assert (await world.pledges.stand(person)).left == ()
    assert [each.number for each in await world.pledges.list_all("muscat")] == ["1001"]


async def test_where_both_have_accepted_the_earlier_stays(world: World) -> None:
    for earlier in (AMAL, BADR):
        person, _ = await enrolled(world, str(earlier.user))
        stranger = await world.person("muscat", BADR)
        first, second = (person, stranger) if earlier is AMAL else (stranger, person)
        await accept(world, first, key=f"{earlier.user}:1")
        world.pass_(hours=1)
        await accept(world, second, key=f"{earlier.user}:2")
        code = await world.linking.issue_code("muscat", str(earlier.user))
        await world.linking.redeem(BADR, code)
        (row,) = await kept(world)
        assert row.accepted_at == world.now() - timedelta(hours=1)
        assert row.learner.startswith("employee:")
        for address in (AMAL, BADR):
            await world.privacy.ask_erasure((await world.enrolment.meet(address, None)).id)
            await world.privacy.erase_due()
        async with world.database.transaction() as session:
            await session.delete(await session.get_one(Pledge, row.id))


async def test_erasing_leaves_an_employees_pledge_and_takes_a_strangers(world: World) -> None:
    person, employee = await enrolled(world)
    stranger = await world.person("muscat", BADR)
    await accept(world, person)
    await accept(world, stranger, key="event:2")
    for each in (person, stranger):
        await world.privacy.ask_erasure(each)
    assert await world.privacy.erase_due() == 2
    (row,) = await kept(world)
    assert row.learner == f"employee:{employee}"
    # Linked anew, they need not accept again.
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", "1001"))
    back = (await world.enrolment.meet(AMAL, None)).id
    assert (await world.pledges.stand(back)).left == ()


async def test_leavers_stay_on_the_list_and_out_of_the_share(world: World) -> None:
    person, employee = await enrolled(world)
    await employ(world, "2002")
    await accept(world, person)
    (coverage,) = await world.pledges.cover("muscat")
    assert (coverage.accepted, coverage.active) == (1, 2)
    await dismiss(world, employee)
    (coverage,) = await world.pledges.cover("muscat")
    assert (coverage.accepted, coverage.active) == (0, 1)
    assert len(await world.pledges.list_all("muscat")) == 1


async def test_the_file_of_ones_data_has_it_whole(world: World) -> None:
    person, _ = await enrolled(world)
    await accept(world, person)
    (known,) = (await world.privacy.collect(person)).pledges
    assert (known.rulebook, known.version, known.channel) == ("muscat", 1, "telegram")
    assert known.wording == world.library.pledges["muscat"].wording(Language.ARABIC)
