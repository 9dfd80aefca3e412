from __future__ import annotations

import pytest

from tests.support.handovers import HR, HR_TOO, OPEN, ask, join
from tests.support.world import World


@pytest.fixture
async def number(world: World) -> int:
    """A question that waits, and a desk of two."""
    world.moment = OPEN
    for staff, address in (("7", HR), ("8", HR_TOO)):
        await join(world, staff, address)
    return await ask(world)
