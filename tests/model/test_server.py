"""The model server's process, in a copy of the project where it only sleeps or dies."""

from __future__ import annotations

import json
from typing import Any

from tests.support.project import Project

SCRIPT = """
import asyncio, contextlib, json
from pathlib import Path
from bot.errors import UnderstandingUnavailable
from bot.model.server import ModelServer

async def begin(cancel):
    server = ModelServer(Path("models/waai-1.tar.gz"), None, Path("var"))
    starting = asyncio.create_task(server.start())
    while not Path("pid").exists() or not Path("pid").read_text():
        await asyncio.sleep(0.01)
    if cancel:
        starting.cancel()
    with contextlib.suppress(asyncio.CancelledError, UnderstandingUnavailable):
        await starting

import sys
asyncio.run(begin("cancel" in sys.argv))
pid = int(Path("pid").read_text())
files = {path.name: path.read_text() for path in Path("var").iterdir()}
print(json.dumps({"alive": Path(f"/proc/{pid}").exists(), "files": files}))
"""


def begin(project: Project, *arguments: str) -> dict[str, Any]:
    (project.folder / "pid").unlink(missing_ok=True)
    said: dict[str, Any] = json.loads(project.run(SCRIPT, *arguments)[0])
    return said


def test_a_cancelled_start_leaves_nothing_behind(project: Project) -> None:
    project.fake("python", "echo $$ > pid; exec sleep 60")
    said = begin(project, "cancel")
    assert said == {"alive": False, "files": {"model-server.log": ""}}


def test_the_log_of_the_start_before_is_kept(project: Project) -> None:
    logs = []
    for words in ("first", "second", "third"):
        project.fake("python", f"echo {words}; echo $$ > pid; exit 1")
        logs.append(begin(project)["files"])
    assert logs[-1] == {"model-server.log": "third\n", "model-server.log.1": "second\n"}
