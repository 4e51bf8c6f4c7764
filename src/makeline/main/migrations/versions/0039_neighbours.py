"""Which neighbours are away, and since when."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import UtcTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "neighbours",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("since_at", UtcTime(), nullable=False),
        sa.CheckConstraint("trouble <> ''", name=op.f("ck_neighbours_trouble_says_something")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_neighbours")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("neighbours")
