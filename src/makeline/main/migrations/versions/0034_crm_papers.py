"""Invoices that the CRM writes for us."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "crm_invoices",
        sa.Column("invoice_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("remote_id", BigInt, nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.CheckConstraint("asked >= 0", name=op.f("ck_crm_invoices_asked_not_negative")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_crm_invoices_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_crm_invoices")),
        sa.UniqueConstraint("remote_id", name=op.f("uq_crm_invoices_remote_id")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("crm_invoices")
