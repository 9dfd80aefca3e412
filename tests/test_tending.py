"""What goes on by itself while Waai runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bot.conversation.circular_parts import CircularParts
from bot.domain.circulars import DeliveryState
from bot.domain.meaning import Language
from bot.records.base import Json
from bot.records.database import Database
from bot.services.circular_views import KnownCircular
from bot.services.circulation import CirculationService
from bot.tending import circulate_once
from tests.support.circulating import TELEGRAM, Circulating, add_employees


class _Stumbling:
    """Finds no words for a circular of one title."""

    def __init__(self, speaker: CircularParts) -> None:
        self._speaker = speaker

    def parts(
        self,
        circular: KnownCircular,
        language: Language,
        door: tuple[str, str],
        *,
        is_late: bool = False,
    ) -> Sequence[Json]:
        if circular.content.title == "عسير":
            raise OverflowError
        return self._speaker.parts(circular, language, door, is_late=is_late)


async def _once(office: Circulating) -> int:
    circulation: CirculationService = office.circulation
    speaker = cast("CircularParts", _Stumbling(office.speaker))
    return await circulate_once(circulation, office.doors, speaker, revive=False)


async def test_a_circular_that_cannot_be_said_does_not_stop_the_others(database: Database) -> None:
    office = Circulating(database)
    await office.staff()
    await add_employees(database, ["1"], office.now(), door=TELEGRAM)
    hard, easy = await office.begin(title="عسير"), await office.begin()
    assert await _once(office) == 1
    states = [(await office.deliveries(each.id))[0].state for each in (hard, easy)]
    assert states == [DeliveryState.PLANNED, DeliveryState.QUEUED]
