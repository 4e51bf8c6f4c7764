"""Offers with their revisions and lines."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "quotes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", BigInt, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("po_number", sa.Text(), nullable=False),
        sa.Column("reject_reason", sa.Text(), nullable=False),
        sa.Column("share_hash", sa.Text(), nullable=True),
        sa.Column("shared_at", UtcTime(), nullable=True),
        sa.Column("order_id", BigInt, nullable=True),
        sa.CheckConstraint(
            "state IN ('in_review', 'open', 'declined', 'accepted', 'rejected', 'expired', 'superseded')",
            name=op.f("ck_quotes_state"),
        ),
        sa.CheckConstraint("vat IN ('none', 'on_top', 'included')", name=op.f("ck_quotes_vat")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 10000", name=op.f("ck_quotes_vat_rate_is_a_share")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_quotes_revision_counts_from_one")),
        sa.CheckConstraint(
            "state NOT IN ('open', 'accepted') OR expires_at IS NOT NULL",
            name=op.f("ck_quotes_open_expires"),
        ),
        sa.CheckConstraint(
            "state <> 'in_review' OR expires_at IS NULL", name=op.f("ck_quotes_review_does_not_expire")
        ),
        sa.CheckConstraint(
            "(state IN ('in_review', 'open')) = (closed_at IS NULL)",
            name=op.f("ck_quotes_closed_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (order_id IS NOT NULL)", name=op.f("ck_quotes_accepted_is_ordered")
        ),
        sa.CheckConstraint(
            "(share_hash IS NULL) = (shared_at IS NULL)", name=op.f("ck_quotes_shared_has_a_moment")
        ),
        sa.CheckConstraint(
            "share_hash IS NULL OR length(share_hash) = 64", name=op.f("ck_quotes_hash_not_token")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_quotes_order_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_quotes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("order_id", name=op.f("uq_quotes_order_id")),
        sa.UniqueConstraint("share_hash", name=op.f("uq_quotes_share_hash")),
    )
    op.create_index("uq_quotes_number_revision", "quotes", ["number", "revision"], unique=True)
    op.create_index("ix_quotes_user_id", "quotes", ["user_id", "id"])
    op.create_index(
        "uq_quotes_alive",
        "quotes",
        ["number"],
        unique=True,
        postgresql_where=sa.text("state <> 'superseded'"),
        sqlite_where=sa.text("state <> 'superseded'"),
    )
    op.create_index(
        "ix_quotes_expires_at",
        "quotes",
        ["expires_at"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "quote_lines",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("quote_id", BigInt, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("request", Json(), nullable=False),
        sa.Column("file_id", BigInt, nullable=True),
        sa.Column("kept_price_id", BigInt, nullable=True),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("suggestion", Json(), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('instant', 'needs_review', 'answered', 'refused')",
            name=op.f("ck_quote_lines_state"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_quote_lines_position_counts_from_one")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_lines_quantity_positive")),
        sa.CheckConstraint(
            "(state IN ('instant', 'answered')) = (kept_price_id IS NOT NULL)",
            name=op.f("ck_quote_lines_priced_has_its_price"),
        ),
        sa.CheckConstraint(
            "(state = 'instant') = (due_at IS NULL)", name=op.f("ck_quote_lines_review_has_its_time")
        ),
        sa.CheckConstraint(
            "(state IN ('answered', 'refused')) = (answered_at IS NOT NULL)"
            " AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_quote_lines_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_lines_quote_id")),
        sa.ForeignKeyConstraint(["file_id"], ["part_files.id"], name=op.f("fk_quote_lines_file_id")),
        sa.ForeignKeyConstraint(
            ["kept_price_id"], ["kept_prices.id"], name=op.f("fk_quote_lines_kept_price_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
    )
    op.create_index("uq_quote_lines_position", "quote_lines", ["quote_id", "position"], unique=True)
    op.create_index(
        "ix_quote_lines_due_at",
        "quote_lines",
        ["due_at", "id"],
        postgresql_where=sa.text("state = 'needs_review'"),
        sqlite_where=sa.text("state = 'needs_review'"),
    )
    number("quotes", "quote_lines")


def downgrade() -> None:
    """Back."""
    drop_numbers("quotes", "quote_lines")
    op.drop_index("ix_quote_lines_due_at", table_name="quote_lines")
    op.drop_index("uq_quote_lines_position", table_name="quote_lines")
    op.drop_table("quote_lines")
    op.drop_index("ix_quotes_expires_at", table_name="quotes")
    op.drop_index("uq_quotes_alive", table_name="quotes")
    op.drop_index("ix_quotes_user_id", table_name="quotes")
    op.drop_index("uq_quotes_number_revision", table_name="quotes")
    op.drop_table("quotes")
