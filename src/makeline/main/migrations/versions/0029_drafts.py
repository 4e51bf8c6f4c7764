"""What customers are at work on, and what of it they approved."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "drafts",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", BigInt, nullable=True),
        sa.Column("holder_hash", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sketch", Json(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("saved_at", UtcTime(), nullable=False),
        sa.CheckConstraint("state IN ('editing', 'approved', 'forgotten')", name=op.f("ck_drafts_state")),
        sa.CheckConstraint("(user_id IS NULL) <> (holder_hash IS NULL)", name=op.f("ck_drafts_one_owner")),
        sa.CheckConstraint(
            "holder_hash IS NULL OR length(holder_hash) = 64", name=op.f("ck_drafts_hash_not_token")
        ),
        sa.CheckConstraint("version > 0 AND revision > 0", name=op.f("ck_drafts_counts_from_one")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("key", name=op.f("uq_drafts_key")),
    )
    op.create_index("ix_drafts_user_id", "drafts", ["user_id", "id"])
    alive = sa.text("state <> 'forgotten'")
    op.create_index("ix_drafts_saved_at", "drafts", ["saved_at"], postgresql_where=alive, sqlite_where=alive)
    op.create_index("ix_drafts_holder_hash", "drafts", ["holder_hash", "id"])
    op.create_table(
        "approvals",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("draft_id", BigInt, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("design_id", BigInt, nullable=False),
        sa.Column("sketch", Json(), nullable=False),
        sa.Column("approved_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_approvals_draft_id")),
        sa.ForeignKeyConstraint(["design_id"], ["designs.id"], name=op.f("fk_approvals_design_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("draft_id", "revision", name=op.f("uq_approvals_draft_id_revision")),
    )
    op.create_index("ix_approvals_design_id", "approvals", ["design_id"])
    number("drafts", "approvals")


def downgrade() -> None:
    """Back."""
    drop_numbers("approvals", "drafts")
    op.drop_table("approvals")
    op.drop_index("ix_drafts_holder_hash", table_name="drafts")
    op.drop_index("ix_drafts_user_id", table_name="drafts")
    op.drop_table("drafts")
