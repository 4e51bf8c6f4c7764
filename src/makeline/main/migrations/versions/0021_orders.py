"""Orders that belong to an account, and what orders for parts know beside."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Accounts came after orders. Only written out can one statement add the column with its key on both databases.
    kind = BigInt.dialect_impl(op.get_bind().dialect).compile(op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE orders ADD COLUMN user_id {kind} CONSTRAINT fk_orders_user_id REFERENCES users (id)"
    )
    op.create_index(
        "ix_orders_user_id",
        "orders",
        ["user_id", "id"],
        postgresql_where=sa.text("user_id IS NOT NULL"),
        sqlite_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "part_orders",
        sa.Column("order_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("special_instructions", sa.Text(), nullable=False),
        sa.Column("po_number", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.CheckConstraint("delivery IN ('collection', 'address')", name=op.f("ck_part_orders_delivery")),
        sa.CheckConstraint(
            "delivery <> 'address' OR (street <> '' AND city <> '')",
            name=op.f("ck_part_orders_sent_somewhere"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_part_orders_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_part_orders")),
    )
    op.create_table(
        "part_items",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("line_id", BigInt, nullable=False),
        sa.Column("kept_price_id", BigInt, nullable=False),
        sa.Column("file_id", BigInt, nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_part_items_order_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_part_items_line_id")),
        sa.ForeignKeyConstraint(
            ["kept_price_id"], ["kept_prices.id"], name=op.f("fk_part_items_kept_price_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["part_files.id"], name=op.f("fk_part_items_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_items")),
        sa.UniqueConstraint("line_id", name=op.f("uq_part_items_line_id")),
    )
    op.create_index("ix_part_items_order_id", "part_items", ["order_id", "line_id"])
    op.create_index("ix_part_items_file_id", "part_items", ["file_id"])
    op.create_table(
        "order_documents",
        sa.Column("order_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_documents_order_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_order_documents_document_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "document_id", name=op.f("pk_order_documents")),
    )
    op.create_index("ix_order_documents_document_id", "order_documents", ["document_id"])
    op.create_table(
        "order_notes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_order_notes_says_something")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_notes_order_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_order_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
    )
    op.create_index("ix_order_notes_order_id", "order_notes", ["order_id", "id"])
    number("part_items", "order_notes")


def downgrade() -> None:
    """Back."""
    drop_numbers("part_items", "order_notes")
    op.drop_table("order_notes")
    op.drop_table("order_documents")
    op.drop_table("part_items")
    op.drop_table("part_orders")
    op.drop_index("ix_orders_user_id", table_name="orders")
    op.execute("ALTER TABLE orders DROP COLUMN user_id")
