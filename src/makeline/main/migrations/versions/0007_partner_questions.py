"""What the print partner was asked because he was silent."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "questions",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_questions_asked_at_least_once")),
        sa.CheckConstraint("next_at > asked_at", name=op.f("ck_questions_pause_between_questions")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_questions")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("questions")
