"""Staff signs in at pages of its own, with a second factor."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "staff_sessions",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("sign_in_id", BigInt, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("proven_at", UtcTime()),
        sa.CheckConstraint("role IN ('customer', 'staff', 'admin')", name=op.f("ck_staff_sessions_role")),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_staff_sessions_hash_not_token")),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_ins.id"], name=op.f("fk_staff_sessions_sign_in_id_sign_ins")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("sign_in_id", name=op.f("uq_staff_sessions_sign_in_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_table(
        "second_factors",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("user_id", BigInt, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_step", BigInt, nullable=False),
        sa.CheckConstraint("length(salt) = 32", name=op.f("ck_second_factors_salt_is_long")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factors_user_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("factor_id", BigInt, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", UtcTime()),
        sa.CheckConstraint("length(code_hash) = 64", name=op.f("ck_recovery_codes_hash_not_code")),
        sa.ForeignKeyConstraint(
            ["factor_id"], ["second_factors.id"], name=op.f("fk_recovery_codes_factor_id_second_factors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("factor_id", "code_hash", name=op.f("uq_recovery_codes_factor_id_code_hash")),
    )
    number("staff_sessions", "second_factors", "recovery_codes")


def downgrade() -> None:
    """Back."""
    drop_numbers("staff_sessions", "second_factors", "recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_table("staff_sessions")
