"""What machines say of themselves."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "heartbeats",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("consumables", Json(), nullable=False),
        sa.Column("software", sa.Text(), nullable=True),
        sa.Column("capabilities", Json(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('idle', 'processing', 'stopped')", name=op.f("ck_heartbeats_state")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_heartbeats_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("machine_id", name=op.f("uq_heartbeats_machine_id")),
    )
    number("heartbeats")


def downgrade() -> None:
    """Back."""
    drop_numbers("heartbeats")
    op.drop_table("heartbeats")
