"""The house keeps promises, history and what it was told."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import create_numbers, drop_numbers, number

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    create_numbers()
    op.create_table(
        "anomalies",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('fixed', 'refunded', 'accepted', 'false_alarm')", name=op.f("ck_anomalies_outcome")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)",
            name=op.f("ck_anomalies_settled_by_somebody_somehow"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomalies")),
        sa.UniqueConstraint(
            "kind", "subject", "fingerprint", name=op.f("uq_anomalies_kind_subject_fingerprint")
        ),
    )
    op.create_index(
        "ix_anomalies_open",
        "anomalies",
        ["kind"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending') = (finished_at IS NULL)",
            name=op.f("ck_deliveries_finished_when_not_pending"),
        ),
        sa.CheckConstraint(
            "state <> 'dead' OR last_error IS NOT NULL", name=op.f("ck_deliveries_dead_has_a_reason")
        ),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name=op.f("ck_deliveries_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'dead'"),
        sqlite_where=sa.text("state = 'dead'"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "(status IS NULL) = (answer IS NULL)", name=op.f("ck_idempotency_keys_answered_or_not")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_taken_at", "idempotency_keys", ["taken_at"], unique=False)
    op.create_index("uq_idempotency_keys_scope_key", "idempotency_keys", ["scope", "key"], unique=True)
    op.create_table(
        "inbox",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'applied', 'ignored')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_inbox_source_external_id")),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["topic", "received_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "moves",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("subject_id", BigInt, nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_subject", "moves", ["noun", "subject_id", "id"], unique=False)
    op.create_index("ix_moves_at", "moves", ["at", "id"], unique=False)
    number("deliveries", "moves", "inbox", "anomalies", "idempotency_keys")


def downgrade() -> None:
    """Back."""
    drop_numbers("deliveries", "moves", "inbox", "anomalies", "idempotency_keys")
    op.drop_index("ix_moves_at", table_name="moves")
    op.drop_index("ix_moves_subject", table_name="moves")
    op.drop_table("moves")
    op.drop_index(
        "ix_inbox_waiting",
        table_name="inbox",
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.drop_table("inbox")
    op.drop_index("uq_idempotency_keys_scope_key", table_name="idempotency_keys")
    op.drop_index("ix_idempotency_keys_taken_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(
        "ix_deliveries_dead",
        table_name="deliveries",
        postgresql_where=sa.text("state = 'dead'"),
        sqlite_where=sa.text("state = 'dead'"),
    )
    op.drop_index(
        "ix_deliveries_due",
        table_name="deliveries",
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.drop_table("deliveries")
    op.drop_table("chores")
    op.drop_index(
        "ix_anomalies_open",
        table_name="anomalies",
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("anomalies")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE numbers")
