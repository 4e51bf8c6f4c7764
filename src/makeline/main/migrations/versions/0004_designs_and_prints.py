"""Designs, case items and print jobs."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""

    op.create_table(
        "queue_numbers",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_queue_numbers_machine_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_numbers")),
        sa.UniqueConstraint("machine_id", "day", name=op.f("uq_queue_numbers_machine_id_day")),
    )
    op.create_table(
        "designs",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("design_hash", sa.Text(), nullable=False),
        sa.Column("spec", Json(), nullable=False),
        sa.Column("phone_model_id", sa.Text(), nullable=False),
        sa.Column("shell_id", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("print_file_id", BigInt, nullable=False),
        sa.Column("proof_file_id", BigInt, nullable=False),
        sa.Column("shell_width_um", sa.Integer(), nullable=False),
        sa.Column("shell_height_um", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("dpi >= 300", name=op.f("ck_designs_sharp_enough")),
        sa.CheckConstraint("length(design_hash) = 64", name=op.f("ck_designs_hash_is_hex")),
        sa.ForeignKeyConstraint(
            ["phone_model_id"], ["phone_models.id"], name=op.f("fk_designs_phone_model_id")
        ),
        sa.ForeignKeyConstraint(
            ["print_file_id"], ["stored_files.id"], name=op.f("fk_designs_print_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["proof_file_id"], ["stored_files.id"], name=op.f("fk_designs_proof_file_id")
        ),
        sa.ForeignKeyConstraint(["shell_id"], ["shells.id"], name=op.f("fk_designs_shell_id")),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_designs_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designs")),
        sa.UniqueConstraint("design_hash", name=op.f("uq_designs_design_hash")),
    )
    op.create_index("ix_designs_print_file_id", "designs", ["print_file_id"], unique=False)
    op.create_index("ix_designs_proof_file_id", "designs", ["proof_file_id"], unique=False)
    op.create_table(
        "design_pictures",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("design_id", BigInt, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["designs.id"], name=op.f("fk_design_pictures_design_id")),
        sa.PrimaryKeyConstraint("sha256", "design_id", name=op.f("pk_design_pictures")),
    )
    op.create_table(
        "case_items",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("order_line_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("design_id", BigInt, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("allocation_id", BigInt, nullable=True),
        sa.Column("shell_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_case_items_allocation_id")
        ),
        sa.ForeignKeyConstraint(["design_id"], ["designs.id"], name=op.f("fk_case_items_design_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_case_items_machine_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_case_items_order_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_case_items_order_line_id")
        ),
        sa.ForeignKeyConstraint(["shell_id"], ["shells.id"], name=op.f("fk_case_items_shell_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_items")),
        sa.UniqueConstraint("allocation_id", name=op.f("uq_case_items_allocation_id")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_case_items_order_line_id")),
    )
    op.create_index("ix_case_items_order_id", "case_items", ["order_id"], unique=False)
    op.create_index("ix_case_items_design_id", "case_items", ["design_id"], unique=False)
    op.create_table(
        "print_jobs",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("case_item_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("payment_id", BigInt, nullable=False),
        sa.Column("machine_id", BigInt, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reprint_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("queue_number", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("partner_reference", sa.Text(), nullable=True),
        sa.Column("partner_queue_number", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("reported_device", sa.Text(), nullable=True),
        sa.Column("estimated_completion", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("printed_at", UtcTime(), nullable=True),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("offered_at", UtcTime(), nullable=True),
        sa.Column("replaced_at", UtcTime(), nullable=True),
        sa.Column("spent_allocation_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(
            ["spent_allocation_id"], ["allocations.id"], name=op.f("fk_print_jobs_spent_allocation_id")
        ),
        sa.UniqueConstraint("spent_allocation_id", name=op.f("uq_print_jobs_spent_allocation_id")),
        sa.CheckConstraint(
            "status IN ('queued', 'waiting_for_staff', 'sent', 'printing', 'printed', 'collected', 'failed', 'cancelled')",
            name=op.f("ck_print_jobs_status"),
        ),
        sa.CheckConstraint(
            "step IN ('awaiting_payment', 'accepted', 'queued', 'picking', 'picked', 'printing', 'printed', 'shipping', 'shipped', 'failed', 'cancelled', 'refunding')",
            name=op.f("ck_print_jobs_step"),
        ),
        sa.CheckConstraint(
            "attempt = 1 OR reprint_reason IS NOT NULL", name=op.f("ck_print_jobs_reprint_has_a_reason")
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 10", name=op.f("ck_print_jobs_priority_in_range")),
        sa.CheckConstraint(
            "status <> 'printed' OR printed_at IS NOT NULL", name=op.f("ck_print_jobs_printed_has_a_moment")
        ),
        sa.CheckConstraint(
            "printed_at IS NULL OR started_at IS NOT NULL", name=op.f("ck_print_jobs_printed_has_a_start")
        ),
        sa.ForeignKeyConstraint(["case_item_id"], ["case_items.id"], name=op.f("fk_print_jobs_case_item_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_print_jobs_machine_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_print_jobs_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_print_jobs_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_jobs")),
        sa.UniqueConstraint("case_item_id", "attempt", name=op.f("uq_print_jobs_case_item_id_attempt")),
        sa.UniqueConstraint("reference", name=op.f("uq_print_jobs_reference")),
    )
    op.create_index("ix_print_jobs_order_id", "print_jobs", ["order_id"], unique=False)
    op.create_index("ix_print_jobs_status", "print_jobs", ["status", "machine_id"], unique=False)
    op.create_index(
        "ix_print_jobs_printed",
        "print_jobs",
        ["machine_id", "id"],
        unique=False,
        postgresql_where=sa.text("printed_at IS NOT NULL"),
        sqlite_where=sa.text("printed_at IS NOT NULL"),
    )
    number("designs", "case_items", "print_jobs", "queue_numbers")


def downgrade() -> None:
    """Back."""
    drop_numbers("designs", "case_items", "print_jobs", "queue_numbers")
    op.drop_index("ix_print_jobs_printed", table_name="print_jobs")
    op.drop_index("ix_print_jobs_status", table_name="print_jobs")
    op.drop_index("ix_print_jobs_order_id", table_name="print_jobs")
    op.drop_table("print_jobs")
    op.drop_index("ix_case_items_order_id", table_name="case_items")
    op.drop_table("case_items")
    op.drop_table("design_pictures")
    op.drop_table("designs")
    op.drop_table("queue_numbers")
