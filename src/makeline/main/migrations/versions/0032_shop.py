"""The webstore: what it sells beside a case, where it sends to, what was changed on offer, and its orders."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
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
    _web_orders()
    number("offer_changes", "web_orders")


def _web_orders() -> None:
    op.create_table(
        "web_orders",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("handover", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("address", Json(), nullable=False),
        sa.Column("zone_id", sa.Text(), nullable=True),
        sa.Column("machine_id", BigInt, nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=True),
        sa.Column("handed_over_at", UtcTime(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "journey IN ('waiting', 'made', 'shipped', 'collected', 'cancelled')",
            name=op.f("ck_web_orders_journey"),
        ),
        sa.CheckConstraint("handover IN ('delivery', 'collection')", name=op.f("ck_web_orders_handover")),
        sa.CheckConstraint(
            "(handover = 'collection') = (machine_id IS NOT NULL)",
            name=op.f("ck_web_orders_collected_somewhere"),
        ),
        sa.CheckConstraint(
            "(handover = 'delivery') = (zone_id IS NOT NULL)", name=op.f("ck_web_orders_sent_somewhere")
        ),
        sa.CheckConstraint(
            "journey <> 'shipped' OR handover = 'delivery'",
            name=op.f("ck_web_orders_only_what_is_sent_ships"),
        ),
        sa.CheckConstraint(
            "journey <> 'collected' OR handover = 'collection'",
            name=op.f("ck_web_orders_only_there_it_is_collected"),
        ),
        sa.CheckConstraint(
            "journey <> 'made' OR made_at IS NOT NULL", name=op.f("ck_web_orders_made_has_a_moment")
        ),
        sa.CheckConstraint(
            "(journey IN ('shipped', 'collected')) = (handed_over_at IS NOT NULL)",
            name=op.f("ck_web_orders_handover_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(journey = 'shipped') = (carrier IS NOT NULL)", name=op.f("ck_web_orders_shipped_by_somebody")
        ),
        sa.CheckConstraint("email = '' OR email LIKE '%_@_%'", name=op.f("ck_web_orders_email_is_one")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_web_orders_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["delivery_zones.id"], name=op.f("fk_web_orders_zone_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_web_orders_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_orders")),
        sa.UniqueConstraint("order_id", name=op.f("uq_web_orders_order_id")),
    )
    op.create_index(
        "ix_web_orders_expires_at",
        "web_orders",
        ["expires_at"],
        postgresql_where=sa.literal_column("journey = 'waiting'"),
        sqlite_where=sa.literal_column("journey = 'waiting'"),
    )
    op.create_index("ix_web_orders_email", "web_orders", ["email"])


def downgrade() -> None:
    """Back."""
    drop_numbers("offer_changes", "web_orders")
    op.drop_index("ix_web_orders_email", table_name="web_orders")
    op.drop_index("ix_web_orders_expires_at", table_name="web_orders")
    op.drop_table("web_orders")
    op.drop_table("offer_changes")
    op.drop_table("delivery_zones")
    op.drop_table("extras")
