"""Customers at machines."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""

    op.create_table(
        "kiosk_sessions",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("details", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("last_activity", UtcTime(), nullable=False),
        sa.Column("registration", Json(), nullable=True),
        sa.Column("client_token_hash", sa.Text(), nullable=True),
        sa.Column("order_data", Json(), nullable=True),
        sa.Column("phone_model_id", sa.Text(), nullable=True),
        sa.Column("template_id", sa.Text(), nullable=True),
        sa.Column("shell_id", sa.Text(), nullable=True),
        sa.Column("price_minor", BigInt, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("design_id", BigInt, nullable=True),
        sa.Column("allocation_id", BigInt, nullable=True),
        sa.Column("order_id", BigInt, nullable=True),
        sa.Column("payment_started_at", UtcTime(), nullable=True),
        sa.Column("payment_confirmed_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("link_edition", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "progress IN ('started', 'qr_scanned', 'designing', 'design_complete', 'payment_reached')",
            name=op.f("ck_kiosk_sessions_progress"),
        ),
        sa.CheckConstraint(
            "status <> 'payment_completed' OR order_id IS NOT NULL",
            name=op.f("ck_kiosk_sessions_paid_has_an_order"),
        ),
        sa.CheckConstraint(
            "status <> 'payment_pending' OR (design_id IS NOT NULL AND price_minor IS NOT NULL)",
            name=op.f("ck_kiosk_sessions_summary_before_payment"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'designing', 'payment_pending', 'payment_completed', 'expired', 'cancelled')",
            name=op.f("ck_kiosk_sessions_status"),
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_kiosk_sessions_ends_after_it_began")),
        sa.CheckConstraint("link_edition >= 0", name=op.f("ck_kiosk_sessions_link_edition_counts_up")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_kiosk_sessions_allocation_id")
        ),
        sa.ForeignKeyConstraint(["design_id"], ["designs.id"], name=op.f("fk_kiosk_sessions_design_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_kiosk_sessions_machine_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_kiosk_sessions_order_id")),
        sa.ForeignKeyConstraint(
            ["phone_model_id"], ["phone_models.id"], name=op.f("fk_kiosk_sessions_phone_model_id")
        ),
        sa.ForeignKeyConstraint(["shell_id"], ["shells.id"], name=op.f("fk_kiosk_sessions_shell_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_kiosk_sessions_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_sessions")),
        sa.UniqueConstraint("allocation_id", name=op.f("uq_kiosk_sessions_allocation_id")),
        sa.UniqueConstraint("key", name=op.f("uq_kiosk_sessions_key")),
        sa.UniqueConstraint("order_id", name=op.f("uq_kiosk_sessions_order_id")),
    )
    op.create_index(
        "ix_kiosk_sessions_open",
        "kiosk_sessions",
        ["machine_id", "expires_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('active', 'designing', 'payment_pending')"),
        sqlite_where=sa.text("status IN ('active', 'designing', 'payment_pending')"),
    )
    for name in ("design_id", "client_token_hash"):
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_kiosk_sessions_{name}",
            "kiosk_sessions",
            [name],
            unique=False,
            postgresql_where=there,
            sqlite_where=there,
        )
    op.create_table(
        "receipts",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payment_data", Json(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_receipts_machine_id")),
        sa.ForeignKeyConstraint(["session_id"], ["kiosk_sessions.id"], name=op.f("fk_receipts_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "machine_id", "transaction_id", name=op.f("uq_receipts_machine_id_transaction_id")
        ),
        sa.UniqueConstraint("session_id", name=op.f("uq_receipts_session_id")),
    )
    op.create_table(
        "session_pictures",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("file_id", BigInt, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 8", name=op.f("ck_session_pictures_eight_pictures_at_most")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_session_pictures_file_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["kiosk_sessions.id"], name=op.f("fk_session_pictures_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_pictures")),
        sa.UniqueConstraint("file_id", "session_id", name=op.f("uq_session_pictures_file_id_session_id")),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_session_pictures_session_id_position")),
    )
    number("kiosk_sessions", "session_pictures", "receipts")


def downgrade() -> None:
    """Back."""
    drop_numbers("kiosk_sessions", "session_pictures", "receipts")
    op.drop_table("session_pictures")
    op.drop_table("receipts")
    op.drop_index(
        "ix_kiosk_sessions_open",
        table_name="kiosk_sessions",
        postgresql_where=sa.text("status IN ('active', 'designing', 'payment_pending')"),
        sqlite_where=sa.text("status IN ('active', 'designing', 'payment_pending')"),
    )
    op.drop_table("kiosk_sessions")
