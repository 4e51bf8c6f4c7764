"""Stages of leads and deals, and which step of ours each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass

from makeline.crm.gateway import CrmMisconfigured
from makeline.crm.records import Entity, Step

# What we send, and what we read as the same step.
_DEALS: Mapping[Step, tuple[str, ...]] = {
    Step.NEW: ("NEW", "PREPARATION", "PREPAYMENT_INVOICE"),
    Step.WORKING: ("EXECUTING", "FINAL_INVOICE"),
    Step.WON: ("WON",),
    Step.LOST: ("LOSE",),
}
_LEADS: Mapping[Step, tuple[str, ...]] = {
    Step.NEW: ("NEW",),
    Step.WORKING: ("IN_PROCESS", "PROCESSED"),
    Step.WON: ("CONVERTED",),
    Step.LOST: ("JUNK",),
}
_SEMANTICS = {"S": Step.WON, "F": Step.LOST}


@dataclass(frozen=True)
class Stages:
    """The stages of one portal: ``known`` maps each stage id to its semantics (P open, S won, F lost)."""

    funnel: int
    known: Mapping[Entity, Mapping[str, str]]

    def stage_of(self, entity: Entity, step: Step) -> str:
        """The id to send; raises ``CrmMisconfigured`` when the portal has no such stage."""
        stage = self._prefix(entity) + self._table(entity)[step][0]
        if stage not in self.known[entity]:
            raise CrmMisconfigured(f"the portal has no stage {stage} for a {entity.value}")
        return stage

    def step_of(self, entity: Entity, stage: str) -> Step | None:
        """Our step for a stage; None for an open stage that is not on our table."""
        ended = _SEMANTICS.get(self.known.get(entity, {}).get(stage, ""))
        if ended is not None:
            return ended
        plain = stage.removeprefix(self._prefix(entity))
        for step, names in self._table(entity).items():
            if plain in names:
                return step
        return None

    def status_list(self, entity: Entity) -> str:
        """Under which name the portal lists the stages."""
        if entity is Entity.LEAD:
            return "STATUS"
        return f"DEAL_STAGE_{self.funnel}" if self.funnel else "DEAL_STAGE"

    def _prefix(self, entity: Entity) -> str:
        return f"C{self.funnel}:" if entity is Entity.DEAL and self.funnel else ""

    @staticmethod
    def _table(entity: Entity) -> Mapping[Step, tuple[str, ...]]:
        return _DEALS if entity is Entity.DEAL else _LEADS
