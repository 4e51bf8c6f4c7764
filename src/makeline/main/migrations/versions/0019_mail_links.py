"""Links in letters to people."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "mail_links",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("user_id", BigInt, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('confirm', 'reset')", name=op.f("ck_mail_links_purpose")),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_mail_links_hash_not_token")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_mail_links_good_for_a_while")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_links_token_hash")),
    )
    op.create_index("ix_mail_links_user_id", "mail_links", ["user_id", "purpose"])
    number("mail_links")


def downgrade() -> None:
    """Back."""
    drop_numbers("mail_links")
    op.drop_index("ix_mail_links_user_id", table_name="mail_links")
    op.drop_table("mail_links")
