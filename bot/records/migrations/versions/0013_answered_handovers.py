"""Texts that something asked for, and hand-overs that are answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AWAITED = ("awaited", "awaited_taken", "awaited_taken_for")
_MOMENTS = ("reopened_at", "answered_at", "draft_at", "tell_at")
_EMPLOYEES = ("answered_by", "draft_by")
_TEXTS = ("reopened_for", "answer", "draft")
_TOLD = sa.text("tell_at IS NOT NULL")
_IS_AWAITED = sa.text("awaited IS NOT NULL")


def upgrade() -> None:
    op.add_column("people", sa.Column("awaited_until", sa.DateTime(timezone=True)))
    for name in _AWAITED:
        op.add_column("people", sa.Column(name, sa.Text()))
    op.create_index(
        "ix_people_awaited",
        "people",
        ["awaited"],
        sqlite_where=_IS_AWAITED,
        postgresql_where=_IS_AWAITED,
    )
    op.add_column("handovers", sa.Column("end_reason", sa.String(32)))
    for name in _MOMENTS:
        op.add_column("handovers", sa.Column(name, sa.DateTime(timezone=True)))
    for name in _EMPLOYEES:
        op.add_column("handovers", sa.Column(name, sa.String(26)))
    for name in _TEXTS:
        op.add_column("handovers", sa.Column(name, sa.Text()))
    op.create_index(
        "ix_handovers_told",
        "handovers",
        ["tell_at"],
        sqlite_where=_TOLD,
        postgresql_where=_TOLD,
    )
    op.execute(
        "UPDATE handovers SET tell_at = created_at WHERE state = 'open' AND question IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_handovers_told", "handovers")
    for name in (*_TEXTS, *_EMPLOYEES, *_MOMENTS, "end_reason"):
        op.drop_column("handovers", name)
    op.drop_index("ix_people_awaited", "people")
    for name in (*_AWAITED, "awaited_until"):
        op.drop_column("people", name)
