from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.records.attendances import Attendances
from bot.records.circular_reminders import CircularReminders
from bot.records.daily import DailyHabits
from bot.records.database import Database
from bot.records.inbox import Inbox
from bot.records.outbox import Outbox
from bot.records.quiz_statistics import QuizStatistics, Scope
from bot.records.registrations import Registrations
from bot.records.sessions import WorkshopSessions
from tests.records.moments import AMAL, LEASE, NOW

Statement = tuple[str, Any]


@pytest.fixture
def statements() -> Iterator[list[Statement]]:
    seen: list[Statement] = []

    def note(*happened: Any) -> None:
        if happened[2].startswith(("UPDATE", "SELECT", "WITH")):
            seen.append((happened[2], happened[3]))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


async def test_claims_look_at_open_rows_only(tmp_path: Path, statements: list[Statement]) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    statements.clear()
    async with database.transaction() as session:
        await Inbox(session).claim_some(NOW, LEASE, 5, [("telegram", "bot1"), ("web", "web")])
        await Inbox(session).next_due(NOW)
        await Outbox(session).claim(NOW, LEASE, "telegram", "bot1", 5)
        await Outbox(session).next_due(NOW, "telegram", "bot1")
        await Outbox(session).list_after(AMAL, 0, 5)
        connection = await session.connection()
        seen = list(statements)
        assert len(seen) == 5
        for statement, parameters in seen:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for step in (str(row.detail) for row in plan):
                if "_events" in step or "_messages" in step:
                    assert "USING INDEX ix_" in step or "PRIMARY KEY (rowid=?)" in step
    await database.dispose()


async def test_whom_to_remind_is_found_by_indexes(
    tmp_path: Path, statements: list[Statement]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    statements.clear()
    async with database.transaction() as session:
        await DailyHabits(session).hold_due(NOW, 5)
        connection = await session.connection()
        ((statement, parameters),) = list(statements)
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [str(row.detail) for row in plan]
        assert any("ix_daily_habits_due" in step for step in steps)
        assert any("ix_quiz_answers_person" in step for step in steps)
        assert not any(step.startswith("SCAN") for step in steps)
    await database.dispose()


async def test_statistics_look_up_what_counts(tmp_path: Path, statements: list[Statement]) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    versions = {f"muscat.q{n}": 1 for n in range(100)}
    cells = [(question, "muscat") for question in versions]
    async with database.reading() as session:
        statistics = QuizStatistics(session, versions, Scope())
        connection = await session.connection()
        statements.clear()
        await statistics.tally()
        await statistics.sum_groups(dict.fromkeys(cells, "muscat.1"))
        await statistics.sum_employers(cells)
        seen = list(statements)
        assert len(seen) == 3
        for statement, parameters in seen:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            assert steps.count("SCAN quiz_answers") == 1
            assert any(step.startswith("SEARCH wanted USING AUTOMATIC") for step in steps)
    await database.dispose()


async def test_what_is_asked_of_sessions_is_found_by_indexes(
    tmp_path: Path, statements: list[Statement]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    statements.clear()
    async with database.transaction() as session:
        await WorkshopSessions(session).list_on("muscat", NOW)
        await Registrations(session).hold_due(NOW, 5)
        await Attendances(session).hold_unasked(["1", "2"], 5)
        await WorkshopSessions(session).list_ended(NOW, NOW)
        connection = await session.connection()
        seen = list(statements)
        assert len(seen) == 4
        for statement, parameters in seen:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            assert not any(step.startswith("SCAN") for step in steps), steps
    await database.dispose()


async def test_whom_to_remind_of_a_circular_is_read_in_order(
    tmp_path: Path, statements: list[Statement]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    statements.clear()
    async with database.transaction() as session:
        await CircularReminders(session).hold_due("0123456789abcdef", 1, NOW, 5)
        connection = await session.connection()
        ((statement, parameters),) = list(statements)
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [str(row.detail) for row in plan]
    assert any("ix_deliveries_reminded" in step for step in steps), steps
    assert not any(step.startswith(("SCAN", "USE TEMP")) for step in steps), steps
    await database.dispose()
