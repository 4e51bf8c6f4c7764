"""Prints may be looked at before they are made."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "content_checks",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("print_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('looked_at', 'clear', 'held', 'released', 'refused')",
            name=op.f("ck_content_checks_state"),
        ),
        sa.CheckConstraint("length(print_sha256) = 64", name=op.f("ck_content_checks_sha256_is_hex")),
        sa.CheckConstraint(
            "(state IN ('released', 'refused')) = (decided_by IS NOT NULL)",
            name=op.f("ck_content_checks_decided_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_checks")),
        sa.UniqueConstraint("print_sha256", name=op.f("uq_content_checks_print_sha256")),
    )
    number("content_checks")


def downgrade() -> None:
    """Back."""
    drop_numbers("content_checks")
    op.drop_table("content_checks")
