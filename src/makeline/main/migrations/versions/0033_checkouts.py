"""Payments on a gateway's page, what was done with their money, and which lines were made."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_HOLDING = sa.text("hold_until_at IS NOT NULL")
_WANTED = sa.text("state = 'wanted'")
_TABLES = ("checkouts", "transfers", "line_outcomes")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "checkouts",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("payment_id", BigInt, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wish", Json(), nullable=False),
        sa.Column("page_reference", sa.Text(), nullable=True),
        sa.Column("charge_reference", sa.Text(), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("hold_until_at", UtcTime(), nullable=True),
        sa.Column("captured_minor", BigInt, nullable=False),
        sa.Column("refunded_minor", BigInt, nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "refunded_minor BETWEEN 0 AND captured_minor", name=op.f("ck_checkouts_refunds_within_capture")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_checkouts_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkouts")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_checkouts_payment_id")),
        sa.UniqueConstraint("key", name=op.f("uq_checkouts_key")),
        sa.UniqueConstraint("page_reference", name=op.f("uq_checkouts_page_reference")),
        sa.UniqueConstraint("charge_reference", name=op.f("uq_checkouts_charge_reference")),
    )
    op.create_index(
        "ix_checkouts_open", "checkouts", ["asked_at"], postgresql_where=_OPEN, sqlite_where=_OPEN
    )
    op.create_index(
        "ix_checkouts_hold_until_at",
        "checkouts",
        ["hold_until_at"],
        postgresql_where=_HOLDING,
        sqlite_where=_HOLDING,
    )
    op.create_table(
        "transfers",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("payment_id", BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.CheckConstraint("kind IN ('capture', 'void', 'refund')", name=op.f("ck_transfers_kind")),
        sa.CheckConstraint("state IN ('wanted', 'done', 'refused')", name=op.f("ck_transfers_state")),
        sa.CheckConstraint("minor > 0", name=op.f("ck_transfers_minor_positive")),
        sa.CheckConstraint(
            "(state = 'wanted') = (ended_at IS NULL)", name=op.f("ck_transfers_ended_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_transfers_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index("ix_transfers_payment_id", "transfers", ["payment_id"])
    op.create_index(
        "uq_transfers_wanted",
        "transfers",
        ["payment_id"],
        unique=True,
        postgresql_where=_WANTED,
        sqlite_where=_WANTED,
    )
    op.create_table(
        "line_outcomes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_line_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("minor", BigInt, nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'made', 'not_made')", name=op.f("ck_line_outcomes_outcome")
        ),
        sa.CheckConstraint("minor >= 0", name=op.f("ck_line_outcomes_minor_not_negative")),
        sa.CheckConstraint(
            "(outcome = 'waiting') = (decided_at IS NULL)", name=op.f("ck_line_outcomes_decided_has_a_moment")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_line_outcomes_order_line_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_line_outcomes_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_outcomes")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_line_outcomes_order_line_id")),
    )
    op.create_index("ix_line_outcomes_order_id", "line_outcomes", ["order_id"])
    number(*_TABLES)


def downgrade() -> None:
    """Back."""
    drop_numbers(*_TABLES)
    for table in reversed(_TABLES):
        op.drop_table(table)
