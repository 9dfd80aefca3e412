"""Monitoring and referral: observations, their screenshots, their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PERSON_ID = sa.String(26)
_TOKEN = sa.String(16)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_KEPT = sa.text("expired_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "observations",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("link", sa.Text()),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("author_id", _PERSON_ID, nullable=False),
        sa.Column("subject_id", _PERSON_ID),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("decision", sa.Text()),
        sa.Column("decided_by", _PERSON_ID),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("referred_at", _MOMENT),
        sa.Column("decided_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("expired_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        sa.UniqueConstraint("employer", "number", name="uq_observations_employer_number"),
        *(_of_employee("observations", each) for each in ("author_id", "subject_id", "decided_by")),
    )
    op.create_index(
        "ix_observations_to_expire",
        "observations",
        ["ended_at"],
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )
    op.create_table(
        "observation_screenshots",
        sa.Column("observation_id", _TOKEN, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("observation_id", name="pk_observation_screenshots"),
        _of_observation("observation_screenshots"),
    )
    op.create_table(
        "observation_steps",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("observation_id", _TOKEN, nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("by", _PERSON_ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_observation_steps"),
        _of_observation("observation_steps"),
        _of_employee("observation_steps", "by"),
    )
    op.create_index("ix_observation_steps_observation_id", "observation_steps", ["observation_id"])


def downgrade() -> None:
    op.drop_table("observation_steps")
    op.drop_table("observation_screenshots")
    op.drop_table("observations")


def _of_employee(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["employees.id"], name=f"fk_{table}_{column}")


def _of_observation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["observation_id"],
        ["observations.id"],
        name=f"fk_{table}_observation_id",
        ondelete="CASCADE",
    )
