"""What platforms say of sent messages, the reply window, and files that go out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_RECEIPTS = ("delivered_at", "read_at", "templated_at")


def upgrade() -> None:
    for name in _RECEIPTS:
        op.add_column("outbox_messages", sa.Column(name, _MOMENT))
    op.add_column("channel_links", sa.Column("last_wrote_at", _MOMENT))
    op.create_table(
        "files",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(26)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_files_person_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    for column in ("person_id", "expires_at"):
        op.create_index(f"ix_files_{column}", "files", [column])
    op.create_table(
        "uploads",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "sha256", name="pk_uploads"),
    )


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("files")
    op.drop_column("channel_links", "last_wrote_at")
    for name in reversed(_RECEIPTS):
        op.drop_column("outbox_messages", name)
