"""Which terms customers have accepted."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""

    op.create_table(
        "consents",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("client_token_hash", sa.Text(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.CheckConstraint("terms_version <> ''", name=op.f("ck_consents_to_some_version")),
        sa.ForeignKeyConstraint(["session_id"], ["kiosk_sessions.id"], name=op.f("fk_consents_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("session_id", "terms_version", name=op.f("uq_consents_session_id_terms_version")),
    )
    number("consents")


def downgrade() -> None:
    """Back."""
    drop_numbers("consents")
    op.drop_table("consents")
