"""How long a long journal takes: ``python -m benchmarks.journal --help``.

It is filled as the product fills it, many entries a transaction, and verified by the command in a
process of its own, its start included; memory is that process's, without PostgreSQL's. Says figures
and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import make_url

from bot.records.database import Database
from bot.records.journal import Journal, NewEntry
from tests.support.postgres import running_postgres

_MB = 2**20
_EMPLOYER = "muscat"
_BEGUN = datetime(2026, 1, 4, 4, tzinfo=UTC)
_CHUNK = 5_000
_WORDING = "أقرّ بأنني اطّلعت على التعميم رقم 12 لسنة 2026 وفهمت ما ورد فيه وألتزم بالعمل به."


def _entry(number: int) -> NewEntry:
    body = {
        "message": f"wamid.{number:024d}",
        "opened": number % 3 == 0,
        "version_sha256": sha256(b"%d" % (number // 10_000)).hexdigest(),
        "wording": _WORDING,
    }
    actor = sha256(b"%d" % (number % 10_000)).hexdigest()[:26]
    return NewEntry("circular_acknowledged", actor, f"circular:{number // 10_000:016d}", body)


async def _fill(url: str, entries: int) -> dict[str, float]:
    database = Database(url)
    await database.migrate()
    started = time.perf_counter()
    for start in range(0, entries, _CHUNK):
        new = [_entry(number) for number in range(start, min(start + _CHUNK, entries))]
        async with database.transaction() as session:
            at = _BEGUN + timedelta(seconds=start)
            await Journal(session).append(_EMPLOYER, new, at)
    seconds = time.perf_counter() - started
    await database.dispose()
    return {"seconds": round(seconds, 1), "entries_per_s": round(entries / seconds)}


async def _append_singly(url: str, entries: int) -> dict[str, float]:
    """Append one a transaction, eight at a time, as acknowledgements come."""
    database, numbers = Database(url), iter(range(entries))

    async def append() -> None:
        for number in numbers:
            async with database.transaction() as session:
                await Journal(session).append(_EMPLOYER, [_entry(number)], _BEGUN)

    started = time.perf_counter()
    await asyncio.gather(*(append() for _ in range(8)))
    seconds = time.perf_counter() - started
    await database.dispose()
    return {"seconds": round(seconds, 1), "entries_per_s": round(entries / seconds)}


def _verify(url: str) -> dict[str, float]:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "journal", "verify"],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the journal does not fit")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss * kilobyte / _MB),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.journal")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--singly", type=int, default=5_000, help="one a transaction")
    options = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as name, running_postgres(durable=True) as server:
        plain = make_url(server).set(drivername="postgresql").render_as_string()
        for kind, url in (("sqlite", f"sqlite:///{name}/waai.db"), ("postgresql", plain)):
            result[kind] = {
                "append in bulk": asyncio.run(_fill(url, options.entries)),
                "append singly": asyncio.run(_append_singly(url, options.singly)),
                "verify": _verify(url),
            }
    for where, figures in result.items():
        for what, each in figures.items():
            print(f"{where:<12}{what:<16}{each}")
    print(json.dumps(result | {"load_average": os.getloadavg()}))


if __name__ == "__main__":
    main()
