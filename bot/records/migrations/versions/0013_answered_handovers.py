"""Texts that something asked for, and hand-overs that are answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AWAITED = ("awaited", "awaited_taken", "awaited_taken_for")


def upgrade() -> None:
    op.add_column("people", sa.Column("awaited_until", sa.DateTime(timezone=True)))
    for name in _AWAITED:
        op.add_column("people", sa.Column(name, sa.Text()))


def downgrade() -> None:
    for name in (*_AWAITED, "awaited_until"):
        op.drop_column("people", name)
