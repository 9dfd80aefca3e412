"""The first tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PERSON_ID = sa.String(26)
_TOKEN = sa.String(16)
_CHOICE = sa.String(32)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _triage_questions()
    _answers()
    _handovers()
    _inbox_events()
    _outbox_messages()
    op.create_table(
        "rate_buckets",
        _column("key", sa.Text()),
        _column("tokens", sa.Double()),
        _column("updated_at", _MOMENT),
        _column("halted_until", _MOMENT, nullable=True),
        _primary_key("rate_buckets", "key"),
    )


def downgrade() -> None:
    for table in (
        "rate_buckets",
        "outbox_messages",
        "inbox_events",
        "counters",
        "handovers",
        "answers",
        "triage_questions",
        "channel_links",
        "people",
    ):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "people",
        _column("id", _PERSON_ID),
        _column("created_at", _MOMENT),
        _column("employer", sa.Text(), nullable=True),
        _column("role", _CHOICE),
        _column("language", _CHOICE, nullable=True),
        _column("last_language", _CHOICE),
        _column("greeted_at", _MOMENT, nullable=True),
        _column("greeted_for", sa.Text(), nullable=True),
        _column("informed_at", _MOMENT, nullable=True),
        _column("pending_text", sa.Text(), nullable=True),
        _column("pending_at", _MOMENT, nullable=True),
        _column("pending_for", sa.Text(), nullable=True),
        _primary_key("people"),
    )
    op.create_table(
        "channel_links",
        _column("id", _ROW_ID),
        _column("person_id", _PERSON_ID),
        _column("channel", sa.Text()),
        _column("account", sa.Text()),
        _column("user", sa.Text()),
        _column("created_at", _MOMENT),
        _column("blocked_at", _MOMENT, nullable=True),
        _primary_key("channel_links"),
        _unique("channel_links", "channel", "account", "user"),
        _foreign_key("channel_links", "person_id", "people.id", "CASCADE"),
    )
    _index("channel_links", "person_id")


def _triage_questions() -> None:
    op.create_table(
        "triage_questions",
        _column("id", _TOKEN),
        _column("text", sa.Text()),
        _column("employer", sa.Text()),
        _column("reason", _CHOICE),
        _column("created_at", sa.Date()),
        _column("expires_at", _MOMENT),
        _primary_key("triage_questions"),
        sqlite_with_rowid=False,
    )
    _index("triage_questions", "expires_at")


def _answers() -> None:
    op.create_table(
        "answers",
        _column("id", _TOKEN),
        _column("owner_hash", sa.String(64)),
        _column("employer", sa.Text()),
        _column("role", _CHOICE),
        _column("verdict", _CHOICE),
        _column("articles", sa.JSON()),
        _column("facets", sa.JSON()),
        _column("readings", sa.JSON()),
        _column("language", _CHOICE),
        _column("created_at", sa.Date()),
        _column("expires_at", _MOMENT),
        _column("question_id", _TOKEN, nullable=True),
        _column("useful", sa.Boolean(), nullable=True),
        _column("rated_at", sa.Date(), nullable=True),
        _primary_key("answers"),
        _foreign_key("answers", "question_id", "triage_questions.id", "SET NULL"),
        sqlite_with_rowid=False,
    )
    _index("answers", "expires_at")
    _index("answers", "question_id")


def _handovers() -> None:
    op.create_table(
        "handovers",
        _column("id", _TOKEN),
        _column("number", sa.Integer()),
        _column("person_id", _PERSON_ID),
        _column("employer", sa.Text()),
        _column("reason", _CHOICE),
        _column("question", sa.Text(), nullable=True),
        _column("idempotency_key", sa.Text()),
        _column("state", _CHOICE),
        _column("created_at", _MOMENT),
        _column("closed_at", _MOMENT, nullable=True),
        _column("expires_at", _MOMENT),
        _primary_key("handovers"),
        _unique("handovers", "number"),
        _unique("handovers", "idempotency_key"),
        _foreign_key("handovers", "person_id", "people.id", "CASCADE"),
    )
    for column in ("person_id", "state", "expires_at"):
        _index("handovers", column)
    op.create_table(
        "counters",
        _column("name", sa.Text()),
        _column("value", sa.Integer()),
        _primary_key("counters", "name"),
    )


def _inbox_events() -> None:
    op.create_table(
        "inbox_events",
        _column("id", _ROW_ID),
        _column("channel", sa.Text()),
        _column("account", sa.Text()),
        _column("external_id", sa.Text()),
        _column("user", sa.Text()),
        _column("payload", sa.JSON(), nullable=True),
        _column("received_at", _MOMENT),
        _column("state", _CHOICE),
        _column("next_at", _MOMENT),
        _column("claims", sa.Integer()),
        _column("attempts", sa.Integer()),
        _column("error", sa.Text(), nullable=True),
        _primary_key("inbox_events"),
        _unique("inbox_events", "channel", "account", "external_id"),
    )
    still_open = "state IN ('pending', 'processing')"
    _partial_index("inbox_events", "open", ["id"], still_open)
    _partial_index("inbox_events", "open_user", ["channel", "account", "user", "id"], still_open)


def _outbox_messages() -> None:
    op.create_table(
        "outbox_messages",
        _column("id", _ROW_ID),
        _column("inbox_event_id", _ROW_ID, nullable=True),
        _column("part", sa.Integer()),
        _column("person_id", _PERSON_ID, nullable=True),
        _column("channel", sa.Text()),
        _column("account", sa.Text()),
        _column("user", sa.Text()),
        _column("lane", _CHOICE),
        _column("payload", sa.JSON(), nullable=True),
        _column("state", _CHOICE),
        _column("attempts", sa.Integer()),
        _column("next_at", _MOMENT),
        _column("external_id", sa.Text(), nullable=True),
        _column("error", sa.Text(), nullable=True),
        _column("created_at", _MOMENT),
        _column("sent_at", _MOMENT, nullable=True),
        _primary_key("outbox_messages"),
        _unique("outbox_messages", "inbox_event_id", "part"),
        _foreign_key("outbox_messages", "inbox_event_id", "inbox_events.id"),
        _foreign_key("outbox_messages", "person_id", "people.id", "CASCADE"),
        sqlite_autoincrement=True,
    )
    _index("outbox_messages", "person_id")
    address = ["channel", "account", "user"]
    still_open = "state IN ('queued', 'sending')"
    by_lane = ["channel", "account", "lane", "id"]
    _partial_index("outbox_messages", "open", by_lane, still_open)
    _partial_index("outbox_messages", "open_user", [*address, "lane", "id"], still_open)
    _partial_index("outbox_messages", "kept", [*address, "id"], "payload IS NOT NULL")


def _column(name: str, kind: sa.types.TypeEngine[Any], *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def _primary_key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _foreign_key(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _partial_index(table: str, name: str, columns: Sequence[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        op.f(f"ix_{table}_{name}"),
        table,
        columns,
        sqlite_where=condition,
        postgresql_where=condition,
    )
