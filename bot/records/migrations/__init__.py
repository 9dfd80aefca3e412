"""The versions of the tables, moved by Alembic over a connection that the caller holds."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

_LOCK = 7_233_161
"""Our number of PostgreSQL's advisory locks: replicas that start together migrate in turn."""


def configuration(connection: Connection) -> Config:
    """Make Alembic's configuration for an open connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", Path(__file__).parent.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version; the caller commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(configuration(connection), "head")


def downgrade(connection: Connection) -> None:
    """Take every table away again; the caller commits."""
    command.downgrade(configuration(connection), "base")
