from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pytest

from bot.conversation.events import Command, Media, MediaKind, Text
from bot.conversation.messages import Message
from bot.conversation.router import Router
from bot.domain.meaning import Language
from bot.services.enrolment import Employee
from tests.support.world import World

LONG = "Please ask your manager before you publish it"


@dataclass
class Notes:
    """A purpose that keeps what it is given, and asks for a second text after the first."""

    world: World
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Message:
        self.taken[key] = (about, text)
        if about == "first":
            await self.world.awaiting.begin(person.id, "note:second")
        return self.world.replies.phrase("about", person.speaks)


@pytest.fixture
async def notes(world: World) -> Notes:
    notes = Notes(world)
    world.desk = dataclasses.replace(world.desk, purposes={"note": notes})
    world.dialogue = dataclasses.replace(world.dialogue, desk=world.desk)
    world.router = Router(world.dialogue, world.understanding, world.sources)
    await world.awaiting.begin(await world.person(), "note:first")
    return notes


@pytest.mark.parametrize("text", ["النص", Text(LONG, forwarded=True), "👍", "١٢٣٤٥٦", "1"])
async def test_the_next_text_goes_to_what_asked_for_it(
    world: World, notes: Notes, text: str | Text
) -> None:
    said = await world.send(text, event=7)
    assert [message.plain_text for message in said] == [world.phrase("about")]
    typed = text if isinstance(text, str) else text.text
    assert notes.taken == {"event:7": ("first", typed)}
    await world.send("الثاني", event=8)
    await world.send("سؤال آخر", event=9)
    assert [about for about, _ in notes.taken.values()] == ["first", "second"]
    assert [heard for _, heard in world.understanding.heard] == ["سؤال آخر"]


async def test_a_text_that_is_handled_again_goes_where_it_went(world: World, notes: Notes) -> None:
    first = await world.send("النص", event=7)
    assert await world.send("النص", event=7) == first
    assert notes.taken == {"event:7": ("first", "النص")}
    await world.send("الثاني", event=8)
    assert notes.taken["event:8"] == ("second", "الثاني")


@pytest.mark.parametrize("word", ["إلغاء", "الغاء.", "cancel"])
async def test_a_word_ends_it(world: World, notes: Notes, word: str) -> None:
    for _ in range(2):
        (said,) = await world.send(word, event=7)
        assert said.plain_text == world.phrase("awaited_cancelled")
    await world.send("سؤال")
    assert notes.taken == {}


@pytest.mark.parametrize("command", [Command("help"), "/help", "إيقاف", Command("check")])
async def test_a_command_ends_it(world: World, notes: Notes, command: Command | str) -> None:
    await world.send(command)
    await world.send("نص")
    assert notes.taken == {}


async def test_a_code_is_read_and_the_text_is_awaited_on(world: World, notes: Notes) -> None:
    (said,) = await world.send("7K2QX-M9P3T")
    assert said.plain_text == world.phrase("code_refused")
    assert notes.taken == {}


async def test_a_text_with_a_number_like_a_code_is_no_code(world: World, notes: Notes) -> None:
    await world.send("راجع التعميم رقم 7K2QX-M9P3T من فضلك")
    assert len(notes.taken) == 1


async def test_an_attachment_is_not_taken_and_the_text_is_awaited_on(
    world: World, notes: Notes
) -> None:
    (said,) = await world.send(Media(MediaKind.DOCUMENT, "تعليق"))
    assert said.plain_text == world.phrase("awaited_no_text")
    await world.send("النص")
    assert len(notes.taken) == 1


async def test_nothing_waits_after_half_an_hour(world: World, notes: Notes) -> None:
    world.pass_(minutes=30)
    await world.send("سؤال")
    assert notes.taken == {}


async def test_a_press_leaves_it_and_a_post_that_is_asked_for_does_not(
    world: World, notes: Notes
) -> None:
    await world.press("hp1")
    assert (await world.enrolment.know(await world.person())).awaited == "note:first"
    await world.press("ck1")
    known = await world.enrolment.know(await world.person())
    assert (known.awaited, known.awaits_draft) == (None, True)
    await world.awaiting.begin(known.id, "note:first")
    assert not (await world.enrolment.know(known.id)).awaits_draft
    assert notes.taken == {}


async def test_a_text_for_others_does_not_change_the_language(world: World, notes: Notes) -> None:
    await world.send(LONG)
    assert (await world.enrolment.know(await world.person())).speaks is Language.ARABIC
    assert len(notes.taken) == 1
