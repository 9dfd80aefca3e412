"""Drafts that are awaited: until when, and which event brought one; never what it says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("draft_awaited_until", sa.DateTime(timezone=True)))
    op.add_column("people", sa.Column("draft_taken_for", sa.Text()))


def downgrade() -> None:
    op.drop_column("people", "draft_taken_for")
    op.drop_column("people", "draft_awaited_until")
