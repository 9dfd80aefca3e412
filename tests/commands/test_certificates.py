from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.serials import shown_serial
from bot.records.database import Database
from tests.support.learning import complete, enrolled
from tests.support.world import World


async def _certified(url: str) -> str:
    world = World(Database(url))
    await world.database.migrate()
    await world.workshop_service.publish()
    person = await enrolled(world)
    await complete(world, person)
    [known] = await world.certificates.list_of(person)
    await world.database.dispose()
    return known.serial


@pytest.mark.usefixtures("log_as_before")
def test_a_certificate_is_shown_and_revoked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'waai.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    serial = shown_serial(asyncio.run(_certified(url)))
    assert main(["certificate", "show", serial.lower()]) == 0
    shown = capsys.readouterr().out
    assert shown == (
        f"{serial}\n"
        "  name       سالم بن حمد\n"
        "  employer   muscat\n"
        "  workshop   muscat, version 1\n"
        "  completed  2026-11-20 09:30 UTC, 10 of 10\n"
        "  issued     2026-11-20 09:30 UTC\n"
    )
    with pytest.raises(SystemExit):
        main(["certificate", "revoke", serial])
    assert main(["certificate", "revoke", serial, "--reason", "by mistake"]) == 0
    assert "is revoked" in capsys.readouterr().out
    assert main(["certificate", "show", serial]) == 0
    assert capsys.readouterr().out.endswith(" UTC: by mistake\n")
    assert main(["certificate", "revoke", serial, "--reason", "again"]) == 1
    assert "revoked before: by mistake" in capsys.readouterr().err
    assert main(["certificate", "show", "x"]) == 1
