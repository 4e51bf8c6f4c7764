"""People who want to be called."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "call_requests",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("user_id", BigInt, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("wished_time", sa.Text(), nullable=False),
        sa.Column("additional", sa.Text(), nullable=False),
        sa.Column("agreement_version", sa.Text(), nullable=False),
        sa.Column("agreed_at", UtcTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("forgotten_at", UtcTime(), nullable=True),
        sa.CheckConstraint("agreement_version <> ''", name=op.f("ck_call_requests_agreed_to_some_text")),
        sa.CheckConstraint(
            "forgotten_at IS NULL OR (name = '' AND phone = '' AND product = '' AND wished_time = ''"
            " AND additional = '')",
            name=op.f("ck_call_requests_forgotten_is_gone"),
        ),
        sa.CheckConstraint(
            "length(phone) BETWEEN 5 AND 20 OR forgotten_at IS NOT NULL",
            name=op.f("ck_call_requests_phone_is_one"),
        ),
        sa.CheckConstraint("name <> '' OR forgotten_at IS NOT NULL", name=op.f("ck_call_requests_somebody")),
        sa.CheckConstraint(
            "status IN ('new', 'contacted', 'completed', 'cancelled')", name=op.f("ck_call_requests_status")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_call_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_requests")),
    )
    op.create_index("ix_call_requests_status", "call_requests", ["status", "id"])
    number("call_requests")


def downgrade() -> None:
    """Back."""
    drop_numbers("call_requests")
    op.drop_index("ix_call_requests_status", table_name="call_requests")
    op.drop_table("call_requests")
