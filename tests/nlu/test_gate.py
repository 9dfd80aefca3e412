"""What was reached must not be lost: cases by hands that wrote no examples, and the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.model.training import train
from bot.settings import ROOT
from tests.e2e.product import waai

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SAMPLE = ROOT.parent / "shared" / "acceptance"
RECORDED: dict[str, float] = json.loads((HERE / "recorded.json").read_text("utf-8"))
"""The share of right answers of each file, by ``python -m bot evaluate``; raised when it rises."""

LOSS = 0.01


def _figures(cases: Path, tmp_path: Path) -> dict[str, Any]:
    train()
    done = waai(tmp_path, "evaluate", str(cases), "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    kinds = [kind for kind in (figures, figures.get("posts")) if kind and kind["cases"]]
    (only,) = kinds  # a file of questions or of posts
    return only


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_no_more_is_wrong_than_before_and_nothing_foreign_is_cited(
    tmp_path: Path, name: str
) -> None:
    folder, _, file = name.rpartition("/")
    cases = (SAMPLE if folder else HERE) / file
    if folder and not cases.exists():
        pytest.skip("the acceptance sample is not here")
    figures = _figures(cases, tmp_path)
    assert figures["foreign_citations"] == []
    assert figures["accuracy"] >= RECORDED[name] - LOSS


def test_each_file_of_cases_is_recorded() -> None:
    assert {path.name for path in HERE.glob("*.jsonl")} <= set(RECORDED)
    assert sum(path.read_text("utf-8").count("\n") for path in HERE.glob("questions*.jsonl")) >= 400
