"""Photographs may be wished for in another style."""

import sqlalchemy as sa
from alembic import op

from makeline.foundation.columns import BigInt, Json, UtcTime
from makeline.main.migrations.numbers import drop_numbers, number

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_NOT_REFUSED = sa.literal_column("state <> 'refused'")
_REFUSALS = (
    "('blocked_photo', 'blocked_result', 'no_picture', 'result_unusable', 'result_too_small', "
    "'photo_unusable', 'photo_gone', 'stylist_away')"
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "style_jobs",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("style_id", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("view", Json(), nullable=False),
        sa.Column("photo_id", BigInt, nullable=False),
        sa.Column("need_width_px", sa.Integer(), nullable=False),
        sa.Column("need_height_px", sa.Integer(), nullable=False),
        sa.Column("wish_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text()),
        sa.Column("degraded", Json(), nullable=False),
        sa.Column("enlarged_percent", sa.Integer()),
        sa.Column("refusal", sa.Text()),
        sa.Column("result_id", BigInt),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("started_at", UtcTime()),
        sa.Column("finished_at", UtcTime()),
        sa.Column("held_until_at", UtcTime()),
        sa.Column("forgotten_at", UtcTime()),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'degraded', 'refused')", name=op.f("ck_style_jobs_state")
        ),
        sa.CheckConstraint("step IN ('cutting', 'styling', 'checking')", name=op.f("ck_style_jobs_step")),
        sa.CheckConstraint(f"refusal IN {_REFUSALS}", name=op.f("ck_style_jobs_refusal")),
        sa.CheckConstraint(
            "(state IN ('done', 'degraded')) = (result_id IS NOT NULL)",
            name=op.f("ck_style_jobs_made_has_a_picture"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_style_jobs_refused_has_a_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)",
            name=op.f("ck_style_jobs_ended_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'running' OR started_at IS NOT NULL", name=op.f("ck_style_jobs_running_has_begun")
        ),
        sa.CheckConstraint("variant BETWEEN 1 AND 9", name=op.f("ck_style_jobs_variant_in_range")),
        sa.CheckConstraint(
            "need_width_px > 0 AND need_height_px > 0", name=op.f("ck_style_jobs_need_is_a_size")
        ),
        sa.CheckConstraint("length(wish) <= 200", name=op.f("ck_style_jobs_wish_is_short")),
        sa.CheckConstraint("length(wish_hash) = 64", name=op.f("ck_style_jobs_hash_is_hex")),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_style_jobs_template_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_files.id"], name=op.f("fk_style_jobs_photo_id")),
        sa.ForeignKeyConstraint(["result_id"], ["stored_files.id"], name=op.f("fk_style_jobs_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_style_jobs")),
    )
    op.create_index(
        "ix_style_jobs_wish",
        "style_jobs",
        ["holder", "wish_hash"],
        unique=True,
        postgresql_where=_NOT_REFUSED,
        sqlite_where=_NOT_REFUSED,
    )
    op.create_index("ix_style_jobs_holder", "style_jobs", ["holder", "id"])
    op.create_index("ix_style_jobs_photo_id", "style_jobs", ["photo_id"])
    op.create_index("ix_style_jobs_result_id", "style_jobs", ["result_id"])
    number("style_jobs")


def downgrade() -> None:
    """Back."""
    drop_numbers("style_jobs")
    op.drop_table("style_jobs")
