"""What is kept of a circular's acknowledgements and files, to be held against the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import among, dialect_of, is_among, table_of
from bot.records.circular_rows import Acknowledgement, Delivery
from bot.records.employees import Employee
from bot.records.files import StoredFile

_acknowledgements = table_of(Acknowledgement)
_deliveries = table_of(Delivery)
_employees = table_of(Employee)
_files = table_of(StoredFile)


class KeptAcknowledgement(NamedTuple):
    """An acknowledgement as it is kept; see ``bot.records.circular_rows.Acknowledgement``."""

    at: datetime
    digest: str
    channel: str
    message_id: str
    sequence: int


class CircularEvidence:
    """The repository that reads what the journal has too.

    Args:
        session: One that only reads.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def acknowledgements(self, circular_id: str) -> dict[str, KeptAcknowledgement]:
        """Give a circular's acknowledgements by the employee's id."""
        columns = (_acknowledgements.c[name] for name in KeptAcknowledgement._fields)
        theirs = select(_acknowledgements.c.employee_id, *columns)
        rows = await self._session.execute(
            theirs.where(_acknowledgements.c.circular_id == circular_id)
        )
        return {employee: KeptAcknowledgement._make(row) for employee, *row in rows}

    async def recipients(self, circular_id: str) -> set[str]:
        """Give the ids of a circular's recipients."""
        theirs = select(_deliveries.c.employee_id).where(_deliveries.c.circular_id == circular_id)
        return set(await self._session.scalars(theirs))

    async def numbers(self, employee_ids: Collection[str]) -> dict[str, str]:
        """Give the numbers of employees by their ids."""
        dialect = dialect_of(self._session)
        chosen = is_among(dialect, _employees.c.id, "of_ids")
        numbers = select(_employees.c.id, _employees.c.number).where(chosen)
        given = {"of_ids": among(dialect, list(employee_ids))}
        rows = await self._session.execute(numbers, given)
        return {row.id: row.number for row in rows}

    async def digest_of_file(self, file_id: str) -> str | None:
        """Work out the SHA-256 of a file's content; None where it is kept no more."""
        content = select(_files.c.content).where(_files.c.id == file_id)
        found = (await self._session.scalars(content)).one_or_none()
        return None if found is None else hashlib.sha256(found).hexdigest()
