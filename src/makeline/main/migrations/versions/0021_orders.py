"""Orders that belong to an account."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt

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


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_orders_user_id", table_name="orders")
    op.execute("ALTER TABLE orders DROP COLUMN user_id")
