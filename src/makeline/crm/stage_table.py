"""Which stages of sales people stand for which step of ours; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from makeline.crm.records import Entity, Step


@dataclass(frozen=True, slots=True)
class StageTable:
    """Of one funnel: each step with its stages, by names without the funnel's prefix. The first is the one we send; a
    step without any is never sent."""

    stages: Mapping[Step, tuple[str, ...]]

    def sent(self, step: Step) -> str | None:
        """The stage to send for a step."""
        names = self.stages.get(step, ())
        return names[0] if names else None

    def step_of(self, stage: str) -> Step | None:
        """Our step for a stage; None for one that is not on the table."""
        return next((step for step, names in self.stages.items() if stage in names), None)

    @property
    def needed(self) -> tuple[str, ...]:
        """The stages that a portal has to have: those we send."""
        return tuple(names[0] for names in self.stages.values() if names)


StageTables = Mapping[Entity, StageTable]

# As a portal has them from the first day on.
USUAL_STAGES: StageTables = {
    Entity.DEAL: StageTable(
        {
            Step.NEW: ("NEW", "PREPARATION", "PREPAYMENT_INVOICE"),
            Step.WORKING: ("EXECUTING", "FINAL_INVOICE"),
            Step.WON: ("WON",),
            Step.LOST: ("LOSE",),
        }
    ),
    Entity.LEAD: StageTable(
        {
            Step.NEW: ("NEW",),
            Step.WORKING: ("IN_PROCESS", "PROCESSED"),
            Step.WON: ("CONVERTED",),
            Step.LOST: ("JUNK",),
        }
    ),
}
