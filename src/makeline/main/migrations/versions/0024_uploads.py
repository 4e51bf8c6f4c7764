"""CAD files that are announced, and whose bytes go straight to the storage."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "part_uploads",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("owner_id", BigInt, nullable=False),
        sa.Column("sent_as", sa.Text(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size_bytes", BigInt, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("file_id", BigInt, nullable=True),
        sa.Column("announced_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.CheckConstraint("expires_at > announced_at", name=op.f("ck_part_uploads_has_time")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_part_uploads_not_empty")),
        sa.CheckConstraint(
            "sha256 IS NULL OR length(sha256) = 64", name=op.f("ck_part_uploads_sha256_is_hex")
        ),
        sa.CheckConstraint("type IN ('stl', 'obj', 'ply', '3mf', 'step')", name=op.f("ck_part_uploads_type")),
        sa.ForeignKeyConstraint(["file_id"], ["part_files.id"], name=op.f("fk_part_uploads_file_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_part_uploads_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_uploads")),
        sa.UniqueConstraint("file_id", name=op.f("uq_part_uploads_file_id")),
        sa.UniqueConstraint("sent_as", name=op.f("uq_part_uploads_sent_as")),
    )
    op.create_index("ix_part_uploads_owner_id", "part_uploads", ["owner_id"])
    op.create_index("ix_part_uploads_expires_at", "part_uploads", ["expires_at"])
    number("part_uploads")


def downgrade() -> None:
    """Back."""
    drop_numbers("part_uploads")
    op.drop_index("ix_part_uploads_expires_at", table_name="part_uploads")
    op.drop_index("ix_part_uploads_owner_id", table_name="part_uploads")
    op.drop_table("part_uploads")
