"""Which managers were told who let a circular's deadline pass, and who is still to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    table = "manager_notices"
    op.create_table(
        table,
        sa.Column("circular_id", sa.String(16), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("queued_at", _MOMENT),
        sa.Column("told_at", _MOMENT),
        sa.Column("reason", sa.String(64)),
        sa.PrimaryKeyConstraint("circular_id", "employer", "number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["circular_id"], ["circulars.id"], name=f"fk_{table}_circular_id", ondelete="CASCADE"
        ),
    )
    # Whose managers were told before then is done with.
    op.add_column("circulars", sa.Column("escalate_at", _MOMENT))
    # Who was reminded least comes first.
    op.create_index("ix_deliveries_reminded", "deliveries", ["circular_id", "reminded", "id"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_reminded", "deliveries")
    op.drop_column("circulars", "escalate_at")
    op.drop_table("manager_notices")
