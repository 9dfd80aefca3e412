"""Who is linked to which chat, by which proof and until when; codes, opt-out, erasure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PERSON_ID = sa.String(26)
_MOMENT = sa.DateTime(timezone=True)
_LIVE = sa.text("ended_at IS NULL")
_PRIMARY = sa.text("ended_at IS NULL AND is_primary")
_ADDRESS = ["channel", "account", "user"]


def upgrade() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("employee_id", _PERSON_ID))
        table.add_column(sa.Column("reminders_off_at", _MOMENT))
        table.add_column(sa.Column("erase_at", _MOMENT))
        table.create_unique_constraint("uq_people_employee_id", ["employee_id"])
        table.create_foreign_key(
            "fk_people_employee_id", "employees", ["employee_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("channel_links") as table:
        table.add_column(sa.Column("phone", sa.Text()))
        table.add_column(sa.Column("proof", sa.String(32)))
        table.add_column(
            sa.Column("is_primary", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("ended_at", _MOMENT))
        table.add_column(sa.Column("end_reason", sa.Text()))
        table.drop_constraint("uq_channel_links_channel_account_user", type_="unique")
    with op.batch_alter_table("channel_links") as table:
        table.alter_column("is_primary", server_default=None)
    _unique("ix_channel_links_live", _ADDRESS, _LIVE)
    _unique("ix_channel_links_primary", ["person_id"], _PRIMARY)
    op.create_index(
        "ix_channel_links_phone",
        "channel_links",
        ["phone"],
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("employee_id", _PERSON_ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolment_codes"),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employees.id"],
            name="fk_enrolment_codes_employee_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_enrolment_codes_employee_id", "enrolment_codes", ["employee_id"])
    op.create_table(
        "enrolment_tries",
        sa.Column("chat_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("chat_hash", name="pk_enrolment_tries"),
    )


def downgrade() -> None:
    op.drop_table("enrolment_tries")
    op.drop_table("enrolment_codes")
    for index in ("phone", "primary", "live"):
        op.drop_index(f"ix_channel_links_{index}", "channel_links")
    # Of an address that had several people, only the present one is left.
    op.execute("DELETE FROM channel_links WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("channel_links") as table:
        for column in ("end_reason", "ended_at", "is_primary", "proof", "phone"):
            table.drop_column(column)
        table.create_unique_constraint("uq_channel_links_channel_account_user", _ADDRESS)
    with op.batch_alter_table("people") as table:
        table.drop_constraint("fk_people_employee_id", type_="foreignkey")
        table.drop_constraint("uq_people_employee_id", type_="unique")
        for column in ("erase_at", "reminders_off_at", "employee_id"):
            table.drop_column(column)


def _unique(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(
        name,
        "channel_links",
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
