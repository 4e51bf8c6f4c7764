"""Requests and answers about stages, for staff."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from makeline.crm.gateway import PortalStage
from makeline.crm.records import Entity, Step
from makeline.crm.stage_models import StageVersion
from makeline.crm.stage_preview import Preview
from makeline.crm.stage_table import StageTable
from makeline.foundation.web.answers import utc_text

_Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)]


class StagesOfSteps(BaseModel):
    """Stages by step of ours, without the funnel's prefix; the first of each is the one we send."""

    new: _Names = Field(default_factory=list)
    working: _Names = Field(default_factory=list)
    won: _Names = Field(default_factory=list)
    lost: _Names = Field(default_factory=list)

    def table(self) -> StageTable:
        """The same as a table."""
        return StageTable({step: tuple(getattr(self, step.value)) for step in Step})


class StageDraft(BaseModel):
    """A table that might count."""

    entity: Literal["deal", "lead"]
    stages: StagesOfSteps


class StageChange(StageDraft):
    """A table that shall count from now on. ``based_on``: the version that was edited, 0 the usual one."""

    based_on: int = Field(ge=0)
    note: str = Field(min_length=1, max_length=500)


class StageThere(BaseModel):
    """A stage of the CRM; ``step`` null where it stands for none."""

    stage: str
    title: str
    ends: str | None
    step: str | None


class StageVersionAnswer(BaseModel):
    """What was changed, when, by whom and why."""

    version: int
    stages: StagesOfSteps
    changed_at: str
    changed_by: str
    note: str


class EntityStages(BaseModel):
    """Of deals or of leads. ``portal`` null while the CRM cannot be asked; ``trouble`` says why."""

    funnel: int
    version: int
    stages: StagesOfSteps
    portal: list[StageThere] | None
    unmapped: list[str] | None
    lacking: list[str] | None
    trouble: str | None
    history: list[StageVersionAnswer]


class StagesAnswer(BaseModel):
    """Both."""

    deal: EntityStages
    lead: EntityStages


class StageMove(BaseModel):
    """Something of ours that would move; ``allowed`` false: it would stay, and staff would be told."""

    id: int
    name: str
    stage: str
    before: str
    after: str
    allowed: bool


class StagePreviewAnswer(BaseModel):
    """What a table would do. ``looked_at`` of ``open`` things of ours were held against it."""

    moves: list[StageMove]
    unmapped: list[str]
    lacking: list[str]
    looked_at: int
    open: int


def steps_answer(table: StageTable) -> dict[str, list[str]]:
    """``StagesOfSteps`` as JSON values."""
    return {step.value: list(table.stages.get(step, ())) for step in Step}


def version_answer(version: StageVersion) -> dict[str, Any]:
    """``StageVersionAnswer`` as JSON values."""
    return {
        "version": version.version,
        "stages": steps_answer(version.table),
        "changed_at": utc_text(version.changed_at),
        "changed_by": version.changed_by,
        "note": version.note,
    }


def portal_answer(portal: Sequence[PortalStage], table: StageTable) -> list[dict[str, Any]]:
    """``StageThere`` of each stage as JSON values."""
    return [
        {
            "stage": stage.name,
            "title": stage.title,
            "ends": stage.ended.value if stage.ended else None,
            "step": step.value if (step := stage.ended or table.step_of(stage.name)) else None,
        }
        for stage in portal
    ]


def preview_answer(preview: Preview) -> dict[str, Any]:
    """``StagePreviewAnswer`` as JSON values."""
    return {
        "moves": [
            {
                "id": move.our_id,
                "name": move.name,
                "stage": move.stage,
                "before": move.before.value,
                "after": move.after.value,
                "allowed": move.allowed,
            }
            for move in preview.moves
        ],
        "unmapped": [stage.name for stage in preview.unmapped],
        "lacking": list(preview.lacking),
        "looked_at": preview.looked_at,
        "open": preview.open_things,
    }


def entity_of(draft: StageDraft) -> Entity:
    """Deals or leads."""
    return Entity(draft.entity)
