"""What stays of questions that people answered, after their texts are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    table = "handover_figures"
    op.create_table(
        table,
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT),
        sa.Column("closed_at", _MOMENT, nullable=False),
        sa.Column("end_reason", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{table}_employer_created_at", table, ["employer", "created_at"])


def downgrade() -> None:
    op.drop_table("handover_figures")
