r"""Alembic's door: it runs this file to migrate or to write a new version.

A new version is written against a database that has the newest one::

    alembic -c bot/records/migrations/alembic.ini -x url=sqlite:////tmp/waai.db \
        revision --autogenerate --rev-id 0002 -m "what changes"
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, create_engine

from bot.records.base import CleanText, UtcDateTime
from bot.records.schema import metadata


def _plain(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # A version must still run when the types of ours have changed.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, CleanText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        render_item=_plain,
    )
    with context.begin_transaction():
        context.run_migrations()


_given = context.config.attributes.get("connection")
if _given is not None:
    _run(_given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).begin() as _opened:
        _run(_opened)
