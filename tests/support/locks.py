"""Waiting until transactions wait for each other, on PostgreSQL."""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support.patience import PATIENCE_S


async def until_one_waits(session: AsyncSession) -> None:
    """Wait until another transaction waits for what this one holds."""
    waiting = text("SELECT true FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    async with asyncio.timeout(PATIENCE_S):
        while not (await session.execute(waiting)).first():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)
