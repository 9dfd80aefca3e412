"""Rasa's own commands on our project, and the checks that run in its environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.model.training import RASA, environment, train
from bot.settings import ROOT

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def _run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*command], cwd=cwd, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def test_our_components_pass_their_checks() -> None:
    checks = ROOT / "tests" / "rasa_components"
    python = RASA.with_name("python")
    done = _run(python, "-m", "unittest", "discover", "-s", checks, "-p", "check_*.py")
    assert "OK" in done.stderr


def test_the_data_is_valid_for_rasa() -> None:
    _run(RASA, "data", "validate", "--data", "nlu_data", "--fail-on-warnings")


def test_each_wish_leads_to_its_action(tmp_path: Path) -> None:
    model, _ = train()
    stories = ("--stories", HERE / "test_stories.yml", "--fail-on-prediction-errors")
    _run(RASA, "test", "core", "--model", model, *stories, "--no-plot", "--out", tmp_path)
    report = json.loads((tmp_path / "story_report.json").read_text("utf-8"))
    assert report["conversation_accuracy"]["accuracy"] == 1.0


def test_plain_cases_are_understood(tmp_path: Path) -> None:
    model, _ = train()
    cases = ("--nlu", HERE / "test_nlu.yml")
    _run(RASA, "test", "nlu", "--model", model, *cases, "--no-plot", "--out", tmp_path)
    report = json.loads((tmp_path / "intent_report.json").read_text("utf-8"))
    assert report["accuracy"] == 1.0
