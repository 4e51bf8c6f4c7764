"""What is, or shall be, in the CRM, and the line that leads there."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('pending', 'processing', 'failed')")
_HEARD = sa.text("heard_at IS NOT NULL")
_DEAD = sa.text("status = 'dead'")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "crm_items",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("our_id", BigInt, nullable=False),
        sa.Column("remote_id", BigInt, nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("queued_at", UtcTime(), nullable=False),
        sa.Column("pushed_at", UtcTime(), nullable=True),
        sa.Column("written_at", UtcTime(), nullable=True),
        sa.Column("heard_at", UtcTime(), nullable=True),
        sa.Column("gone_at", UtcTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "entity IN ('contact', 'company', 'lead', 'deal')", name=op.f("ck_crm_items_entity")
        ),
        sa.CheckConstraint("step IN ('new', 'working', 'won', 'lost')", name=op.f("ck_crm_items_step")),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'failed', 'dead', 'done')", name=op.f("ck_crm_items_status")
        ),
        sa.CheckConstraint(
            "failure_kind IN ('transient', 'exceeded', 'permanent', 'misconfigured')",
            name=op.f("ck_crm_items_failure_kind"),
        ),
        sa.CheckConstraint(
            "status <> 'done' OR remote_id IS NOT NULL OR pushed_at IS NULL",
            name=op.f("ck_crm_items_done_is_there"),
        ),
        sa.CheckConstraint(
            "status <> 'dead' OR last_error IS NOT NULL", name=op.f("ck_crm_items_dead_has_a_reason")
        ),
        sa.CheckConstraint(
            "gone_at IS NULL OR remote_id IS NOT NULL", name=op.f("ck_crm_items_gone_was_there")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_items")),
    )
    op.create_index("uq_crm_items_ours", "crm_items", ["entity", "our_id"], unique=True)
    op.create_index("ix_crm_items_remote", "crm_items", ["entity", "remote_id"])
    op.create_index(
        "ix_crm_items_due", "crm_items", ["entity", "due_at"], postgresql_where=_OPEN, sqlite_where=_OPEN
    )
    op.create_index("ix_crm_items_dead", "crm_items", ["id"], postgresql_where=_DEAD, sqlite_where=_DEAD)
    op.create_index(
        "ix_crm_items_heard", "crm_items", ["heard_at"], postgresql_where=_HEARD, sqlite_where=_HEARD
    )
    number("crm_items")
    op.create_table(
        "crm_lines",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("held_until_at", UtcTime(), nullable=True),
        sa.Column("paused_until_at", UtcTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("exceeded", sa.Text(), nullable=True),
        sa.Column("exceeded_until_at", UtcTime(), nullable=True),
        sa.Column("meter", sa.Text(), nullable=True),
        sa.Column("swept_at", UtcTime(), nullable=True),
        sa.Column("checked_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_crm_lines")),
    )
    op.create_table(
        "crm_drifts",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("our_id", BigInt, nullable=True),
        sa.Column("remote_id", BigInt, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("found_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "entity IN ('contact', 'company', 'lead', 'deal')", name=op.f("ck_crm_drifts_entity")
        ),
        sa.CheckConstraint("ours <> theirs", name=op.f("ck_crm_drifts_differs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_drifts")),
    )
    op.create_index("uq_crm_drifts_field", "crm_drifts", ["entity", "remote_id", "field"], unique=True)
    number("crm_drifts")


def downgrade() -> None:
    """Back."""
    drop_numbers("crm_drifts")
    op.drop_index("uq_crm_drifts_field", table_name="crm_drifts")
    op.drop_table("crm_drifts")
    op.drop_table("crm_lines")
    drop_numbers("crm_items")
    for name in ("heard", "due", "remote"):
        op.drop_index(f"ix_crm_items_{name}", table_name="crm_items")
    op.drop_index("uq_crm_items_ours", table_name="crm_items")
    op.drop_table("crm_items")
