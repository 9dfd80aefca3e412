"""How long the reports on circulars take: ``python -m benchmarks.circular_reports --help``.

The services and writers alone, on SQLite and PostgreSQL; says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.commands.circular_export import WRITERS, Report
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.library.library import Library, load_library
from bot.records.base import table_of
from bot.records.circular_rows import Acknowledgement, Circular, Delivery
from bot.records.database import Database
from bot.records.employees import Employee
from bot.services.circular_effects import CircularEffectService
from bot.services.circular_records import CircularRecordService
from bot.services.circular_reports import CircularReportService, Opened, Use
from bot.services.circular_views import content_of
from bot.services.staff import ByNumber
from bot.settings import load_settings
from tests.support.postgres import running_postgres

_NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_ON_PAPER = 2_000
"""Recipients of the circular whose protocol is drawn."""

_DEPARTMENTS = 400
_FAR = (
    (DeliveryState.READ, "whatsapp", None),
    (DeliveryState.SENT, "telegram", None),
    (DeliveryState.FAILED, "whatsapp", "undeliverable:131026"),
    (DeliveryState.UNREACHED, None, "no_chat"),
    (DeliveryState.DELIVERED, "whatsapp", None),
)


def _employee(number: int) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(13),
        "employer": "muscat",
        "number": str(100_000 + number),
        "name_ar": f"سالم بن حمد بن ناصر {number}",
        "department": ["المديرية العامة", f"دائرة الشؤون رقم {number % _DEPARTMENTS}"],
        "roles": ["employee"] if number else ["hr"],
        "created_at": _NOW,
        "updated_at": _NOW,
    }


def _delivery(circular: str, employee: str, number: int) -> dict[str, Any]:
    state, channel, reason = _FAR[number % len(_FAR)]
    return {
        "circular_id": circular,
        "employee_id": employee,
        "state": state,
        "channel": channel,
        "reason": reason,
        "created_at": _NOW,
        "queued_at": _NOW,
        "sent_at": _NOW if channel else None,
        "read_at": _NOW if state is DeliveryState.READ else None,
        "check_tries": 0,
        "reminded": 0,
    }


async def _fill(database: Database, recipients: int) -> None:
    """Let two circulars have been sent: one to all, one to as many as are put on paper."""
    people = [_employee(number) for number in range(recipients)]
    async with database.transaction() as session:
        await session.execute(insert(table_of(Employee)), people)
        for circular, count in (("all", recipients), ("paper", _ON_PAPER)):
            session.add(_circular(circular, people[0]["id"]))
            await session.flush()
            ids = [each["id"] for each in people[:count]]
            rows = [_delivery(circular, each, n) for n, each in enumerate(ids)]
            await session.execute(insert(table_of(Delivery)), rows)
            given = {"at": _NOW, "digest": "0" * 64, "channel": "telegram", "message_id": "1"}
            acknowledged = [
                {"circular_id": circular, "employee_id": each, "sequence": n, **given}
                for n, each in enumerate(ids[::3])
            ]
            await session.execute(insert(table_of(Acknowledgement)), acknowledged)


def _circular(name: str, author: str) -> Circular:
    texts = {"title": "تعميم", "body": "نص", "issuer": "الموارد البشرية", "statement": "أقر"}
    circular = Circular(
        id=name,
        employer="muscat",
        number=name,
        version=1,
        state=CircularState.SENT,
        **texts,
        title_en="",
        body_en="",
        statement_en="",
        dated_on=date(2026, 11, 19),
        due_at=_NOW - timedelta(days=1),
        articles=[],
        audience={"employers": ["muscat"]},
        created_by=author,
        created_at=_NOW,
        started_at=_NOW - timedelta(days=5),
    )
    circular.digest = content_of(circular, ()).digest
    return circular


async def _measure(url: str, library: Library, recipients: int) -> None:
    database = Database(url)
    await database.migrate()
    await _fill(database, recipients)
    service = CircularReportService(database, lambda: _NOW)
    effects = CircularEffectService(database, library)
    records = CircularRecordService(database, lambda: _NOW)

    async def opened(name: str) -> Opened:
        return await service.open(ByNumber("muscat", "100000"), name, Use.EXPORT)

    everybody, paper = [
        Report(service, library, await opened(name), effects, Language.ARABIC)
        for name in ("all", "paper")
    ]
    await _time(f"status of {recipients:,}", partial(service.status, everybody.opened))
    await _time(f"records of {recipients + _ON_PAPER:,}", records.record_due)
    with tempfile.TemporaryDirectory() as folder:
        for form, write in WRITERS.items():
            report, count = (paper, _ON_PAPER) if form == "pdf" else (everybody, recipients)
            path = Path(folder) / f"report.{form}"
            await _time(f"{form} of {count:,}", partial(write, report, path))
    await database.dispose()


async def _time(what: str, act: Callable[[], Awaitable[object]]) -> None:
    wall, computing = time.perf_counter(), time.process_time()
    await act()
    wall, computing = time.perf_counter() - wall, time.process_time() - computing
    print(f"{what}: {wall:.2f} s, of it computing {computing:.2f} s")


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000)
    recipients = parser.parse_args().recipients
    library = load_library(load_settings().content)
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        for url in (f"sqlite:///{folder}/waai.db", postgres):
            print(url.partition(":")[0])
            asyncio.run(_measure(url, library, recipients))


if __name__ == "__main__":
    main()
