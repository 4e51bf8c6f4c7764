"""Stages of leads and deals as a portal has them, and which step of ours each of them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.crm.gateway import CrmMisconfigured
from makeline.crm.records import Entity, Step
from makeline.crm.stage_table import StageTables

# Stages that end something, by their semantics.
ENDED = {"S": Step.WON, "F": Step.LOST}
_MEANINGS = {"process": "P", "success": "S", "failure": "F", "apology": "F"}


@dataclass(frozen=True)
class Stages:
    """The stages of one portal: ``known`` maps each stage id to its semantics (P open, S won, F lost)."""

    funnel: int
    known: Mapping[Entity, Mapping[str, str]]
    tables: StageTables

    def stage_of(self, entity: Entity, step: Step) -> str:
        """The id to send; raises ``CrmMisconfigured`` when the portal has no such stage."""
        name = self.tables[entity].sent(step)
        if name is None:
            raise CrmMisconfigured(f"no stage stands for {step.value} of a {entity.value}")
        stage = prefix_of(entity, self.funnel) + name
        if stage not in self.known[entity]:
            raise CrmMisconfigured(f"the portal has no stage {stage} for a {entity.value}")
        return stage

    def step_of(self, entity: Entity, stage: str) -> Step | None:
        """Our step for a stage; None for an open stage that is not on our table."""
        ended = ENDED.get(self.known.get(entity, {}).get(stage, ""))
        if ended is not None:
            return ended
        table = self.tables.get(entity)
        return table.step_of(stage.removeprefix(prefix_of(entity, self.funnel))) if table else None

    def lacking(self) -> list[tuple[Entity, str]]:
        """Stages that we send and the portal does not have, by their names without prefix."""
        return [
            (entity, name)
            for entity, table in self.tables.items()
            for name in table.needed
            if prefix_of(entity, self.funnel) + name not in self.known[entity]
        ]


def prefix_of(entity: Entity, funnel: int) -> str:
    """What stands before a stage's name in its id."""
    return f"C{funnel}:" if entity is Entity.DEAL and funnel else ""


def status_list(entity: Entity, funnel: int) -> str:
    """Under which name the portal lists the stages."""
    if entity is Entity.LEAD:
        return "STATUS"
    return f"DEAL_STAGE_{funnel}" if funnel else "DEAL_STAGE"


def meanings(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Stage id → P open, S won, F lost, of what ``crm.status.list`` answers."""
    return {str(row["STATUS_ID"]): _meaning(row) for row in rows}


def _meaning(row: Mapping[str, Any]) -> str:
    said = row.get("SEMANTICS") or (row.get("EXTRA") or {}).get("SEMANTICS") or "P"
    return _MEANINGS.get(str(said), str(said))
