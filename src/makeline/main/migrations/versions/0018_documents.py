"""Papers that customers attach, to their account or to a CAD file."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "documents",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("owner_id", BigInt, nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("size_bytes", BigInt, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_at", UtcTime(), nullable=False),
        sa.Column("stored_at", UtcTime(), nullable=True),
        sa.Column("deleted_at", UtcTime(), nullable=True),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_documents_not_empty")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_documents_sha256_is_hex")),
        sa.CheckConstraint("category <> ''", name=op.f("ck_documents_has_a_category")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_documents_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_owner_id", "documents", ["owner_id", "id"])
    op.create_index("ix_documents_stored_as", "documents", ["stored_as"])
    op.create_index("ix_documents_category", "documents", ["category", "id"])
    number("documents")
    op.create_table(
        "part_file_documents",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("file_id", BigInt, nullable=False),
        sa.Column("attached_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_part_file_documents_document_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["part_files.id"], name=op.f("fk_part_file_documents_file_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_part_file_documents")),
    )
    op.create_index("ix_part_file_documents_file_id", "part_file_documents", ["file_id", "document_id"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_part_file_documents_file_id", table_name="part_file_documents")
    op.drop_table("part_file_documents")
    drop_numbers("documents")
    op.drop_index("ix_documents_category", table_name="documents")
    op.drop_index("ix_documents_stored_as", table_name="documents")
    op.drop_index("ix_documents_owner_id", table_name="documents")
    op.drop_table("documents")
