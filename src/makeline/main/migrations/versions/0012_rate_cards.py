"""Rate cards: every version that ever made a price."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "rate_cards",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_rate_cards_version_counts_from_one")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_rate_cards_sha256_is_hex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_cards")),
        sa.UniqueConstraint("card", "version", name=op.f("uq_rate_cards_card_version")),
    )
    number("rate_cards")


def downgrade() -> None:
    """Back."""
    drop_numbers("rate_cards")
    op.drop_table("rate_cards")
