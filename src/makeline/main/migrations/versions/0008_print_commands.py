"""What came along when somebody asked for a print."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "print_commands",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("print_job_id", BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("details", Json(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('trigger', 'command')", name=op.f("ck_print_commands_kind")),
        sa.ForeignKeyConstraint(
            ["print_job_id"], ["print_jobs.id"], name=op.f("fk_print_commands_print_job_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_commands")),
        sa.UniqueConstraint("print_job_id", "kind", name=op.f("uq_print_commands_print_job_id_kind")),
    )
    number("print_commands")


def downgrade() -> None:
    """Back."""
    drop_numbers("print_commands")
    op.drop_table("print_commands")
