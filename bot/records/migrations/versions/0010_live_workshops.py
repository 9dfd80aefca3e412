"""Live workshops: sessions, registrations, attendance, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PERSON_ID = sa.String(26)
_TOKEN = sa.String(16)
_SECRET = sa.String(32)
_LEARNER = sa.String(40)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_HELD = sa.text("cancelled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "workshop_sessions",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("workshop", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("link", sa.Text()),
        sa.Column("capacity", sa.Integer()),
        sa.Column("created_by", _PERSON_ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("secret", _SECRET, nullable=False),
        sa.Column("screen", _SECRET, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_workshop_sessions"),
        sa.UniqueConstraint("screen", name="uq_workshop_sessions_screen"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["employees.id"], name="fk_workshop_sessions_created_by"
        ),
    )
    op.create_index("ix_workshop_sessions_starts_at", "workshop_sessions", ["starts_at"])
    op.create_index(
        "ix_workshop_sessions_ahead",
        "workshop_sessions",
        ["employer", "ends_at"],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    _registrations()
    _attendances()
    op.create_table(
        "session_feedback",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("session_id", _TOKEN, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_session_feedback"),
        _of_session("session_feedback"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_feedback_session_id", "session_feedback", ["session_id"])


def downgrade() -> None:
    op.drop_table("session_feedback")
    op.drop_table("session_attendances")
    op.drop_table("session_registrations")
    op.drop_table("workshop_sessions")


def _registrations() -> None:
    table = "session_registrations"
    op.create_table(
        table,
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("session_id", _TOKEN, nullable=False),
        sa.Column("person_id", _PERSON_ID, nullable=False),
        sa.Column("learner", _LEARNER, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("session_id", "learner", name=f"uq_{table}_session_id_learner"),
        _of_session(table),
        _of_person(table, "CASCADE"),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _attendances() -> None:
    table = "session_attendances"
    op.create_table(
        table,
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("session_id", _TOKEN, nullable=False),
        sa.Column("learner", _LEARNER, nullable=False),
        sa.Column("person_id", _PERSON_ID),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("marked_by", _PERSON_ID),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("session_id", "learner", name=f"uq_{table}_session_id_learner"),
        _of_session(table),
        _of_person(table, "SET NULL"),
        sa.ForeignKeyConstraint(["marked_by"], ["employees.id"], name=f"fk_{table}_marked_by"),
    )
    op.create_index(f"ix_{table}_learner", table, ["learner"])
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"],
        ["workshop_sessions.id"],
        name=f"fk_{table}_session_id",
        ondelete="CASCADE",
    )


def _of_person(table: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=f"fk_{table}_person_id", ondelete=on_delete
    )
