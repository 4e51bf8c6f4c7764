"""What the print partner calls brands and models, which of ours they are, and what he says lies in the machines."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "partner_brands",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chinese_name", sa.Text(), nullable=True),
        sa.Column("english_name", sa.Text(), nullable=True),
        sa.Column("brand_id", sa.Text(), nullable=True),
        sa.Column("heard_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_partner_brands_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_brands")),
    )
    op.create_table(
        "partner_models",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partner_brand", sa.Text(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_models")),
    )
    op.create_table(
        "model_links",
        sa.Column("partner_model", sa.Text(), nullable=False),
        sa.Column("phone_model_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'confirmed')", name=op.f("ck_model_links_state")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by IS NOT NULL", name=op.f("ck_model_links_somebody_confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["phone_model_id"], ["phone_models.id"], name=op.f("fk_model_links_phone_model_id")
        ),
        sa.PrimaryKeyConstraint("partner_model", name=op.f("pk_model_links")),
    )
    op.create_table(
        "device_shells",
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("shell_id", sa.Text(), nullable=False),
        sa.Column("partner_model", sa.Text(), nullable=False),
        sa.Column("width_um", sa.Integer(), nullable=True),
        sa.Column("height_um", sa.Integer(), nullable=True),
        sa.Column("blanks", sa.Integer(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "(width_um IS NULL) = (height_um IS NULL)", name=op.f("ck_device_shells_both_sizes_or_none")
        ),
        sa.CheckConstraint("blanks >= 0", name=op.f("ck_device_shells_blanks_not_negative")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_device_shells_machine_id")),
        sa.PrimaryKeyConstraint("machine_id", "shell_id", name=op.f("pk_device_shells")),
    )
    op.create_table(
        "partner_listings",
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("partner_brand", sa.Text(), nullable=False),
        sa.Column("tried_at", UtcTime(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("incomplete", Json(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_partner_listings_machine_id")),
        sa.PrimaryKeyConstraint("machine_id", "partner_brand", name=op.f("pk_partner_listings")),
    )


def downgrade() -> None:
    """Back."""
    for table in ("partner_listings", "device_shells", "model_links", "partner_models", "partner_brands"):
        op.drop_table(table)
