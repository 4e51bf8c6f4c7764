"""CAD files and what was measured of them."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "part_files",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("owner_id", BigInt, nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size_bytes", BigInt, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("stage_percent", sa.Integer(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("fault_message", sa.Text(), nullable=True),
        sa.Column("facts", Json(), nullable=True),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("pictures", Json(), nullable=True),
        sa.Column("uploaded_at", UtcTime(), nullable=False),
        sa.Column("deleted_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN owner_id IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN is_demo THEN 1 ELSE 0 END)"
            " + (CASE WHEN token_hash IS NOT NULL THEN 1 ELSE 0 END) = 1",
            name=op.f("ck_part_files_belongs_to_one"),
        ),
        sa.CheckConstraint(
            "(state = 'deleted') = (deleted_at IS NOT NULL)", name=op.f("ck_part_files_deleted_has_its_time")
        ),
        sa.CheckConstraint(
            "state <> 'failed' OR fault IS NOT NULL", name=op.f("ck_part_files_failed_says_why")
        ),
        sa.CheckConstraint(
            "(token_hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_part_files_guests_files_expire")
        ),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_part_files_not_empty")),
        sa.CheckConstraint(
            "state <> 'ready' OR (facts IS NOT NULL AND reader IS NOT NULL)",
            name=op.f("ck_part_files_ready_is_measured"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_part_files_sha256_is_hex")),
        sa.CheckConstraint(
            "state IN ('measuring', 'ready', 'failed', 'deleted')", name=op.f("ck_part_files_state")
        ),
        sa.CheckConstraint("type IN ('stl', 'obj', 'ply', '3mf', 'step')", name=op.f("ck_part_files_type")),
        sa.CheckConstraint("unit IN ('um', 'mm', 'cm', 'm', 'in', 'ft')", name=op.f("ck_part_files_unit")),
        sa.CheckConstraint(
            "stage IN ('waiting', 'reading', 'measuring', 'picturing')", name=op.f("ck_part_files_stage")
        ),
        sa.CheckConstraint(
            "(stage IS NULL) = (stage_percent IS NULL)", name=op.f("ck_part_files_stage_says_how_much")
        ),
        sa.CheckConstraint("stage_percent BETWEEN 0 AND 100", name=op.f("ck_part_files_percent")),
        sa.CheckConstraint(
            "stage IS NULL OR state IN ('measuring', 'deleted')",
            name=op.f("ck_part_files_measured_has_no_stage"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_part_files_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_files")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_part_files_token_hash")),
    )
    op.create_index("ix_part_files_owner_id", "part_files", ["owner_id", "id"])
    op.create_index("ix_part_files_stored_as", "part_files", ["stored_as"])
    op.create_index("ix_part_files_original_name", "part_files", ["original_name"])
    of_guests = sa.text("expires_at IS NOT NULL")
    of_shop = sa.text("is_demo AND state <> 'deleted'")
    op.create_index(
        "ix_part_files_expires_at",
        "part_files",
        ["expires_at"],
        postgresql_where=of_guests,
        sqlite_where=of_guests,
    )
    op.create_index(
        "ix_part_files_demo", "part_files", ["id"], postgresql_where=of_shop, sqlite_where=of_shop
    )
    number("part_files")


def downgrade() -> None:
    """Back."""
    drop_numbers("part_files")
    op.drop_index("ix_part_files_demo", table_name="part_files")
    op.drop_index("ix_part_files_expires_at", table_name="part_files")
    op.drop_index("ix_part_files_original_name", table_name="part_files")
    op.drop_index("ix_part_files_stored_as", table_name="part_files")
    op.drop_index("ix_part_files_owner_id", table_name="part_files")
    op.drop_table("part_files")
