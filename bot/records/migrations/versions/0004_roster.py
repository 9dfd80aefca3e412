"""The roster: employees, their phones, and who runs which official account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PERSON_ID = sa.String(26)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "employees",
        sa.Column("id", _PERSON_ID, nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text()),
        sa.Column("name_en", sa.Text()),
        sa.Column("department", sa.JSON(), nullable=False),
        sa.Column("job", sa.Text()),
        sa.Column("manager_number", sa.Text()),
        sa.Column("language", sa.String(32)),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deactivated_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_employees"),
        sa.UniqueConstraint("employer", "number", name="uq_employees_employer_number"),
    )
    op.create_table(
        "employee_phones",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("employee_id", _PERSON_ID, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("spent_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_employee_phones"),
        sa.UniqueConstraint("employee_id", "phone", name="uq_employee_phones_employee_id_phone"),
        _of_employee("employee_phones"),
    )
    op.create_index("ix_employee_phones_phone", "employee_phones", ["phone"])
    op.create_table(
        "delegations",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("employee_id", _PERSON_ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("ended_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
        _of_employee("delegations"),
    )
    op.create_index("ix_delegations_employee_id", "delegations", ["employee_id"])


def downgrade() -> None:
    for table in ("delegations", "employee_phones", "employees"):
        op.drop_table(table)


def _of_employee(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["employee_id"], ["employees.id"], name=f"fk_{table}_employee_id", ondelete="CASCADE"
    )
