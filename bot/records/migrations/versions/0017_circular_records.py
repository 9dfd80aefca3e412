"""Up to when the journal has what became of a circular."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("circulars", sa.Column("recorded_to", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("circulars", "recorded_to")
