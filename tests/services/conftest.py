from __future__ import annotations

import pytest

from bot.records.database import Database
from bot.services.handover_desk import HandoverDeskService
from bot.services.staff import ByChat
from tests.support.circulating import Circulating
from tests.support.handovers import HR, join
from tests.support.world import World


@pytest.fixture
async def office(database: Database) -> Circulating:
    office = Circulating(database)
    await office.staff()
    return office


@pytest.fixture
def desk(world: World) -> HandoverDeskService:
    return world.handover_desk


@pytest.fixture
async def officer(world: World) -> ByChat:
    """Somebody of the desk."""
    return ByChat(await join(world, "7", HR))
