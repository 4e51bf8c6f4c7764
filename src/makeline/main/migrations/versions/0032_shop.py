"""What the webstore sells beside a case, where it sends to, and what was changed on offer."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "extras",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("webstore_price_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("webstore_price_minor > 0", name=op.f("ck_extras_price_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extras")),
    )
    op.create_table(
        "delivery_zones",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("days_least", sa.Integer(), nullable=False),
        sa.Column("days_most", sa.Integer(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_delivery_zones_price_not_negative")),
        sa.CheckConstraint(
            "days_least BETWEEN 1 AND days_most", name=op.f("ck_delivery_zones_days_plausible")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_zones")),
    )
    op.create_table(
        "offer_changes",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.CheckConstraint("old <> new", name=op.f("ck_offer_changes_changes_something")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_offer_changes_has_a_reason")),
        sa.CheckConstraint(
            "kind IN ('brand', 'model', 'template', 'extra', 'delivery')", name=op.f("ck_offer_changes_kind")
        ),
        sa.CheckConstraint(
            "field IN ('price', 'kiosk_price', 'web_price', 'available')",
            name=op.f("ck_offer_changes_field"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_changes")),
    )
    number("offer_changes")


def downgrade() -> None:
    """Back."""
    drop_numbers("offer_changes")
    op.drop_table("offer_changes")
    op.drop_table("delivery_zones")
    op.drop_table("extras")
