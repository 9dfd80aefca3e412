from __future__ import annotations

import asyncio
import csv
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation.events import Address
from bot.domain.codes import find_code
from bot.records.database import Database
from bot.services.linking import Linked, LinkingService
from tests.support.command_line import Waai
from tests.support.world import KEY

pytestmark = pytest.mark.usefixtures("log_as_before")
STAFF = "number,name,phone,department\n1,أمل,+96891234567,الإعلام/النشر\n2,بدر,,\n"


@pytest.fixture
def waai(waai: Waai, monkeypatch: pytest.MonkeyPatch) -> Waai:
    monkeypatch.setenv("TELEGRAM_BOT_NAME", "waai_bot")
    Path("staff.csv").write_text(STAFF, "utf-8")
    waai("roster", "import", "staff.csv", "--employer", "muscat", "--commit")
    return waai


def link(folder: Path, code: str) -> Linked:
    return asyncio.run(_link(folder, code))


async def _link(folder: Path, code: str) -> Linked:
    database = Database(f"sqlite:///{folder / 'waai.db'}")
    linking = LinkingService(database, lambda: datetime.now(UTC), KEY)
    outcome = await linking.redeem(Address("telegram", "1", "7"), code)
    await database.dispose()
    return outcome.linked


def test_a_code_is_made_and_its_link_named(waai: Waai) -> None:
    code, out, _ = waai("enrol", "1", "--employer", "muscat")
    assert code == 0
    number, typed = out.splitlines()[0].split(": ")
    assert number == "1"
    assert find_code(typed)
    assert f"https://t.me/waai_bot?start={typed}" in out


def test_no_code_for_nobody(waai: Waai) -> None:
    code, _, err = waai("enrol", "99", "--employer", "muscat")
    assert code == 1
    assert "muscat has no active employee '99'" in err
    for wrong in ([], ["--all"], ["1", "--days", "0"], ["1", "--all", "--out", "x.csv"]):
        assert waai("enrol", *wrong, "--employer", "muscat")[0] == 1


def test_everybody_who_is_on_no_chat_gets_a_code(tmp_path: Path, waai: Waai) -> None:
    file = tmp_path / "codes.csv"

    def codes() -> dict[str, str]:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return {row["number"]: row["code"] for row in csv.DictReader(lines)}

    assert waai("enrol", "--all", "--employer", "muscat", "--out", str(file))[0] == 0
    assert set(codes()) == {"1", "2"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert link(tmp_path, codes()["1"]) is Linked.LINKED
    assert waai("enrol", "--all", "--employer", "muscat", "--out", str(file))[0] == 0
    assert set(codes()) == {"2"}


def test_data_is_exported_and_erased_and_chats_unlinked(tmp_path: Path, waai: Waai) -> None:
    one = ["1", "--employer", "muscat"]
    assert waai("privacy", "export", *one)[0] == 1
    typed = waai("enrol", *one)[1].split()[1]
    assert link(tmp_path, typed) is Linked.LINKED
    code, out, _ = waai("privacy", "export", *one)
    assert code == 0
    for part in ("أمل", "+96891234567", "الإعلام / النشر", "تيليجرام", "رُبطت برمز"):
        assert part in out
    facts = json.loads(waai("privacy", "export", *one, "--json")[1])
    assert facts["employee"]["number"] == "1"
    assert waai("unlink", *one)[1] == "1 chats are unlinked.\n"
    assert waai("unlink", *one)[1] == "0 chats are unlinked.\n"
    assert waai("privacy", "erase", *one)[1].startswith("Erased: 1.")
    code, _, err = waai("privacy", "erase", *one)
    assert (code, "nothing is kept" in err) == (1, True)
    assert waai("roster", "show", *one)[0] == 0
