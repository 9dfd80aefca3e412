"""The journal: hash-chained entries that the database lets nobody change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_DIGEST = sa.String(64)
_KEPT = sa.text("body IS NOT NULL")
_FIXED = ("chain", "seq", "at", "kind", "actor", "subject", "body_sha256", "hash")
_REFUSED = "the journal is append-only"


def upgrade() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("body_sha256", _DIGEST, nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_journal_entries"),
    )
    op.create_index(
        "ix_journal_entries_subject_chain_seq", "journal_entries", ["subject", "chain", "seq"]
    )
    op.create_index(
        "ix_journal_entries_expiring",
        "journal_entries",
        ["kind", "at"],
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )
    op.create_table(
        "journal_heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_journal_heads"),
    )
    refuse = _refuse_on_postgresql if _is_postgresql() else _refuse_on_sqlite
    refuse()


def downgrade() -> None:
    op.drop_table("journal_heads")
    op.drop_table("journal_entries")
    if _is_postgresql():
        op.execute("DROP FUNCTION refuse_journal_change()")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse_on_sqlite() -> None:
    # REPLACE deletes without a trigger on DELETE: https://sqlite.org/lang_conflict.html
    there = "SELECT 1 FROM journal_entries WHERE chain = NEW.chain AND seq = NEW.seq"
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)
    for name, table, event, condition in (
        ("journal_entries_replaced", "journal_entries", "INSERT", f"EXISTS ({there})"),
        ("journal_entries_deleted", "journal_entries", "DELETE", "1"),
        ("journal_entries_changed", "journal_entries", "UPDATE", f"NEW.body NOT NULL OR {changed}"),
        ("journal_heads_deleted", "journal_heads", "DELETE", "1"),
        ("journal_heads_turned", "journal_heads", "UPDATE", "NEW.seq <= OLD.seq"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)
    for name, table, event in (
        ("journal_entries_deleted", "journal_entries", "BEFORE DELETE"),
        ("journal_entries_emptied", "journal_entries", "BEFORE TRUNCATE"),
        ("journal_heads_deleted", "journal_heads", "BEFORE DELETE"),
        ("journal_heads_emptied", "journal_heads", "BEFORE TRUNCATE"),
    ):
        _trigger(f"{name} {event} ON {table} FOR EACH STATEMENT")
    _trigger(
        "journal_entries_changed BEFORE UPDATE ON journal_entries FOR EACH ROW "
        f"WHEN (NEW.body IS NOT NULL OR {changed})"
    )
    _trigger(
        "journal_heads_turned BEFORE UPDATE ON journal_heads FOR EACH ROW WHEN (NEW.seq <= OLD.seq)"
    )


def _trigger(what: str) -> None:
    op.execute(f"CREATE TRIGGER {what} EXECUTE FUNCTION refuse_journal_change()")
