"""Customers may have their pictures erased, and are told who fetched them."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "erasures",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("session_id", BigInt),
        sa.Column("order_id", BigInt),
        sa.Column("wished_by", sa.Text(), nullable=False),
        sa.Column("wished_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "session_id IS NOT NULL OR order_id IS NOT NULL", name=op.f("ck_erasures_of_somebody")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["kiosk_sessions.id"], name=op.f("fk_erasures_session_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_erasures_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("session_id", name=op.f("uq_erasures_session_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_erasures_order_id")),
    )
    op.create_table(
        "file_accesses",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("file_id", BigInt, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcTime(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('end_user', 'chinese_manufacturing', 'staff')",
            name=op.f("ck_file_accesses_audience"),
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_file_accesses_happened")),
        sa.CheckConstraint("last_at >= first_at", name=op.f("ck_file_accesses_last_is_last")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_file_accesses_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_accesses")),
        sa.UniqueConstraint(
            "file_id", "audience", "place", name=op.f("uq_file_accesses_file_id_audience_place")
        ),
    )
    number("erasures", "file_accesses")


def downgrade() -> None:
    """Back."""
    drop_numbers("erasures", "file_accesses")
    op.drop_table("file_accesses")
    op.drop_table("erasures")
