"""Refused calls of partners, for their own people to look up."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "refused_calls",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("partner_id", BigInt, nullable=False),
        sa.Column("machine_id", BigInt, nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcTime(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_refused_calls_happened")),
        sa.CheckConstraint("last_at >= first_at", name=op.f("ck_refused_calls_in_order")),
        sa.CheckConstraint("status BETWEEN 400 AND 599", name=op.f("ck_refused_calls_refused")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_refused_calls_partner_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_refused_calls_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_calls")),
    )
    op.create_index("ix_refused_calls_of_partner", "refused_calls", ["partner_id", "proven", "id"])
    op.create_index("ix_refused_calls_again", "refused_calls", ["partner_id", "fingerprint"])
    number("refused_calls")


def downgrade() -> None:
    """Back."""
    drop_numbers("refused_calls")
    op.drop_index("ix_refused_calls_again", table_name="refused_calls")
    op.drop_index("ix_refused_calls_of_partner", table_name="refused_calls")
    op.drop_table("refused_calls")
