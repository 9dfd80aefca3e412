"""Circulars, their deliveries and acknowledgements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PERSON_ID = sa.String(26)
_TOKEN = sa.String(16)
_STATE = sa.String(32)
_SHA256 = sa.String(64)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_OF_DELIVERY = sa.text("delivery_id IS NOT NULL")


def upgrade() -> None:
    _circulars()
    _attachments()
    _deliveries()
    _acknowledgements()
    op.create_table(
        "template_sends",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "user", name="pk_template_sends"),
    )
    op.create_index("ix_template_sends_at", "template_sends", ["at"])
    op.add_column("outbox_messages", sa.Column("delivery_id", _ROW_ID))
    op.create_index(
        "ix_outbox_messages_delivery",
        "outbox_messages",
        ["delivery_id"],
        sqlite_where=_OF_DELIVERY,
        postgresql_where=_OF_DELIVERY,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_messages_delivery", "outbox_messages")
    op.drop_column("outbox_messages", "delivery_id")
    for table in (
        "template_sends",
        "acknowledgements",
        "deliveries",
        "circular_attachments",
        "circulars",
    ):
        op.drop_table(table)


def _circulars() -> None:
    texts = ("title", "title_en", "body", "body_en", "issuer", "statement", "statement_en")
    op.create_table(
        "circulars",
        sa.Column("id", _TOKEN, nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("check", sa.JSON()),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("digest", _SHA256),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("send_at", _MOMENT),
        sa.Column("created_by", _PERSON_ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("approved_by", _PERSON_ID),
        sa.Column("approved_at", _MOMENT),
        sa.Column("started_at", _MOMENT),
        sa.Column("expanded_to", _PERSON_ID),
        sa.Column("expanded_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("supersedes", _TOKEN),
        sa.PrimaryKeyConstraint("id", name="pk_circulars"),
        sa.UniqueConstraint(
            "employer", "number", "version", name="uq_circulars_employer_number_version"
        ),
        _of_employee("circulars", "created_by"),
        _of_employee("circulars", "approved_by"),
        sa.ForeignKeyConstraint(["supersedes"], ["circulars.id"], name="fk_circulars_supersedes"),
    )
    active = "state IN ('scheduled', 'sending', 'sent')"
    _partial("ix_circulars_active", "circulars", ["state"], active)


def _attachments() -> None:
    table = "circular_attachments"
    op.create_table(
        table,
        sa.Column("circular_id", _TOKEN, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("circular_id", "position", name=f"pk_{table}"),
        _of_circular(table),
    )


def _deliveries() -> None:
    table = "deliveries"
    moments = ("queued_at", "announced_at", "sent_at", "delivered_at", "read_at", "opened_at")
    op.create_table(
        table,
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("circular_id", _TOKEN, nullable=False),
        sa.Column("employee_id", _PERSON_ID, nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("person_id", _PERSON_ID),
        sa.Column("channel", sa.Text()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_at", _MOMENT),
        *(sa.Column(name, _MOMENT) for name in moments),
        sa.Column("check_tries", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "circular_id", "employee_id", name=f"uq_{table}_circular_id_employee_id"
        ),
        _of_circular(table),
        _of_employee(table, "employee_id"),
    )
    op.create_index(f"ix_{table}_employee_id", table, ["employee_id"])
    _partial("ix_deliveries_planned", table, ["circular_id", "id"], "state = 'planned'")
    _partial("ix_deliveries_unreached", table, ["circular_id"], "state = 'unreached'")
    _partial("ix_deliveries_queued", table, ["circular_id"], "state IN ('queued', 'sending')")


def _acknowledgements() -> None:
    table = "acknowledgements"
    op.create_table(
        table,
        sa.Column("circular_id", _TOKEN, nullable=False),
        sa.Column("employee_id", _PERSON_ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("digest", _SHA256, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("circular_id", "employee_id", name=f"pk_{table}"),
        _of_circular(table),
        _of_employee(table, "employee_id"),
    )


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _of_circular(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["circular_id"], ["circulars.id"], name=f"fk_{table}_circular_id", ondelete="CASCADE"
    )


def _of_employee(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["employees.id"], name=f"fk_{table}_{column}")
