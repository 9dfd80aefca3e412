"""What all rows share: names of constraints, types of columns, an insert that settles races."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

Json = dict[str, Any]

PersonId = String(26)
Token = String(16)
RowId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in an INTEGER primary key: https://sqlite.org/autoinc.html"""

IN_NO_ORDER = {"sqlite_with_rowid": False}
"""For rows with a random id: SQLite's own number would tell in which order they were added."""


class Reachable(Protocol):
    """Where a person is reached; ``bot.conversation.events.Address`` is one."""

    @property
    def channel(self) -> str:
        """The platform."""

    @property
    def account(self) -> str:
        """Our account on the platform."""

    @property
    def user(self) -> str:
        """The platform's id of the person's chat."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC.

        Raises:
            ValueError: The moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def clean(text: str) -> str:
    """Replace what no database can store (NUL, lone surrogates) by U+FFFD.

    PostgreSQL refuses NUL in text: https://www.postgresql.org/docs/current/datatype-character.html
    """
    text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class CleanText(TypeDecorator[str]):
    """Text from outside, cleaned."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Replace what cannot be stored."""
        return None if value is None else clean(value)


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


class Base(DeclarativeBase):
    """The base of every row."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            str: CleanText(),
            # JSON, not JSONB, and ASCII only: a raw event is kept whatever code points it escapes.
            Json: JSON(none_as_null=True),
            list[str]: JSON(none_as_null=True),
            list[int]: JSON(none_as_null=True),
            # One length for all: a longer value later needs no migration.
            StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_values),
        },
    )


def new_token() -> str:
    """Make a random id of 16 characters, short enough for a button."""
    return secrets.token_hex(8)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Index only the rows that a condition holds for."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def table_of(row: type[Base]) -> Table:
    """Give the table of a row, for statements that run for each message.

    Such a statement is built once, with parameters, and on the table: building one anew takes as
    long as three that are there, and the unit of work of the ORM as long again.
    """
    return cast("Table", row.__table__)


def dialect_of(session: AsyncSession) -> str:
    """Name the kind of database: ``sqlite`` or ``postgresql``."""
    return session.get_bind().dialect.name


DIALECTS = ("sqlite", "postgresql")
"""The kinds of database, for statements that are built for each."""


def is_among(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Look a column up among values given at once: an array, or a JSON document on SQLite."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    given = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(given.c.value))


def among(dialect: str, values: Sequence[object]) -> object:
    """Give values as statements with ``is_among`` take them."""
    return list(values) if dialect == "postgresql" else json.dumps(values)


def insert_by(dialect: str, row: type[Base] | Table) -> sqlite.Insert | postgresql.Insert:
    """Start an INSERT that can say what happens where a unique key is taken already."""
    return postgresql.insert(row) if dialect == "postgresql" else sqlite.insert(row)


def insert_into(session: AsyncSession, row: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Start such an INSERT for the database of a session."""
    return insert_by(dialect_of(session), row)


async def delete_where(
    session: AsyncSession, row: type[Base], *conditions: ColumnElement[bool]
) -> int:
    """Delete rows and say how many there were."""
    deleted = await session.execute(delete(row).where(*conditions))
    return cast("CursorResult[Any]", deleted).rowcount
