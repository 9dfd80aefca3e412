"""The pledge as a person reads and accepts it."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.whatsapp.outbound import LIMITS, contents
from bot.conversation.duty_buttons import AcceptPledge, PrintPledge
from bot.conversation.events import Command
from bot.conversation.messages import BlockKind, Message
from bot.conversation.personal_data import described
from bot.conversation.pledges import Pledges
from bot.conversation.splitting import split
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.enrolment import Employee
from bot.services.pledges import PledgeService
from tests.support.pledging import with_new_wording
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World, data_of


async def enrolled(world: World) -> Employee:
    await employ(world)
    await world.send(await world.linking.issue_code("muscat", "1001"))
    return await world.enrolment.meet(AMAL, None)


async def shown(world: World) -> Message:
    (message,) = await world.send(Command("pledge"))
    return message


def title(world: World, rulebook: str = "muscat") -> str:
    return world.library.rulebooks[rulebook].document.title.ar


def acts(world: World, library: Library) -> Pledges:
    """The acts of the pledge with other content."""
    service = PledgeService(world.database, library, world.now)
    return replace(world.dialogue.pledges, service=service, library=library)


async def test_the_wording_is_shown_accepted_and_told_with_its_date(world: World) -> None:
    await enrolled(world)
    message = await shown(world)
    pledge = world.library.pledges["muscat"]
    texts = [block.text for block in message.blocks if block.kind is BlockKind.BODY]
    # What is kept is what stands there, to the letter.
    assert "\n\n".join(texts) == pledge.wording(Language.ARABIC)
    assert data_of(message, "br1")
    (said,) = await world.press(data_of(message, "pa1")[0], message_id="m7")
    name, date = title(world), "20/11/2026"
    assert said.plain_text == world.phrase("pledge_accepted", title=name, version=1, date=date)
    line = world.phrase("pledge_line", title=name, version=1, date=date)
    message = await shown(world)
    assert message.plain_text == world.phrase("pledge_all_accepted", lines=line)
    assert not data_of(message, "pa1")
    (row,) = await world.pledges.list_all("muscat")
    assert (row.message, row.channel) == ("m7", "telegram")


async def test_the_same_press_handled_again_says_the_same(world: World) -> None:
    await enrolled(world)
    accept = data_of(await shown(world), "pa1")[0]
    said = await world.press(accept, event=70)
    world.pass_(days=3)
    assert await world.press(accept, event=70) == said
    assert await world.press(accept) == said


async def test_a_copy_is_a_file_of_the_persons_own(world: World) -> None:
    person = await enrolled(world)
    (said,) = await world.press(data_of(await shown(world), "pa1")[0])
    (copy,) = await world.press(data_of(said, "pt1")[0])
    assert copy.document is not None
    assert (copy.document.name, copy.document.media_type) == ("إقرار-1.pdf", "application/pdf")
    file = await world.files.find(copy.document.file)
    assert file is not None
    assert file.owner == person.id
    (row,) = await world.pledges.list_all("muscat")
    assert file.content == f"%PDF 1001 {row.digest}".encode()


async def test_without_a_printer_no_copy_is_offered(world: World) -> None:
    person = await enrolled(world)
    await world.press(data_of(await shown(world), "pa1")[0])
    pledges = replace(world.dialogue.pledges, print_pledge=None)
    assert not data_of(await pledges.show(person), "pt1")
    assert await pledges.give_copy(person, PrintPledge("muscat")) is None


async def test_nobody_has_a_copy_of_what_they_did_not_accept(world: World) -> None:
    await enrolled(world)
    await world.press(data_of(await shown(world), "pa1")[0])
    await world.person("muscat", BADR)
    for data, address in (("pt1:muscat", BADR), ("pt1:bahrain", AMAL)):
        (said,) = await world.press(data, address=address)
        assert said.plain_text == world.phrase("old_button")


async def test_an_extending_rulebook_asks_for_both(world: World) -> None:
    await world.person("moh-uae")
    message = await shown(world)
    assert title(world, "moh-uae") in message.plain_text
    (said,) = await world.press(data_of(message, "pa1")[0])
    (message,) = await world.press(data_of(said, "pl1")[0])
    assert title(world, "uae-fed") in message.plain_text
    (said,) = await world.press(data_of(message, "pa1")[0])
    assert not data_of(said, "pl1")
    both = await shown(world)
    assert "2. " + title(world, "uae-fed") in both.plain_text
    copies = [button for button in both.buttons if button.data.startswith("pt1")]
    assert [button.label for button in copies] == [
        world.phrase("button_pledge_copy_of", number=number) for number in (1, 2)
    ]


async def test_a_stranger_is_told_what_their_pledge_lacks(world: World) -> None:
    await world.person("muscat")
    (said,) = await world.press(data_of(await shown(world), "pa1")[0])
    assert world.phrase("pledge_unlinked") in said.plain_text


async def test_the_language_that_was_read_is_the_one_that_is_kept(world: World) -> None:
    person = await enrolled(world)
    accept = data_of(await shown(world), "pa1")[0]
    await world.enrolment.choose_language(person.id, Language.ENGLISH)
    await world.press(accept)
    (row,) = await world.pledges.list_all("muscat")
    assert row.language is Language.ARABIC


async def test_another_wording_is_shown_anew(world: World) -> None:
    person = await enrolled(world)
    old = data_of(await shown(world), "pa1")[0]
    await world.press(old)
    pledges = acts(world, with_new_wording(world.library, "muscat"))
    message = await pledges.show(person)
    assert message.blocks[0].text == world.phrase("pledge_renewed")
    assert "• جديد" in message.plain_text
    value = AcceptPledge("muscat", old.split(":")[2])
    again = await pledges.accept(person, value, "m1", "event:99")
    assert again is not None
    assert again.blocks[0].text == world.phrase("pledge_changed")
    assert len(await world.pledges.list_all("muscat")) == 1


async def test_another_wording_is_shown_of_the_pledge_that_was_pressed(world: World) -> None:
    await world.person("moh-uae")
    (said,) = await world.press("pa1:uae-fed:0123456789abcdef")
    assert [block.text for block in said.blocks[:2]] == [
        world.phrase("pledge_changed"),
        world.phrase("pledge_title", title=title(world, "uae-fed")),
    ]
    assert data_of(said, "pa1")[0].startswith("pa1:uae-fed:")


async def test_forged_and_foreign_pledges(world: World) -> None:
    await enrolled(world)
    for data in ("pa1:bahrain:0123456789abcdef", "pa1:nowhere:", "pt1:", "pt1:muscat"):
        (said,) = await world.press(data)
        assert said.plain_text == world.phrase("old_button")
    # Their own, with no wording that ever was: they get the one there is.
    (said,) = await world.press("pa1:muscat:0123456789abcdef")
    assert data_of(said, "pa1")
    assert await world.pledges.list_all("muscat") == []


async def test_without_an_employer_or_a_pledge(world: World) -> None:
    await world.person(None)
    assert data_of(await shown(world), "em1")
    person = await world.person("muscat", BADR)
    library = with_new_wording(world.library, "muscat")
    library.pledges = {}
    known = await world.enrolment.meet(BADR, None)
    assert known.id == person
    message = await acts(world, library).show(known)
    assert message.plain_text == world.phrase("pledge_none")


async def test_the_file_of_ones_data_tells_of_surveys_and_pledges(world: World) -> None:
    person = await enrolled(world)
    await world.press(data_of(await shown(world), "pa1")[0])
    await world.waves.open("awareness", "muscat", "before", is_for_all=False)
    asked = await world.surveys.look(person.id, None)
    assert asked is not None
    await world.surveys.send(person.id, asked.wave, (0,) * 12, None)
    data = await world.privacy.collect(person.id)
    (row,) = await world.pledges.list_all("muscat")
    for language in Language:
        told = described(data, world.library, language)
        assert row.digest in told
        assert all(line in told for line in row.wording.splitlines())
        assert world.library.surveys["awareness"].title.text(language) in told
        assert world.phrase("data_surveys", language) in told
        assert "before" in told


async def test_every_pledge_fits_whatsapp(world: World) -> None:
    person = await world.person("moh-uae")
    for employer in world.library.rulebooks:
        for language in Language:
            await world.enrolment.choose_employer(person, employer, f"{employer}{language}")
            await world.enrolment.choose_language(person, language)
            message = await shown(world)
            parts = split(message, LIMITS)
            assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
            acknowledgement = world.library.pledges[employer].acknowledgement.text(language)
            # Beside the button stands what it accepts.
            assert acknowledgement in parts[-1].plain_text
            for part in parts:
                contents(part, "1", lambda phrase: world.phrase(phrase, Language.ARABIC))
