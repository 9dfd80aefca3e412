from __future__ import annotations

import asyncio
import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.conversation.events import Address
from bot.records.database import Database
from bot.spreadsheets.reading import read_table_file
from tests.support.command_line import Waai
from tests.support.surveying import picks_of, sent
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("log_as_before")
MUSCAT = ("--employer", "muscat")


def in_world(folder: Path, act: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        database = Database(f"sqlite:///{folder / 'waai.db'}")
        await act(World(database))
        await database.dispose()

    asyncio.run(run())


async def answer(world: World, first: int) -> None:
    """Let eleven people answer the first question alike; the others each in their own way."""
    for number in range(11):
        picks = (first, *picks_of(number, world)[1:])
        address = Address("telegram", "bot1", f"u{number}")
        known = await world.enrolment.meet(address, None)
        if not known.enrolled:
            await sent(world, number, picks, "=الإعلام")
            continue
        asked = await world.surveys.look(known.id, None)
        assert asked is not None
        assert await world.surveys.send(known.id, asked.wave, picks, None)


def test_two_waves_from_opening_to_a_file(tmp_path: Path, waai: Waai) -> None:
    for wave, first in (("before", 3), ("after", 0)):
        assert waai("survey", "open", "awareness", "--wave", wave, *MUSCAT)[0] == 0
        in_world(tmp_path, lambda world, first=first: answer(world, first))  # type: ignore[misc]
        code, out, _ = waai("survey", "list")
        assert code == 0
        assert f"muscat awareness {wave} (version 1): open, 11 took part" in out
        code, out, _ = waai("survey", "close", *MUSCAT)
        assert code == 0
        assert "11 took part" in out
    code, out, _ = waai("survey", "results", "awareness", "--language", "en", *MUSCAT)
    assert code == 0
    assert "Everybody  11/11  q1  How much do you use social media?  Rarely  11  100.0  0" in out
    for name in ("results.csv", "results.xlsx"):
        path = tmp_path / name
        assert waai("survey", "results", "awareness", "--out", str(path), *MUSCAT)[0] == 0
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if row["question"] == "q1" and row["choice"] == "نادراً"]
    assert (row["before"], row["before %"], row["after %"]) == ("11", "100.0", "0.0")
    assert row["difference"] == "\u2212100.0"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert len(list(read_table_file(tmp_path / "results.xlsx"))) == len(rows) + 1


def test_an_open_wave_tells_nothing_and_a_small_one_neither(tmp_path: Path, waai: Waai) -> None:
    waai("survey", "open", "awareness", "--wave", "before", *MUSCAT)
    in_world(tmp_path, lambda world: answer(world, 1))
    code, out, err = waai("survey", "results", "awareness", *MUSCAT)
    assert (code, out) == (1, "")
    assert "once a wave is closed" in err
    assert waai("survey", "open", "awareness", "--wave", "before", "--employer", "bahrain")[0] == 0
    code, out, _ = waai("survey", "close", "--employer", "bahrain")
    assert code == 0
    assert "Fewer than 10 took part" in out
    assert waai("survey", "results", "awareness", "--employer", "bahrain")[0] == 1


def test_what_cannot_be_opened_or_closed_is_explained(waai: Waai) -> None:
    assert "no survey 'mood'" in waai("survey", "open", "mood", "--wave", "x", *MUSCAT)[2]
    assert "no open wave" in waai("survey", "close", *MUSCAT)[2]
