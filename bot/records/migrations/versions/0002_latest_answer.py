"""Which answer is a person's latest, for a follow-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answers") as table:
        table.add_column(sa.Column("latest_of", sa.String(64), nullable=True))
        table.create_unique_constraint("uq_answers_latest_of", ["latest_of"])


def downgrade() -> None:
    with op.batch_alter_table("answers") as table:
        table.drop_constraint("uq_answers_latest_of", type_="unique")
        table.drop_column("latest_of")
