"""The audit of signed calls."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "signed_calls",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("key_id", BigInt, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint("length(body_sha256) = 64", name=op.f("ck_signed_calls_hash_not_body")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_signed_calls_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_calls")),
    )
    op.create_index("ix_signed_calls_of_key", "signed_calls", ["key_id", "id"])
    number("signed_calls")


def downgrade() -> None:
    """Back."""
    drop_numbers("signed_calls")
    op.drop_index("ix_signed_calls_of_key", table_name="signed_calls")
    op.drop_table("signed_calls")
