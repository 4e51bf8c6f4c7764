"""Tables of stages as staff have them: every version is kept, the newest counts."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, UniqueConstraint

from makeline.crm.records import Entity, Step
from makeline.crm.stage_table import StageTable
from makeline.foundation.columns import UtcTime, Word, identity, metadata, one_of

crm_stage_tables = Table(
    "crm_stage_tables",
    metadata,
    identity(),
    Column("entity", Word(Entity), nullable=False),
    # Leads have one row of stages, of the number 0.
    Column("funnel", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # Step → stages, as JSON.
    Column("stages", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcTime(), nullable=False),
    one_of("entity", Entity),
    CheckConstraint("entity IN ('deal', 'lead')", name="has_stages"),
    CheckConstraint("entity = 'deal' OR funnel = 0", name="leads_have_one_funnel"),
    CheckConstraint("version > 0", name="version_positive"),
    UniqueConstraint("entity", "funnel", "version"),
)


class StageVersion(NamedTuple):
    """One version of a table; ``stages`` is JSON text, see the property."""

    id: int
    entity: Entity
    funnel: int
    version: int
    stages: str
    note: str
    changed_by: str
    changed_at: datetime

    @property
    def table(self) -> StageTable:
        """What it says."""
        return StageTable({Step(step): tuple(names) for step, names in json.loads(self.stages).items()})


def as_text(table: StageTable) -> str:
    """A table as JSON, equal for equal tables."""
    steps = {step.value: list(table.stages.get(step, ())) for step in Step}
    return json.dumps(steps, separators=(",", ":"))
