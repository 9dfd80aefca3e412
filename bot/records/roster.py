"""The roster as it is kept, read and written a hundred thousand employees at a time."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column as TableColumn
from sqlalchemy import (
    Row,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.roster import Column, RosterEntry, StaffRole, StoredEmployee
from bot.domain.roster_plan import Change, RosterPlan
from bot.records.base import dialect_of, table_of
from bot.records.employees import Employee, EmployeePhone

_T = TypeVar("_T")
_PAGE = 5_000
"""Rows read or written by one statement: their values are in memory at once."""

_REPEATED = 20_000
_EMPLOYEES = table_of(Employee)
_PHONES = table_of(EmployeePhone)
_FIELDS = (
    ("name_ar", "name_ar"),
    ("name_en", "name_en"),
    ("department", "department"),
    ("job", "job"),
    ("manager", "manager_number"),
    ("language", "language"),
    ("roles", "roles"),
)
"""Columns of a roster, which name what ``RosterEntry`` has, and those of the table."""

_WITH_PHONES = select(
    *(_EMPLOYEES.c[name] for name in ("id", "employer", "number", "deactivated_at")),
    *(_EMPLOYEES.c[name] for name in ("name_ar", "name_en", "job", "manager_number", "language")),
    # Read as they are kept, since most of them repeat: see ``_tuple``.
    cast(_EMPLOYEES.c.department, Text).label("department"),
    cast(_EMPLOYEES.c.roles, Text).label("roles"),
    select(func.aggregate_strings(_PHONES.c.phone, ","))
    .where(_PHONES.c.employee_id == _EMPLOYEES.c.id)
    .scalar_subquery()
    .label("phones"),
)
_TAKE_PHONE = delete(_PHONES).where(
    _PHONES.c.employee_id == bindparam("of_id"), _PHONES.c.phone == bindparam("of_phone")
)


class Roster:
    """The repository of whole rosters."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Let nobody else write a roster until the transaction ends; reading goes on.

        SQLite has one writer in any case.
        """
        if dialect_of(self._session) == "postgresql":
            await self._session.execute(text("LOCK TABLE employees IN SHARE ROW EXCLUSIVE MODE"))

    async def read(self, employers: Collection[str]) -> AsyncIterator[list[StoredEmployee]]:
        """Give all employees of these employers, leavers too, some thousands at a time."""
        for employer in employers:
            of_employer = _WITH_PHONES.where(_EMPLOYEES.c.employer == employer)
            async for rows in self._pages(of_employer, _EMPLOYEES.c.number):
                yield [_stored(row) for row in rows]

    async def get(self, employee_id: str) -> StoredEmployee:
        """Give one employee.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        one = _WITH_PHONES.where(_EMPLOYEES.c.id == employee_id)
        return _stored((await self._session.execute(one)).one())

    async def read_phones_elsewhere(self, employers: Collection[str]) -> AsyncIterator[list[str]]:
        """Give the phones of all active employees of other employers."""
        elsewhere = (
            select(_PHONES.c.id, _PHONES.c.phone)
            .join_from(_PHONES, _EMPLOYEES)
            .where(_EMPLOYEES.c.employer.not_in(employers), _EMPLOYEES.c.deactivated_at.is_(None))
        )
        async for rows in self._pages(elsewhere, _PHONES.c.id):
            yield [row.phone for row in rows]

    async def write(self, plan: RosterPlan, now: datetime) -> None:
        """Write what a plan says.

        A number that the roster gives anew, also to a returner, is good again; one that it
        does not have any more is deleted.
        """
        await self._add(plan.new, now)
        await self._change(plan.changes, plan.given, now)
        for ids in _chunks(plan.leavers):
            left = _EMPLOYEES.c.id.in_(ids)
            await self._session.execute(
                update(_EMPLOYEES).where(left).values(deactivated_at=now, updated_at=now)
            )
            await self._session.execute(delete(_PHONES).where(_PHONES.c.employee_id.in_(ids)))

    async def _pages(
        self, query: Select[Any], key: TableColumn[Any]
    ) -> AsyncIterator[Sequence[Row[Any]]]:
        page = query.order_by(key).limit(_PAGE)
        rows = (await self._session.execute(page)).all()
        while rows:
            yield rows
            after = getattr(rows[-1], key.name)
            rows = (await self._session.execute(page.where(key > after))).all()

    async def _add(self, entries: Iterable[RosterEntry], now: datetime) -> None:
        fixed = {"created_at": now, "updated_at": now}
        for chunk in _chunks(entries):
            ids = [secrets.token_hex(13) for _ in chunk]
            rows = [
                {"id": i, "employer": entry.employer, "number": entry.number}
                | _values(entry, _FIELDS)
                | fixed
                for i, entry in zip(ids, chunk, strict=True)
            ]
            await self._session.execute(insert(_EMPLOYEES), rows)
            phones = zip(ids, (entry.phones for entry in chunk), strict=True)
            await self._add_phones(phones, now)

    async def _change(
        self, changes: Iterable[Change], given: frozenset[Column], now: datetime
    ) -> None:
        # An UPDATE's own parameters may not be called like its columns.
        fields = [(column, f"new_{field}") for column, field in _FIELDS if column in given]
        written: dict[str, Any] = {
            field: bindparam(f"new_{field}") for column, field in _FIELDS if column in given
        }
        statement = (
            update(_EMPLOYEES)
            .where(_EMPLOYEES.c.id == bindparam("of_id"))
            .values(**written, updated_at=now, deactivated_at=None)
        )
        for chunk in _chunks(changes):
            rows = [{"of_id": each.employee_id} | _values(each.entry, fields) for each in chunk]
            await self._session.execute(statement, rows)
            if Column.PHONES in given:
                await self._change_phones(chunk, now)

    async def _change_phones(self, changes: Sequence[Change], now: datetime) -> None:
        gone = [
            {"of_id": each.employee_id, "of_phone": phone}
            for each in changes
            for phone in set(each.phones).difference(each.entry.phones)
        ]
        if gone:
            await self._session.execute(_TAKE_PHONE, gone)
        added = (
            (each.employee_id, [p for p in each.entry.phones if p not in each.phones])
            for each in changes
        )
        await self._add_phones(added, now)

    async def _add_phones(
        self, phones: Iterable[tuple[str, Collection[str]]], now: datetime
    ) -> None:
        rows = [
            {"employee_id": employee_id, "phone": phone, "added_at": now}
            for employee_id, numbers in phones
            for phone in numbers
        ]
        if rows:
            await self._session.execute(insert(_PHONES), rows)


def _values(entry: RosterEntry, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {field: getattr(entry, attribute) for attribute, field in fields}


def _stored(row: Row[*tuple[Any, ...]]) -> StoredEmployee:
    return StoredEmployee(
        id=row.id,
        active=row.deactivated_at is None,
        entry=RosterEntry(
            line=0,
            employer=row.employer,
            number=row.number,
            name_ar=row.name_ar,
            name_en=row.name_en,
            department=_tuple(row.department),
            job=row.job,
            manager=row.manager_number,
            phones=tuple(sorted(row.phones.split(","))) if row.phones else (),
            language=row.language,
            roles=_roles(row.roles),
        ),
    )


@lru_cache(_REPEATED)
def _tuple(json_list: str) -> tuple[str, ...]:
    return tuple(json.loads(json_list))


@lru_cache
def _roles(json_list: str) -> tuple[StaffRole, ...]:
    return tuple(StaffRole(role) for role in json.loads(json_list))


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _PAGE)):
        yield chunk
