"""Materials of machines, who counted when, and the orders of a machine in their order."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "machine_materials",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("counted_at", UtcTime(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_machine_materials_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_machine_materials_machine_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_materials")),
        sa.UniqueConstraint("machine_id", "name", name=op.f("uq_machine_materials_machine_id_name")),
    )
    op.create_table(
        "stock_counts",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("counted_by", sa.Text(), nullable=True),
        sa.Column("counted_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_stock_counts_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_counts")),
    )
    op.create_index("ix_stock_counts_machine_id", "stock_counts", ["machine_id", "id"])
    op.create_index("ix_case_items_machine_id", "case_items", ["machine_id", "order_id"])
    number("machine_materials", "stock_counts")


def downgrade() -> None:
    """Back."""
    drop_numbers("machine_materials", "stock_counts")
    op.drop_index("ix_case_items_machine_id", table_name="case_items")
    op.drop_index("ix_stock_counts_machine_id", table_name="stock_counts")
    op.drop_table("stock_counts")
    op.drop_table("machine_materials")
