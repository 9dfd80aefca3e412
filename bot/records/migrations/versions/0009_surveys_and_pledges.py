"""Surveys, counted without a row a person, and pledges."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TOKEN = sa.String(16)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "survey_waves",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_survey_waves"),
        sa.UniqueConstraint(
            "survey", "employer", "name", name="uq_survey_waves_survey_employer_name"
        ),
    )
    op.create_index(
        "ix_survey_waves_open",
        "survey_waves",
        ["employer"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    _of_wave("survey_takers", ["learner"], _text("learner"))
    _of_wave(
        "survey_boxes",
        ["group"],
        _text("group"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    _of_wave(
        "survey_counts",
        ["group", "question", "choice"],
        _text("group"),
        _text("question"),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "pledges",
        sa.Column("id", _ROW_ID, nullable=False),
        _text("learner"),
        _text("channel"),
        sa.Column("link", _ROW_ID),
        _text("message"),
        _text("rulebook"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        _text("wording"),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("accepted_at", _MOMENT, nullable=False),
        _text("key"),
        sa.PrimaryKeyConstraint("id", name="pk_pledges"),
        sa.UniqueConstraint(
            "learner", "rulebook", "version", name="uq_pledges_learner_rulebook_version"
        ),
        sa.UniqueConstraint("key", name="uq_pledges_key"),
    )


def downgrade() -> None:
    for table in ("pledges", "survey_counts", "survey_boxes", "survey_takers", "survey_waves"):
        op.drop_table(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _of_wave(table: str, keys: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("wave", _TOKEN, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("wave", *keys, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["wave"], ["survey_waves.id"], name=f"fk_{table}_wave"),
        sqlite_with_rowid=False,
    )
