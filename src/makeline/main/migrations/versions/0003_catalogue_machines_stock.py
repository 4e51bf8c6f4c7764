"""Phone models, machines and their blanks."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""

    op.create_table(
        "brands",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
    )
    op.create_table(
        "partners",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("api_version", sa.Text(), nullable=True),
        sa.Column("calls_a_minute", sa.Integer(), nullable=True),
        sa.Column("free_order_minor", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("api_version IN ('2.1', '2.2')", name=op.f("ck_partners_known_version")),
        sa.CheckConstraint("calls_a_minute > 0", name=op.f("ck_partners_may_call")),
        sa.CheckConstraint(
            "free_order_minor BETWEEN 1 AND 1000000", name=op.f("ck_partners_free_orders_are_worth_something")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("name", name=op.f("uq_partners_name")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("image_count", sa.Integer(), nullable=False),
        sa.Column("kiosk_price_minor", BigInt, nullable=False),
        sa.Column("webstore_price_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("image_count BETWEEN 1 AND 4", name=op.f("ck_templates_image_count_plausible")),
        sa.CheckConstraint(
            "kiosk_price_minor > 0 AND webstore_price_minor >= 0",
            name=op.f("ck_templates_prices_plausible"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
    )
    op.create_table(
        "machines",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("partner_id", BigInt, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("timeout_minutes", sa.Integer(), nullable=False),
        sa.Column("most_open_sessions", sa.Integer(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paused_at", UtcTime(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Integer(), nullable=True),
        sa.Column("longitude", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_machines_both_coordinates_or_none")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90000000 AND 90000000", name=op.f("ck_machines_latitude_on_earth")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -180000000 AND 180000000", name=op.f("ck_machines_longitude_on_earth")
        ),
        sa.CheckConstraint(
            "(paused_at IS NULL) = (pause_reason IS NULL)", name=op.f("ck_machines_pause_has_a_reason")
        ),
        sa.CheckConstraint("most_open_sessions > 0", name=op.f("ck_machines_room_for_one")),
        sa.CheckConstraint("timeout_minutes > 0", name=op.f("ck_machines_timeout_positive")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_machines_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
        sa.UniqueConstraint("device", name=op.f("uq_machines_device")),
        sa.UniqueConstraint("key", name=op.f("uq_machines_key")),
    )
    op.create_table(
        "phone_models",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cn_code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("price_minor", BigInt, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("island", Json(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_phone_models_price_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_phone_models_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_models")),
        sa.UniqueConstraint("cn_code", name=op.f("uq_phone_models_cn_code")),
    )
    op.create_index(op.f("ix_phone_models_brand_id"), "phone_models", ["brand_id"], unique=False)
    op.create_table(
        "shells",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("phone_model_id", sa.Text(), nullable=False),
        sa.Column("partner_model", sa.Text(), nullable=False),
        sa.Column("width_um", sa.Integer(), nullable=False),
        sa.Column("height_um", sa.Integer(), nullable=False),
        sa.Column("size_basis", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("size_basis IN ('partner', 'phone')", name=op.f("ck_shells_size_basis")),
        sa.CheckConstraint(
            "height_um > 100000 AND height_um < 300000", name=op.f("ck_shells_height_plausible")
        ),
        sa.CheckConstraint("width_um > 30000 AND width_um < 200000", name=op.f("ck_shells_width_plausible")),
        sa.ForeignKeyConstraint(
            ["phone_model_id"], ["phone_models.id"], name=op.f("fk_shells_phone_model_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shells")),
    )
    op.create_index(op.f("ix_shells_phone_model_id"), "shells", ["phone_model_id"], unique=False)
    op.create_table(
        "stock_items",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("shell_id", sa.Text(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("short", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "on_hand >= 0 AND reserved >= 0 AND sold >= 0 AND short >= 0",
            name=op.f("ck_stock_items_never_below_zero"),
        ),
        sa.CheckConstraint("reserved + sold <= on_hand + short", name=op.f("ck_stock_items_never_oversold")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_stock_items_machine_id")),
        sa.ForeignKeyConstraint(["shell_id"], ["shells.id"], name=op.f("fk_stock_items_shell_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_items")),
        sa.UniqueConstraint("machine_id", "shell_id", name=op.f("uq_stock_items_machine_id_shell_id")),
    )
    op.create_table(
        "allocations",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("stock_item_id", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reserved', 'sold', 'taken', 'released')", name=op.f("ck_allocations_state")
        ),
        sa.ForeignKeyConstraint(
            ["stock_item_id"], ["stock_items.id"], name=op.f("fk_allocations_stock_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("stock_item_id", BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_at", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('loaded', 'corrected', 'taken')", name=op.f("ck_stock_movements_kind")),
        sa.ForeignKeyConstraint(
            ["stock_item_id"], ["stock_items.id"], name=op.f("fk_stock_movements_stock_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
    )
    number("partners", "machines", "stock_items", "stock_movements", "allocations")


def downgrade() -> None:
    """Back."""
    drop_numbers("partners", "machines", "stock_items", "stock_movements", "allocations")
    op.drop_table("stock_movements")
    op.drop_table("allocations")
    op.drop_table("stock_items")
    op.drop_index(op.f("ix_shells_phone_model_id"), table_name="shells")
    op.drop_table("shells")
    op.drop_index(op.f("ix_phone_models_brand_id"), table_name="phone_models")
    op.drop_table("phone_models")
    op.drop_table("machines")
    op.drop_table("templates")
    op.drop_table("partners")
    op.drop_table("brands")
