from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest

from bot.domain.meaning import Language
from bot.library.pledges import digest_of
from bot.records.database import Database
from bot.services.pledges import SHOWN_DIGITS, Pressed
from tests.support.command_line import Waai
from tests.support.content import real_library
from tests.support.roster import employ
from tests.support.surveying import linked
from tests.support.world import AMAL, World

pytestmark = pytest.mark.usefixtures("log_as_before")
MUSCAT = ("--employer", "muscat")


async def _accept(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'waai.db'}")
    await database.migrate()
    world = World(database)
    person = await linked(world, 7, AMAL, "=الإعلام")
    await employ(world, "8")
    digest = digest_of(world.library.pledges["muscat"].wording(Language.ARABIC))[:SHOWN_DIGITS]
    await world.pledges.accept(person, "muscat", digest, Pressed(AMAL, "m1", "event:1"))
    await database.dispose()


def test_who_has_accepted_is_listed_and_exported(tmp_path: Path, waai: Waai) -> None:
    asyncio.run(_accept(tmp_path))
    code, out, _ = waai("pledge", "list", *MUSCAT)
    assert code == 0
    assert out.splitlines() == [
        "7 سالم بن حمد: muscat version 1, 2026-11-20T13:30:00+04:00",
        "muscat: 1 of 2 employees",
    ]
    path = tmp_path / "pledges.csv"
    assert waai("pledge", "export", "--out", str(path), *MUSCAT)[0] == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = list(csv.DictReader(file))
    wording = real_library().pledges["muscat"].wording(Language.ARABIC)
    assert (row["wording"], row["sha256"]) == (wording, digest_of(wording))
    assert (row["number"], row["version"], row["current"]) == ("7", "1", "yes")
    # A department that begins like a formula is no formula.
    assert row["department"] == "'=الإعلام"
    code, _, err = waai("pledge", "export", "--out", str(tmp_path / "x.txt"), *MUSCAT)
    assert code == 1
    assert ".csv or .xlsx" in err


def test_an_unknown_employer_is_explained(waai: Waai) -> None:
    code, _, err = waai("pledge", "list", "--employer", "mars")
    assert code == 1
    assert "no employer 'mars'" in err
