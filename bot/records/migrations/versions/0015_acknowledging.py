"""Acknowledging circulars: which files were opened, and when managers were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    table = "circular_openings"
    op.create_table(
        table,
        sa.Column("circular_id", sa.String(16), nullable=False),
        sa.Column("employee_id", sa.String(26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("circular_id", "employee_id", "position", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["circular_id"], ["circulars.id"], name=f"fk_{table}_circular_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=f"fk_{table}_employee_id"),
    )
    op.add_column("circulars", sa.Column("escalated_at", _MOMENT))


def downgrade() -> None:
    op.drop_column("circulars", "escalated_at")
    op.drop_table("circular_openings")
