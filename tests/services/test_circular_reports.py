from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.circular_figures import Answered
from bot.domain.circulars import DeliveryState
from bot.records.circular_recipients import Recipient
from bot.records.journal import Journal
from bot.services.circular_reports import CircularReportService, Use
from bot.services.circular_views import CircularError
from bot.services.staff import ByNumber, StaffError
from tests.support.circular_reports import DUE, STARTED, deliver, hire, issue
from tests.support.roster import employ
from tests.support.world import World

HR = ByNumber("muscat", "1")


@pytest.fixture
def service(world: World) -> CircularReportService:
    return CircularReportService(world.database, world.now)


async def test_everybody_is_counted_by_how_far_they_are(
    world: World, service: CircularReportService
) -> None:
    circular = await issue(world, await hire(world, "1"))
    cases: tuple[dict[str, Any], ...] = (
        {"state": DeliveryState.PLANNED, "channel": None},
        {"state": DeliveryState.UNREACHED, "channel": None, "reason": "no_chat"},
        {"state": DeliveryState.UNREACHED, "channel": None, "reason": "blocked"},
        {"state": DeliveryState.FAILED, "reason": "undeliverable:131026"},
        {"state": DeliveryState.SENT, "channel": "telegram"},
        {"state": DeliveryState.SENT, "channel": "telegram", "acknowledged_at": DUE},
        {"state": DeliveryState.SENT, "channel": "whatsapp"},
        {"state": DeliveryState.QUEUED, "queued_at": STARTED, "announced_at": STARTED},
        # They wrote something, so that the circular came; and the template's button was pressed.
        {"state": DeliveryState.SENT, "announced_at": STARTED},
        {"state": DeliveryState.READ, "announced_at": STARTED, "opened_at": STARTED},
        {"state": DeliveryState.READ, "acknowledged_at": DUE + timedelta(seconds=1)},
    )
    for number, case in enumerate(cases, 100):
        department = ["العامة", "الإعلام"] if number % 2 else ["العامة"]
        employee = await employ(world, str(number), department=department)
        await deliver(world, circular, employee, **case)
    other = await issue(world, await hire(world, "2"), number="2026/15")
    await deliver(world, other, await employ(world, "3"))

    opened = await service.open(HR, circular, Use.VIEW)
    status = await service.status(opened)
    whole = status.whole
    assert whole.people == 11
    assert whole.states == {
        DeliveryState.PLANNED: 1,
        DeliveryState.UNREACHED: 2,
        DeliveryState.FAILED: 1,
        DeliveryState.QUEUED: 1,
        DeliveryState.SENT: 4,
        DeliveryState.READ: 2,
    }
    assert whole.unreached == {"no_chat": 1, "blocked": 1}
    assert whole.failed == {"undeliverable:131026": 1}
    assert (whole.unknown, whole.unopened, whole.acknowledged) == (1, 1, 2)
    assert whole.answers == {Answered.IN_TIME: 1, Answered.LATE: 1, Answered.NOT_YET: 9}
    assert list(status.departments) == [("العامة",), ("العامة", "الإعلام")]
    assert [of.people for of in status.departments.values()] == [6, 5]


async def test_without_a_deadline_nobody_is_late(
    world: World, service: CircularReportService
) -> None:
    author = await hire(world, "1")
    circular = await issue(world, author, due_at=None)
    await deliver(world, circular, author, acknowledged_at=DUE + timedelta(days=300))
    status = await service.status(await service.open(HR, circular, Use.VIEW))
    assert status.whole.answers == {Answered.IN_TIME: 1}


async def test_recipients_come_by_their_number(
    world: World, service: CircularReportService
) -> None:
    circular = await issue(world, await hire(world, "1"))
    for number in ("30", "20", "10"):
        await deliver(world, circular, await employ(world, number), acknowledged_at=DUE)
    opened = await service.open(HR, circular, Use.EXPORT, "csv")
    taken = list[Recipient]()
    status, _ = await service.read(opened, taken.extend)
    assert status.whole.people == 3
    assert [each.number for each in taken] == ["10", "20", "30"]
    assert {(each.acknowledged_at, each.sequence) for each in taken} == {(DUE, 7)}
    assert taken[0].department == ["المديرية العامة", "الإعلام"]


async def test_who_looks_is_noted(world: World, service: CircularReportService) -> None:
    viewer = await hire(world, "1")
    circular = await issue(world, viewer)
    viewed = await service.open(HR, circular, Use.VIEW)
    exported = await service.open(HR, circular, Use.EXPORT, "pdf")
    async with world.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{circular}")
    assert [(each.kind, each.actor) for each in entries] == [
        ("circular_viewed", viewer),
        ("circular_exported", viewer),
    ]
    assert entries[1].body == {"digest": viewed.circular.digest, "form": "pdf"}
    assert [(each.seq, each.hash) for each in entries] == [viewed.entry, exported.entry]
    assert viewed.viewer.number == viewed.author.number == "1"


async def test_only_hr_of_the_employer_may(world: World, service: CircularReportService) -> None:
    circular = await issue(world, await hire(world, "1"))
    await employ(world, "2")
    await hire(world, "3", employer="bahrain")
    with pytest.raises(StaffError):
        await service.open(ByNumber("muscat", "2"), circular, Use.VIEW)
    with pytest.raises(StaffError):
        await service.open(ByNumber("muscat", "3"), circular, Use.VIEW)
    with pytest.raises(CircularError):
        await service.open(ByNumber("bahrain", "3"), circular, Use.VIEW)
    with pytest.raises(CircularError):
        await service.open(HR, "nothing", Use.VIEW)
    async with world.database.reading() as session:
        assert await Journal(session).list_of(f"circular:{circular}") == []
