from __future__ import annotations

import pytest

from bot.records.database import Database
from tests.support.circulating import Circulating


@pytest.fixture
async def office(database: Database) -> Circulating:
    office = Circulating(database)
    await office.staff()
    return office
