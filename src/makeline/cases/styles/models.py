"""Table of styled pictures: one row per wish, from the asking to the picture."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, literal_column

from makeline.cases.styles.states import RefusedBecause, StyleState, StyleStep
from makeline.foundation.columns import (
    Json,
    UtcTime,
    Word,
    identity,
    metadata,
    one_of,
    reference_to,
)

_NOT_REFUSED = literal_column("state <> 'refused'")

style_jobs = Table(
    "style_jobs",
    metadata,
    identity(),
    # Whose it is, in the words of who lets people ask: ``session:17``, ``user:4``, ``guest:`` and the hash of a secret.
    Column("holder", Text, nullable=False),
    Column("template_id", Text, ForeignKey("templates.id"), nullable=False),
    Column("style_id", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("variant", Integer, nullable=False),
    Column("view", Json(), nullable=False),
    reference_to("stored_files", "photo_id"),
    # The print it is for, in pixels.
    Column("need_width_px", Integer, nullable=False),
    Column("need_height_px", Integer, nullable=False),
    # One hash over all of the above: the same wish again is the same job.
    Column("wish_hash", Text, nullable=False),
    Column("state", Word(StyleState), nullable=False),
    Column("step", Word(StyleStep)),
    Column("attempts", Integer, nullable=False),
    Column("made_by", Text),
    # Words of ``DegradedBecause``, and how many times larger than sharp the picture will be printed, in percent.
    Column("degraded", Json(), nullable=False),
    Column("enlarged_percent", Integer),
    Column("refusal", Word(RefusedBecause)),
    reference_to("stored_files", "result_id", nullable=True),
    Column("asked_at", UtcTime(), nullable=False),
    Column("started_at", UtcTime()),
    Column("finished_at", UtcTime()),
    # Who works on it says so every few seconds; when he falls silent, somebody else begins again.
    Column("held_until_at", UtcTime()),
    # Its owner wanted it gone: it counts, and is no use of its pictures any more.
    Column("forgotten_at", UtcTime()),
    one_of("state", StyleState),
    one_of("step", StyleStep),
    one_of("refusal", RefusedBecause),
    CheckConstraint("(state IN ('done', 'degraded')) = (result_id IS NOT NULL)", name="made_has_a_picture"),
    CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_has_a_reason"),
    CheckConstraint("(state IN ('queued', 'running')) = (finished_at IS NULL)", name="ended_has_a_moment"),
    CheckConstraint("state <> 'running' OR started_at IS NOT NULL", name="running_has_begun"),
    CheckConstraint("variant BETWEEN 1 AND 9", name="variant_in_range"),
    CheckConstraint("need_width_px > 0 AND need_height_px > 0", name="need_is_a_size"),
    CheckConstraint("length(wish) <= 200", name="wish_is_short"),
    CheckConstraint("length(wish_hash) = 64", name="hash_is_hex"),
    # Who asks again after a refusal makes a new job; everything else exists once.
    Index(
        "ix_style_jobs_wish",
        "holder",
        "wish_hash",
        unique=True,
        postgresql_where=_NOT_REFUSED,
        sqlite_where=_NOT_REFUSED,
    ),
    Index("ix_style_jobs_holder", "holder", "id"),
    # A picture is asked who uses it.
    Index("ix_style_jobs_photo_id", "photo_id"),
    Index("ix_style_jobs_result_id", "result_id"),
)


class StyleJob(NamedTuple):
    """One wish and what came of it; sizes in pixels, ``view`` as ``designs.spec.View`` in text."""

    id: int
    holder: str
    template_id: str
    style_id: str
    wish: str
    variant: int
    view: dict[str, Any]
    photo_id: int
    need_width_px: int
    need_height_px: int
    wish_hash: str
    state: StyleState
    step: StyleStep | None
    attempts: int
    made_by: str | None
    degraded: list[str]
    enlarged_percent: int | None
    refusal: RefusedBecause | None
    result_id: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    held_until_at: datetime | None = None
    forgotten_at: datetime | None = None
