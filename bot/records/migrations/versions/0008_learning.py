"""Learning: versions of workshops, evidence, completions, certificates, final quizzes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TOKEN = sa.String(16)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("sittings") as table:
        table.add_column(sa.Column("workshop", sa.Text()))
    op.create_table(
        "workshop_versions",
        sa.Column("workshop", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.Column("renew_by", _MOMENT),
        sa.PrimaryKeyConstraint("workshop", "version", name="pk_workshop_versions"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", _ROW_ID, nullable=False),
        *_of_version(),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("source", name="uq_evidence_source"),
    )
    op.create_index("ix_evidence_learner", "evidence", ["learner", "workshop", "version"])
    op.create_table(
        "completions",
        sa.Column("id", _ROW_ID, nullable=False),
        *_of_version(),
        sa.Column("completed_at", _MOMENT, nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_completions"),
        sa.UniqueConstraint(
            "learner", "workshop", "version", name="uq_completions_learner_workshop_version"
        ),
    )
    op.create_table(
        "certificates",
        sa.Column("serial", _TOKEN, nullable=False),
        sa.Column("completion_id", _ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
        sa.Column("revoked_for", sa.Text()),
        sa.PrimaryKeyConstraint("serial", name="pk_certificates"),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["completions.id"],
            name="fk_certificates_completion_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_certificates_completion_id", "certificates", ["completion_id"])


def downgrade() -> None:
    op.drop_table("certificates")
    op.drop_table("completions")
    op.drop_table("evidence")
    op.drop_table("workshop_versions")
    with op.batch_alter_table("sittings") as table:
        table.drop_column("workshop")


def _of_version() -> tuple[sa.Column[str], ...]:
    return tuple(
        sa.Column(name, sa.Text(), nullable=False) for name in ("learner", "workshop", "version")
    )
