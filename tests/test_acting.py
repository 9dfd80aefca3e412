from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.e2e.product import environment
from tests.support.content import ROOT

CALLS = ROOT / "tests" / "actions" / "calls"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "bot", "actions", "--employer", "muscat", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().partition(": ")[2].strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def replies(url: str, name: str, sender: str) -> list[dict[str, Any]]:
    """Post what Rasa 3.6.21 posted, as `rasa shell` would."""
    call = json.loads((CALLS / f"{name}.json").read_text("utf-8"))
    call["sender_id"] = call["tracker"]["sender_id"] = sender
    call["tracker"]["latest_message"]["metadata"] = {}
    request = Request(url, json.dumps(call).encode(), {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        responses: list[dict[str, Any]] = json.loads(answer.read())["responses"]
    return responses


def test_rasa_shell_is_answered_in_words_by_the_employers_rules(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    for sender in ("6f1c" * 8, "default"):
        (reply,) = replies(url, "answer", sender)
        assert "[muscat." in reply["text"]
        assert reply["custom"] == {}
    for _ in range(2):
        (reply,) = replies(url, "ask_person", "default")
        assert "1001" in reply["text"]
