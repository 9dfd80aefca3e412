"""Quizzes: sittings, answers, what is remembered, daily habits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PERSON_ID = sa.String(26)
_TOKEN = sa.String(16)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("ended_at IS NULL")
_ON = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("sitting_id", _TOKEN))
        table.add_column(sa.Column("sitting_until", _MOMENT))
    op.create_table(
        "sittings",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("person_id", _PERSON_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("started_for", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sa.Column("paused_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
        sa.UniqueConstraint("person_id", "started_for", name="uq_sittings_person_id_started_for"),
        _of_person("sittings"),
    )
    op.create_index(
        "ix_sittings_open",
        "sittings",
        ["person_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "quiz_answers",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("sitting_id", _TOKEN, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", _PERSON_ID, nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("department", sa.Text()),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("picks", sa.Text(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quiz_answers"),
        sa.UniqueConstraint("sitting_id", "position", name="uq_quiz_answers_sitting_id_position"),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name="fk_quiz_answers_sitting_id", ondelete="CASCADE"
        ),
        _of_person("quiz_answers"),
    )
    op.create_index("ix_quiz_answers_person", "quiz_answers", ["person_id", "answered_at"])
    op.create_table(
        "quiz_memories",
        sa.Column("person_id", _PERSON_ID, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("reviewed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "question", name="pk_quiz_memories"),
        _of_person("quiz_memories"),
    )
    op.create_table(
        "daily_habits",
        sa.Column("person_id", _PERSON_ID, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT),
        sa.Column("reminded_at", _MOMENT),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_daily_habits"),
        _of_person("daily_habits"),
    )
    op.create_index(
        "ix_daily_habits_due",
        "daily_habits",
        ["next_at"],
        sqlite_where=_ON,
        postgresql_where=_ON,
    )


def downgrade() -> None:
    op.drop_table("daily_habits")
    op.drop_table("quiz_memories")
    op.drop_table("quiz_answers")
    op.drop_table("sittings")
    with op.batch_alter_table("people") as table:
        table.drop_column("sitting_until")
        table.drop_column("sitting_id")


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=f"fk_{table}_person_id", ondelete="CASCADE"
    )
