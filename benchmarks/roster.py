"""How long a large roster takes, and how much memory: ``python -m benchmarks.roster --help``.

Each figure is of a process of its own, ``python -m bot roster import``, its start included.
Says figures and judges none.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from bot.spreadsheets.writing import write_table_file
from tests.support.postgres import running_postgres

_MB = 2**20
_HEADINGS = (
    "الرقم الوظيفي",
    "الاسم",
    "Name",
    "الإدارة",
    "المسمى الوظيفي",
    "رقم المدير",
    "الجوال",
    "اللغة",
    "الدور",
)
_FIRST = ("أحمد", "سالم", "مريم", "نورة", "خالد", "ليلى", "حسن", "زينب", "عمر", "هند")
_LAST = ("الكعبي", "البلوشي", "الجبوري", "العامري", "الدوسري", "الزبيدي", "المعمري", "الشامسي")
_TEAM = 12
"""How many have one manager."""


def _rows(count: int, changed: int) -> Iterator[list[str]]:
    """Give a made-up roster of so many; so many of them have another job than before."""
    chance = random.Random(7)  # noqa: S311 - made-up names, no secret
    yield list(_HEADINGS)
    for n in range(count):
        name = " ".join((chance.choice(_FIRST), chance.choice(_FIRST), chance.choice(_LAST)))
        unit = n // _TEAM
        phone = f"05{(n % 5 and 4) or 0}{n:07d}" if n % 20 else ""
        yield [
            f"{10_000 + n}",
            name,
            f"Employee {n}",
            f"قطاع {unit % 7} / إدارة {unit % 90} / قسم {unit}",
            "أخصائي أول" if n < changed else "أخصائي",
            f"{10_000 + unit}" if n else "",
            phone,
            "ar" if n % 3 else "en",
            "hr" if n % 500 == 0 else "",
        ]


def _run(database_url: str, *arguments: str | Path) -> dict[str, float]:
    """Run a command in a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "roster", "import", *arguments, "--employer", "uae-fed"],
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments} failed")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "peak_mb": round(usage.ru_maxrss * kilobyte / _MB),
    }


def _measure(database_url: str, first: Path, second: Path) -> dict[str, dict[str, float]]:
    return {
        "preview, all new": _run(database_url, first),
        "commit, all new": _run(database_url, first, "--commit"),
        "preview, all known": _run(database_url, first),
        "commit, one in a hundred changed": _run(database_url, second, "--commit"),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.roster")
    parser.add_argument("--rows", type=int, default=100_000, help="employees")
    options = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as name, running_postgres() as server:
        folder = Path(name)
        for kind in ("csv", "xlsx"):
            files = [folder / f"{which}.{kind}" for which in ("first", "second")]
            for file, changed in zip(files, (0, options.rows // 100), strict=True):
                write_table_file(file, _rows(options.rows, changed))
            result[f"{kind}, sqlite"] = _measure(f"sqlite:///{folder}/{kind}.db", *files)
            url = make_url(server).set(drivername="postgresql", database=_database(server, kind))
            result[f"{kind}, postgresql"] = _measure(url.render_as_string(), *files)
    for where, figures in result.items():
        for what, each in figures.items():
            print(f"{where:<18}{what:<34}{each['seconds']:>6} s{each['peak_mb']:>6} MB")
    print(json.dumps(result | {"load_average": os.getloadavg()}))


def _database(server: str, name: str) -> str:
    """Make a database there and give its name."""
    script = (
        "import asyncio, sys, asyncpg\n"
        "async def make(url, name):\n"
        "    connection = await asyncpg.connect(url)\n"
        "    await connection.execute(f'CREATE DATABASE {name}')\n"
        "    await connection.close()\n"
        "asyncio.run(make(*sys.argv[1:]))\n"
    )
    plain = make_url(server).set(drivername="postgresql").render_as_string()
    subprocess.run([sys.executable, "-c", script, plain, name], check=True)
    return name


if __name__ == "__main__":
    main()
