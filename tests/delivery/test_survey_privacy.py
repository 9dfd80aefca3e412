"""Nothing that is stored joins an answer to whoever gave it: the whole database is looked at.

Twelve people take the survey on the web, the one channel that keeps what was said, through the
product's own workers; no two of them pick the same.
"""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.channels.web.channel import WebChannel
from bot.channels.web.inbound import ACCOUNT, NAME, EventFrame, name_event, pack, read_frame
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.conversation.survey_slips import SurveySlips
from bot.delivery.intake import Intake
from bot.domain.surveying import SKIPPED
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.outbox import OutboxMessage
from bot.records.people import Person
from bot.records.schema import metadata
from bot.records.survey_rows import SurveyBox, SurveyWave
from bot.services.surveys import open_box
from bot.wiring import web_history
from tests.delivery.waiting import until
from tests.delivery.workers import cells, working
from tests.support.surveying import SURVEY, linked, picks_of
from tests.support.world import KEY, World

pytestmark = pytest.mark.long

PEOPLE = range(12)
_RANDOM = {"id", "inbox_event_id", "code_hash"}
"""Columns that tell rows apart, whatever is in them."""

SLIP = re.compile(r"(?:st1|sn1):([A-Za-z0-9_-]+)")


def user_of(number: int) -> str:
    return f"{number + 1:02x}" * 32


class Browser:
    """One person's page: reads what is kept for it, and presses."""

    def __init__(self, world: World, intake: Intake, number: int) -> None:
        self._user = user_of(number)
        self._history = web_history(world.database)
        self._intake = intake
        self._seen = 0

    async def frame(self, **fields: str) -> None:
        """Send a frame of the page."""
        frame = read_frame(json.dumps({"id": str(uuid4()), **fields}))
        assert isinstance(frame, EventFrame)
        event = name_event(self._user, frame)
        await self._intake.store(NAME, ACCOUNT, event, self._user, pack(self._user, "ar", frame))

    async def next(self) -> Message:
        """Wait for the next message."""

        async def came() -> bool:
            return bool(await self._history(self._user, self._seen))

        await until(came)
        ((self._seen, message),) = await self._history(self._user, self._seen)
        return message

    async def press(self, message: Message, place: int) -> Message:
        """Press a button by its place, and wait for what comes of it."""
        data = message.buttons[place].data
        await self.frame(type="press", message=str(self._seen), data=data)
        return await self.next()


async def take(world: World, browser: Browser, number: int, *, upto: int = 99) -> None:
    """Go through the survey, or through its first questions."""
    survey = world.library.surveys[SURVEY]
    await browser.frame(type="command", name="survey")
    message = await browser.press(await browser.next(), 0)
    asked = zip(survey.questions, picks_of(number, world), strict=True)
    for question, pick in list(asked)[:upto]:
        offered = len(survey.choices(question))
        message = await browser.press(message, offered if pick == SKIPPED else pick)
    if upto > len(survey.questions):
        message = await browser.press(message, 0)
        assert message.plain_text == world.phrase("survey_thanks")


@pytest.fixture
async def taken(world: World, logged: io.StringIO) -> io.StringIO:
    """The world after twelve have answered, while the wave is still open."""
    await world.waves.open(SURVEY, "muscat", "before", is_for_all=False)
    for number in PEOPLE:
        department = "الإعلام" if number % 2 else "المالية"
        await linked(world, number, Address(NAME, ACCOUNT, user_of(number)), department)
    async with working(world, WebChannel(web_history(world.database))) as intake:
        for number in PEOPLE:
            await take(world, Browser(world, intake, number), number)
    return logged


async def rows_by_person(database: Database) -> dict[str, list[str]]:
    """All rows that name a person in any way, without the names, numbers and moments in them."""
    async with database.reading() as session:
        people = list(await session.scalars(select(Person)))
        numbers = {one.id: one.number for one in await session.scalars(select(Employee))}
        names = {
            number: (user_of(int(number)), user_of(int(number))[:16], one.id, one.employee_id or "")
            for one in people
            for number in [numbers[one.employee_id or ""]]
        }
        found = defaultdict[str, list[str]](list)
        for table in metadata.sorted_tables:
            for row in (await session.execute(select(table))).mappings():
                told = {
                    name: value
                    for name, value in row.items()
                    if name not in _RANDOM and not isinstance(value, date | datetime)
                }
                text = f"{table.name} {told}"
                for number, words in names.items():
                    if any(word in text for word in words):
                        found[number].append(_without(text, words, number))
    return found


def _without(text: str, words: Iterable[str], number: str) -> str:
    for word in words:
        text = text.replace(word, "WHO")
    text = text.replace(f"'number': '{number}'", "")
    text = text.replace("الإعلام", "GROUP").replace("المالية", "GROUP")
    return re.sub(r"WHO:[0-9a-f-]{36}|'edits': '[0-9]+'", "", text)


async def test_whoever_answered_what_their_rows_are_the_same(
    world: World, taken: io.StringIO
) -> None:
    del taken
    given = {picks_of(number, world) for number in PEOPLE}
    assert len(given) == len(PEOPLE)
    for is_open in (True, False):
        found = await rows_by_person(world.database)
        assert len(found) == len(PEOPLE)
        first = sorted(found["0"])
        assert any("survey_takers" in row for row in first)
        assert any("outbox_messages" in row for row in first)
        for number in PEOPLE:
            assert sorted(found[str(number)]) == first
        if is_open:
            await world.waves.close("muscat")


async def test_nothing_is_left_to_open_but_the_counts_of_groups(
    world: World, taken: io.StringIO
) -> None:
    everything = await cells(world.database)
    assert not SLIP.search(everything)
    assert not SLIP.search(taken.getvalue())
    assert "inbox_event" in taken.getvalue()
    for question in world.library.surveys[SURVEY].questions:
        assert question.text.ar not in everything
        assert question.text.ar not in taken.getvalue()
    async with world.database.reading() as session:
        boxes = list(await session.scalars(select(SurveyBox)))
    opened = {each.group: open_box(KEY, each.wave, each.group, each.sealed) for each in boxes}
    assert {group: tally.takers for group, tally in opened.items()} == {"الإعلام": 6, "المالية": 6}
    known = await world.waves.close("muscat")
    # Six are too few to be told of, twelve are not.
    assert list(known.counts) == [""]
    for place, counts in enumerate(known.counts[""].values()):
        given = [picks_of(number, world)[place] for number in PEOPLE]
        assert list(counts) == [given.count(pick) for pick in range(SKIPPED + 1)]


async def test_halfway_only_the_last_message_is_kept_and_needs_the_key(world: World) -> None:
    await world.waves.open(SURVEY, "muscat", "before", is_for_all=False)
    person = await linked(world, 3, Address(NAME, ACCOUNT, user_of(3)))
    async with working(world, WebChannel(web_history(world.database))) as intake:
        await take(world, Browser(world, intake, 3), 3, upto=5)
    async with world.database.reading() as session:
        wave = (await session.scalars(select(SurveyWave))).one()
        rows = list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    slips = {row.id: SLIP.findall(str(row.payload)) for row in rows}
    assert [bool(found) for found in slips.values()] == [*[False] * 6, True]
    (shown,) = [found for found in slips.values() if found]
    picks = picks_of(3, world)[:5]
    assert {(SurveySlips(KEY).read(person, wave.id, one) or ())[:4] for one in shown} == {picks[:4]}
    assert all(SurveySlips(b"o" * 32).read(person, wave.id, one) is None for one in shown)
    assert len({len(one) for one in shown}) == 1
