"""Orders, payments, the ledger and stored files."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""

    op.create_table(
        "orders",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("storefront", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("total_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("shipping_minor", BigInt, nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_minor", BigInt, nullable=False),
        sa.Column("due_minor", BigInt, nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("paid_at", UtcTime(), nullable=True),
        sa.Column("completed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "payment_status = 'refunded' OR (payment_status IN ('authorised', 'paid', 'voided')) = (paid_at IS NOT NULL)",
            name=op.f("ck_orders_paid_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name=op.f("ck_orders_completed_has_a_moment"),
        ),
        sa.CheckConstraint(
            "payment_status IN ('unpaid', 'partly_paid', 'authorised', 'paid', 'refunded', 'voided')",
            name=op.f("ck_orders_payment_status"),
        ),
        sa.CheckConstraint(
            "status IN ('placed', 'in_production', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint(
            "terms = 'invoice' OR status NOT IN ('in_production', 'completed') OR paid_at IS NOT NULL",
            name=op.f("ck_orders_made_when_paid"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_orders_total_not_negative")),
        sa.CheckConstraint("terms IN ('prepaid', 'invoice')", name=op.f("ck_orders_terms")),
        sa.CheckConstraint("vat IN ('none', 'on_top', 'included')", name=op.f("ck_orders_vat")),
        sa.CheckConstraint(
            "shipping_minor >= 0 AND vat_minor >= 0", name=op.f("ck_orders_charges_not_negative")
        ),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 10000", name=op.f("ck_orders_vat_rate_is_a_share")),
        sa.CheckConstraint(
            "vat <> 'none' OR (vat_minor = 0 AND vat_rate = 0)", name=op.f("ck_orders_no_vat_is_nothing")
        ),
        sa.CheckConstraint(
            "due_minor = total_minor + shipping_minor + CASE vat WHEN 'on_top' THEN vat_minor ELSE 0 END",
            name=op.f("ck_orders_due_is_its_parts"),
        ),
        sa.CheckConstraint(
            "payment_status <> 'partly_paid' OR terms = 'invoice'",
            name=op.f("ck_orders_prepaid_is_paid_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index("ix_orders_created_at", "orders", ["created_at"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", BigInt, nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("links_ended_at", UtcTime(), nullable=True),
        sa.Column("keep_until_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("removing_at", UtcTime(), nullable=True),
        sa.Column("removed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('picture', 'styled', 'print_file', 'proof', 'invoice')",
            name=op.f("ck_stored_files_kind"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_files_sha256_is_hex")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_stored_files_not_empty")),
        sa.CheckConstraint(
            "removing_at IS NULL OR ended_at IS NOT NULL", name=op.f("ck_stored_files_removed_after_it_ended")
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR removing_at IS NOT NULL", name=op.f("ck_stored_files_removed_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_files_name")),
    )
    op.create_index(
        "ix_stored_files_keep_until_at",
        "stored_files",
        ["keep_until_at"],
        unique=False,
        postgresql_where=sa.literal_column("removed_at IS NULL"),
        sqlite_where=sa.literal_column("removed_at IS NULL"),
    )
    op.create_index(
        "ix_stored_files_ended_at",
        "stored_files",
        ["ended_at"],
        unique=False,
        postgresql_where=sa.literal_column("ended_at IS NOT NULL AND removed_at IS NULL"),
        sqlite_where=sa.literal_column("ended_at IS NOT NULL AND removed_at IS NULL"),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("breakdown", Json(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity_positive")),
        sa.CheckConstraint("unit_minor >= 0", name=op.f("ck_order_lines_unit_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    op.create_index("uq_order_lines_position", "order_lines", ["order_id", "position"], unique=True)
    op.create_table(
        "payments",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("paid_at", UtcTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("provider_paid_at", UtcTime(), nullable=True),
        sa.Column("instalment", sa.Boolean(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('authorised', 'paid', 'refunding', 'refunded', 'voided')) = (paid_at IS NOT NULL)",
            name=op.f("ck_payments_paid_has_a_moment"),
        ),
        sa.CheckConstraint(
            "settled_by IN ('receipt', 'notice', 'statement', 'gateway', 'free')",
            name=op.f("ck_payments_settled_by"),
        ),
        sa.CheckConstraint(
            "(settled_by = 'statement') = (booked_on IS NOT NULL)", name=op.f("ck_payments_booked_on_a_day")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'authorised', 'paid', 'failed', 'error', 'refunding', "
            "'refunded', 'voided')",
            name=op.f("ck_payments_status"),
        ),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (paid_at IS NULL)", name=op.f("ck_payments_paid_on_some_evidence")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount_not_negative")),
        sa.CheckConstraint(
            "(amount_minor = 0) = (provider = 'free')", name=op.f("ck_payments_free_has_no_provider")
        ),
        sa.CheckConstraint(
            "settled_by <> 'free' OR provider = 'free'", name=op.f("ck_payments_only_free_settles_itself")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("reference", "provider", name=op.f("uq_payments_reference_provider")),
    )
    op.create_index("ix_payments_order_id", "payments", ["order_id"], unique=False)
    op.create_index(
        "ix_payments_free",
        "payments",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("provider = 'free'"),
        sqlite_where=sa.text("provider = 'free'"),
    )
    op.create_index(
        "ix_payments_unpaid",
        "payments",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("paid_at IS NULL"),
        sqlite_where=sa.text("paid_at IS NULL"),
    )
    op.create_index(
        "uq_payments_settled_order",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("paid_at IS NOT NULL AND NOT instalment"),
        sqlite_where=sa.text("paid_at IS NOT NULL AND NOT instalment"),
    )
    op.create_index(
        "uq_payments_instalment",
        "payments",
        ["order_id", "provider_reference"],
        unique=True,
        postgresql_where=sa.text("instalment"),
        sqlite_where=sa.text("instalment"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("payment_id", BigInt, nullable=True),
        sa.Column("order_id", BigInt, nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("booked_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "account IN ('received', 'receivable', 'sales', 'held', 'promised')",
            name=op.f("ck_ledger_entries_account"),
        ),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (order_id IS NULL)", name=op.f("ck_ledger_entries_of_one_thing")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ledger_entries_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_ledger_entries_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            "payment_id", "booking", "account", name=op.f("uq_ledger_entries_payment_id_booking_account")
        ),
        sa.UniqueConstraint(
            "order_id", "booking", "account", name=op.f("uq_ledger_entries_order_id_booking_account")
        ),
    )
    number("stored_files", "orders", "order_lines", "payments", "ledger_entries")


def downgrade() -> None:
    """Back."""
    drop_numbers("stored_files", "orders", "order_lines", "payments", "ledger_entries")
    op.drop_table("ledger_entries")
    op.drop_index("uq_payments_instalment", table_name="payments")
    op.drop_index("uq_payments_settled_order", table_name="payments")
    op.drop_index("ix_payments_order_id", table_name="payments")
    op.drop_table("payments")
    op.drop_index("uq_order_lines_position", table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_table("stored_files")
    op.drop_index("ix_orders_created_at", table_name="orders")
    op.drop_table("orders")
