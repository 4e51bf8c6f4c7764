"""Prices that somebody leans on, with all they were made from."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "kept_prices",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("owner_id", BigInt, nullable=True),
        sa.Column("file_id", BigInt, nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("rate_card", sa.Text(), nullable=True),
        sa.Column("rate_card_version", sa.Integer(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", BigInt, nullable=False),
        sa.Column("total_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("days_max", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('file', 'sizes', 'hand')",
            name=op.f("ck_kept_prices_basis"),
        ),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_kept_prices_confidence"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_kept_prices_quantity_is_positive")),
        sa.CheckConstraint("unit_minor > 0", name=op.f("ck_kept_prices_price_is_positive")),
        sa.CheckConstraint(
            "total_minor = quantity * unit_minor", name=op.f("ck_kept_prices_total_is_unit_times_quantity")
        ),
        sa.CheckConstraint("days > 0 AND days_max >= days", name=op.f("ck_kept_prices_days_in_order")),
        sa.CheckConstraint(
            "(geometry IS NULL) = (sha256 IS NULL) AND (geometry IS NULL) = (reader IS NULL)",
            name=op.f("ck_kept_prices_measures_tell_their_source"),
        ),
        sa.CheckConstraint(
            "basis <> 'file' OR geometry IS NOT NULL", name=op.f("ck_kept_prices_file_was_measured")
        ),
        sa.CheckConstraint(
            "(basis = 'hand') = (rate_card IS NULL) AND (rate_card IS NULL) = (rate_card_version IS NULL)",
            name=op.f("ck_kept_prices_rates_unless_by_hand"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_kept_prices_owner_id")),
        sa.ForeignKeyConstraint(["file_id"], ["part_files.id"], name=op.f("fk_kept_prices_file_id")),
        sa.ForeignKeyConstraint(
            ["rate_card", "rate_card_version"],
            ["rate_cards.card", "rate_cards.version"],
            name="fk_kept_prices_rate_card",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_prices")),
    )
    op.create_index("ix_kept_prices_owner_id", "kept_prices", ["owner_id", "id"])
    number("kept_prices")


def downgrade() -> None:
    """Back."""
    drop_numbers("kept_prices")
    op.drop_index("ix_kept_prices_owner_id", table_name="kept_prices")
    op.drop_table("kept_prices")
