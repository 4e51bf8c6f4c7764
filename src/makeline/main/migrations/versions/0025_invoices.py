"""Invoices, their numbers without gaps and their lines."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "invoice_series",
        sa.Column("seller_key", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken > 0", name=op.f("ck_invoice_series_taken_once_there")),
        sa.PrimaryKeyConstraint("seller_key", "year", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("seller_key", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("goods_minor", BigInt, nullable=False),
        sa.Column("shipping_minor", BigInt, nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_minor", BigInt, nullable=False),
        sa.Column("due_minor", BigInt, nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Text(), nullable=False),
        sa.Column("pay_by", sa.Text(), nullable=True),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("rendered_at", UtcTime(), nullable=True),
        sa.Column("file_id", BigInt, nullable=True),
        sa.Column("voided_at", UtcTime(), nullable=True),
        sa.CheckConstraint("origin IN ('own', 'crm')", name=op.f("ck_invoices_origin")),
        sa.CheckConstraint("state IN ('issued', 'rendered', 'void')", name=op.f("ck_invoices_state")),
        sa.CheckConstraint("vat IN ('none', 'on_top', 'included')", name=op.f("ck_invoices_vat")),
        sa.CheckConstraint(
            "(origin = 'own') = (seller_key IS NOT NULL AND year IS NOT NULL AND number IS NOT NULL)",
            name=op.f("ck_invoices_own_has_a_number"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoices_number_positive")),
        sa.CheckConstraint("length(issued_on) = 10", name=op.f("ck_invoices_issued_on_a_day")),
        sa.CheckConstraint(
            "due_minor = goods_minor + shipping_minor + CASE vat WHEN 'on_top' THEN vat_minor ELSE 0 END",
            name=op.f("ck_invoices_due_is_its_parts"),
        ),
        sa.CheckConstraint(
            "(file_id IS NULL) = (rendered_at IS NULL)", name=op.f("ck_invoices_paper_has_a_moment")
        ),
        sa.CheckConstraint(
            "state <> 'rendered' OR file_id IS NOT NULL", name=op.f("ck_invoices_rendered_has_a_paper")
        ),
        sa.CheckConstraint("state <> 'issued' OR file_id IS NULL", name=op.f("ck_invoices_issued_has_none")),
        sa.CheckConstraint(
            "(state = 'void') = (voided_at IS NOT NULL)", name=op.f("ck_invoices_void_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoices_order_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_invoices_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("seller_key", "year", "number", name=op.f("uq_invoices_seller_key_year_number")),
    )
    op.create_index("ix_invoices_order_id", "invoices", ["order_id", "id"])
    op.create_index(
        "uq_invoices_live_order",
        "invoices",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
        sqlite_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "invoice_lines",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("invoice_id", BigInt, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", BigInt, nullable=False),
        sa.Column("total_minor", BigInt, nullable=False),
        sa.Column("vat_minor", BigInt, nullable=False),
        sa.CheckConstraint("measure IN ('piece', 'service')", name=op.f("ck_invoice_lines_measure")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_invoice_lines_quantity_positive")),
        sa.CheckConstraint(
            "total_minor = quantity * unit_minor", name=op.f("ck_invoice_lines_total_is_its_price")
        ),
        sa.CheckConstraint("vat_minor >= 0", name=op.f("ck_invoice_lines_vat_not_negative")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
    )
    op.create_index("uq_invoice_lines_position", "invoice_lines", ["invoice_id", "position"], unique=True)
    number("invoices", "invoice_lines")


def downgrade() -> None:
    """Back."""
    drop_numbers("invoices", "invoice_lines")
    op.drop_index("uq_invoice_lines_position", table_name="invoice_lines")
    op.drop_table("invoice_lines")
    op.drop_index("uq_invoices_live_order", table_name="invoices")
    op.drop_index("ix_invoices_order_id", table_name="invoices")
    op.drop_table("invoices")
    op.drop_table("invoice_series")
