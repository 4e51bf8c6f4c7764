"""Which stages of the CRM stand for which step, as staff have decided; the usual ones until they have."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select

from makeline.crm.records import Entity, Step
from makeline.crm.stage_models import StageVersion, as_text, crm_stage_tables
from makeline.crm.stage_table import USUAL_STAGES, StageTable, StageTables
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal

_MOST_STAGES = 50
# As long as a portal lets a stage's name be.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,22}")
# Sales people alone say that a call was won; every other step is ours to tell.
_MUST_HAVE = {
    Entity.DEAL: (Step.NEW, Step.WORKING, Step.WON, Step.LOST),
    Entity.LEAD: (Step.NEW, Step.WORKING, Step.LOST),
}
_S = crm_stage_tables.c
_VERSIONS = Query(
    select(crm_stage_tables)
    .where(_S.entity == bindparam("entity_now"), _S.funnel == bindparam("funnel_now"))
    .order_by(_S.version.desc())
    .limit(bindparam("most")),
    StageVersion,
)


class StagesMovedOn(Refusal):
    """Somebody has changed the table since the version that was edited; nothing of his is overwritten unseen."""

    code = "STAGES_MOVED_ON"
    kind = Kind.CONFLICT


def stage_tables(unit: Reading, *, funnel: int) -> StageTables:
    """Those that count now, of deals in a funnel and of leads."""
    return {entity: table_now(unit, entity, funnel=funnel)[0] for entity in USUAL_STAGES}


def table_now(unit: Reading, entity: Entity, *, funnel: int) -> tuple[StageTable, int]:
    """The table that counts and its version; 0 is the usual one."""
    newest = versions_of(unit, entity, funnel=funnel, most=1)
    return (newest[0].table, newest[0].version) if newest else (USUAL_STAGES[entity], 0)


def versions_of(unit: Reading, entity: Entity, *, funnel: int, most: int) -> Sequence[StageVersion]:
    """The newest first."""
    number = funnel if entity is Entity.DEAL else 0
    return unit.all(_VERSIONS, entity_now=entity, funnel_now=number, most=most)


def change_stages(
    unit: UnitOfWork, entity: Entity, *, funnel: int, table: StageTable, based_on: int, note: str
) -> int:
    """Let a table count from now on; returns its version. The same again is no change. Raises ``Invalid``, and
    ``StagesMovedOn`` unless ``based_on`` is the version that counts."""
    problems = tuple(stage_problems(entity, table))
    if problems:
        raise Invalid(*problems)
    current, version = table_now(unit, entity, funnel=funnel)
    if as_text(current) == as_text(table):
        return version
    if based_on != version:
        raise StagesMovedOn(f"version {version} counts by now; look at it and edit that one", newest=version)
    unit.add(
        crm_stage_tables,
        id=unit.new_id(crm_stage_tables),
        entity=entity,
        funnel=funnel if entity is Entity.DEAL else 0,
        version=version + 1,
        stages=as_text(table),
        note=note,
        changed_by=unit.actor,
        changed_at=unit.now,
    )
    return version + 1


def stage_problems(entity: Entity, table: StageTable) -> Iterator[FieldProblem]:
    """What a table cannot say."""
    seen: set[str] = set()
    for step in Step:
        names, field = table.stages.get(step, ()), f"stages.{step.value}"
        if not names and step in _MUST_HAVE[entity]:
            yield FieldProblem(field, "needs a stage: the first is the one we send")
        if len(names) > _MOST_STAGES:
            yield FieldProblem(field, f"has more than {_MOST_STAGES} stages")
        for name in names:
            if not _NAME.fullmatch(name):
                yield FieldProblem(field, "a stage's name has 1 to 22 letters, digits, - and _", name[:40])
            elif name in seen:
                yield FieldProblem(field, f"{name} stands for one step only", name)
            seen.add(name)
