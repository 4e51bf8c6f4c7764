"""Which stages of the CRM stand for our steps, and the invoices that it writes for us."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

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

    op.create_table(
        "crm_stage_tables",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("funnel", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "entity IN ('contact', 'company', 'lead', 'deal')", name=op.f("ck_crm_stage_tables_entity")
        ),
        sa.CheckConstraint("entity IN ('deal', 'lead')", name=op.f("ck_crm_stage_tables_has_stages")),
        sa.CheckConstraint(
            "entity = 'deal' OR funnel = 0", name=op.f("ck_crm_stage_tables_leads_have_one_funnel")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_crm_stage_tables_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_stage_tables")),
        sa.UniqueConstraint(
            "entity", "funnel", "version", name=op.f("uq_crm_stage_tables_entity_funnel_version")
        ),
    )
    number("crm_stage_tables")


def downgrade() -> None:
    """Back."""
    drop_numbers("crm_stage_tables")
    op.drop_table("crm_stage_tables")
    op.drop_table("crm_invoices")
