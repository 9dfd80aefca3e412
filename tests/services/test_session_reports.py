"""Who came to a live workshop and what they thought of it, as its trainer sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from bot.domain.live_sessions import Presence
from bot.records.attendances import EntryBy
from bot.records.session_rows import SessionFeedback
from bot.services.session_tables import HEADINGS, attendance_table
from bot.services.sessions import LEAST_SHOWN, Report, SessionError
from bot.services.staff import StaffError
from tests.support.roster import employ
from tests.support.sessions import STARTS, TRAINER, attendances, code_of, hold, linked, people
from tests.support.world import World


async def noted(world: World, session: str, number: str = "1001", **facts: Any) -> bool:
    given = {"by": TRAINER, "reason": "هاتفه بلا بطارية", **facts}
    return await world.sessions.override(session, number, **given)


def presences(report: Report) -> dict[str, Presence]:
    return {line.number or line.learner: line.presence for line in report.lines}


async def test_who_came_was_late_and_was_absent(world: World) -> None:
    session = await hold(world)
    punctual, late, absent = [await linked(world, n, n) for n in ("1", "2", "3")]
    (walked_in,) = await people(world, 1)
    for person in (punctual, late, absent):
        await world.registrations.register(person, session)
    assert set(presences(await world.sessions.report(session)).values()) == {Presence.REGISTERED}
    for person, minutes in ((punctual, 0), (walked_in, 5), (late, 11)):
        world.moment = STARTS + timedelta(minutes=minutes)
        await world.check_ins.check_in(person, await code_of(world, session))
    expected = {
        "1": Presence.PRESENT,
        f"person:{walked_in}": Presence.PRESENT,
        "2": Presence.LATE,
        "3": Presence.REGISTERED,
    }
    assert presences(await world.sessions.report(session)) == expected
    world.moment = STARTS + timedelta(hours=2, seconds=1)
    report = await world.sessions.report(session)
    assert presences(report) == expected | {"3": Presence.ABSENT}
    assert report.lines[0].name_ar == "سالم بن حمد"
    assert report.lines[0].department == "المديرية العامة / الإعلام"


async def test_who_waited_in_vain_was_not_absent(world: World) -> None:
    session = await hold(world, capacity=1)
    for person in await people(world, 2):
        await world.registrations.register(person, session)
    world.moment = STARTS + timedelta(hours=3)
    report = await world.sessions.report(session)
    assert [line.presence for line in report.lines] == [Presence.ABSENT, Presence.WAITING]


async def test_a_trainer_notes_who_could_not_type_the_code(world: World) -> None:
    session = await hold(world)
    await employ(world)
    world.moment = STARTS + timedelta(minutes=3)
    assert await noted(world, session)
    assert not await noted(world, session, reason="مرة أخرى")
    (line,) = (await world.sessions.report(session)).lines
    assert (line.number, line.presence, line.by) == ("1001", Presence.PRESENT, EntryBy.OVERRIDE)
    assert (line.reason, line.marked_by) == ("هاتفه بلا بطارية", TRAINER)
    (one,) = await attendances(world)
    assert one.person_id is None


async def test_who_was_noted_and_types_the_code_is_in_already(world: World) -> None:
    session = await hold(world, capacity=1)
    (full,) = await people(world, 1)
    await world.registrations.register(full, session)
    person = await linked(world)
    world.moment = STARTS + timedelta(minutes=3)
    # A place is the trainer's to give, whatever the capacity says.
    assert await noted(world, session)
    done = await world.check_ins.check_in(person, await code_of(world, session))
    assert (done.result, done.at) == ("already", world.now())


@pytest.mark.parametrize(
    ("minutes", "late", "presence"),
    [
        (5, False, Presence.PRESENT),
        (5, True, Presence.LATE),
        (11, False, Presence.LATE),
        (24 * 60, False, Presence.PRESENT),
        (24 * 60, True, Presence.LATE),
    ],
)
async def test_when_an_override_says_late(
    world: World,
    minutes: int,
    late: bool,  # noqa: FBT001 - a parameter of the test
    presence: Presence,
) -> None:
    session = await hold(world)
    await employ(world)
    world.moment = STARTS + timedelta(minutes=minutes)
    await noted(world, session, late=late)
    (line,) = (await world.sessions.report(session)).lines
    assert line.presence is presence
    assert line.at is not None
    assert line.at <= STARTS + timedelta(hours=2)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"reason": " . "}, "say why"),
        ({"number": "9"}, "no active employee '9'"),
        ({"by": "1001"}, "neither trainer nor HR"),
        ({"by": "9"}, "no active employee '9'"),
    ],
)
async def test_what_a_trainer_cannot_note(world: World, facts: dict[str, Any], says: str) -> None:
    session = await hold(world)
    await employ(world)
    world.moment = STARTS
    with pytest.raises((SessionError, StaffError), match=says):
        await noted(world, session, **facts)
    assert await attendances(world) == []


async def test_nobody_is_noted_before_it_is_on_or_where_it_was_called_off(world: World) -> None:
    session = await hold(world)
    await employ(world)
    with pytest.raises(SessionError, match="is ahead: nobody can be there"):
        await noted(world, session)
    await world.sessions.cancel(session, TRAINER, world.session_words)
    world.moment = STARTS
    with pytest.raises(SessionError, match="is cancelled: nobody can be there"):
        await noted(world, session)


async def attend(world: World, session: str, number: int) -> list[str]:
    """Let so many come and give feedback; gives who they are."""
    everybody = await people(world, number)
    world.moment = STARTS
    for person in everybody:
        await world.check_ins.check_in(person, await code_of(world, session))
    world.moment = STARTS + timedelta(hours=3)
    for n, person in enumerate(everybody):
        said = "  القاعة باردة " if n == 0 else ""
        assert await world.registrations.rate(person, session, 5 - n % 2, said)
    return everybody


async def test_feedback_says_nothing_of_who_gave_it(world: World) -> None:
    session = await hold(world)
    everybody = await attend(world, session, LEAST_SHOWN)
    columns = {column.key for column in inspect(SessionFeedback).columns}
    assert columns == {"id", "session_id", "rating", "comment"}
    async with world.database.reading() as reading:
        rows = list(await reading.scalars(select(SessionFeedback)))
    assert len(rows) == LEAST_SHOWN
    for row in rows:
        assert not any(person in str(vars(row)) for person in everybody)
    report = await world.sessions.report(session)
    assert report.ratings == (4, 4, 5, 5, 5)
    assert report.comments == ("القاعة باردة",)
    assert await world.registrations.rate(everybody[0], session, 1) is False
    assert len((await world.sessions.report(session)).ratings) == LEAST_SHOWN
    assert all(one.rated for one in await attendances(world))


async def test_a_few_opinions_are_not_shown(world: World) -> None:
    session = await hold(world)
    await attend(world, session, LEAST_SHOWN - 1)
    report = await world.sessions.report(session)
    assert (report.ratings, report.comments) == ((), ())


async def test_who_was_not_there_has_no_opinion(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    await world.registrations.register(person, session)
    world.moment = STARTS + timedelta(hours=3)
    assert await world.registrations.rate(person, session, 5) is None
    assert await world.registrations.rate(person, "0" * 16, 5) is None


async def test_attendance_as_a_table(world: World) -> None:
    session = await hold(world)
    await employ(world, "1001", name_ar="=SUM(A1)")
    world.moment = STARTS
    await noted(world, session, reason="=1+1")
    report = await world.sessions.report(session)
    zone = world.library.rulebooks["muscat"].calendar.zone
    headings, row = attendance_table(report, zone)
    assert headings == list(HEADINGS)
    assert dict(zip(HEADINGS, row, strict=True)) == {
        "session": session,
        "workshop": "muscat",
        "version": "1",
        "date": "2026-12-06 10:00",
        "number": "1001",
        "name_ar": "=SUM(A1)",
        "name_en": "",
        "department": "المديرية العامة / الإعلام",
        "presence": "present",
        "at": "2026-12-06 10:00",
        "by": "override",
        "reason": "=1+1",
        "marked_by": TRAINER,
    }
