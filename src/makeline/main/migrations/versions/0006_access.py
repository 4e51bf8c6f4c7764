"""Who may get in: keys, networks, enrolment codes, nonces of signed calls."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "api_keys",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("partner_id", BigInt, nullable=False),
        sa.Column("machine_id", BigInt, nullable=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("last_used_at", UtcTime(), nullable=True),
        sa.CheckConstraint("scopes <> ''", name=op.f("ck_api_keys_may_do_something")),
        sa.CheckConstraint("length(secret_hash) = 64", name=op.f("ck_api_keys_hash_not_secret")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_api_keys_good_for_a_while")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_api_keys_partner_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_api_keys_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    op.create_table(
        "partner_networks",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("partner_id", BigInt, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_networks_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_networks")),
        sa.UniqueConstraint("network", name=op.f("uq_partner_networks_network")),
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.CheckConstraint("length(code_hash) = 64", name=op.f("ck_enrolment_codes_hash_not_code")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_enrolment_codes_good_for_a_while")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_enrolment_codes_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolment_codes_code_hash")),
    )
    op.create_table(
        "seen_nonces",
        sa.Column("key_id", BigInt, nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name=op.f("pk_seen_nonces")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seen_nonces_seen_at", "seen_nonces", ["seen_at"])
    number("api_keys", "partner_networks", "enrolment_codes")


def downgrade() -> None:
    """Back."""
    drop_numbers("api_keys", "partner_networks", "enrolment_codes")
    op.drop_index("ix_seen_nonces_seen_at", table_name="seen_nonces")
    op.drop_table("seen_nonces")
    op.drop_table("enrolment_codes")
    op.drop_table("partner_networks")
    op.drop_table("api_keys")
