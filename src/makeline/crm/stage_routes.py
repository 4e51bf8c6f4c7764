"""The calls of staff about stages: what stands for what, what a change would do, and the change itself."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.crm.gateway import Crm, CrmTrouble
from makeline.crm.line import wake_line
from makeline.crm.records import Entity
from makeline.crm.stage_book import StagesMovedOn, change_stages, stage_problems, table_now, versions_of
from makeline.crm.stage_preview import Preview, look_again, preview_stages
from makeline.crm.stage_schemas import (
    EntityStages,
    StageChange,
    StageDraft,
    StagePreviewAnswer,
    StagesAnswer,
    entity_of,
    portal_answer,
    preview_answer,
    steps_answer,
    version_answer,
)
from makeline.crm.stage_table import StageTable
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotAllowed, Refusal, Unrecognised

_TAG = "Staff"
_MOST_VERSIONS = 20


class CrmCannotBeAsked(Refusal):
    """There is no CRM, or it is away; without it nobody knows what a table would do."""

    code = "CRM_AWAY"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True)
class StageDesk:
    """What the calls need of the house; ``crm`` None: nothing is mirrored, and a table counts once something is."""

    database: Database
    members: Members
    crm: Crm | None
    funnel: int

    async def shown(self, request: Request) -> Response:
        """Both tables, held against the CRM."""
        await self.members.staff(request)
        return json_answer({entity.value: await self._shown(entity) for entity in (Entity.DEAL, Entity.LEAD)})

    async def previewed(self, request: Request) -> Response:
        """Nothing is stored."""
        await self.members.staff(request)
        entity, table = _sensible(await read_body(request, StageDraft))
        return json_answer(preview_answer(await self._previewed(entity, table)))

    async def changed(self, request: Request) -> Response:
        """From now on; what is open is looked at again."""
        member = await self.members.staff(request)
        body = await read_body(request, StageChange)
        entity, table = _sensible(body)
        if self.crm is not None and (lacking := (await self._previewed(entity, table)).lacking):
            reason = f"the CRM has no stage {lacking[0]}, and nothing could be sent"
            raise Invalid(FieldProblem("stages", reason, lacking[0]))

        def work(unit: UnitOfWork) -> None:
            before = table_now(unit, entity, funnel=self.funnel)[1]
            version = change_stages(
                unit, entity, funnel=self.funnel, table=table, based_on=body.based_on, note=body.note
            )
            if version != before:
                look_again(unit, entity)
                # It may have been the table that kept everything back.
                wake_line(unit)

        await self.database.begin(work, actor=member.actor)
        return json_answer(await self._shown(entity))

    async def _previewed(self, entity: Entity, table: StageTable) -> Preview:
        if self.crm is None:
            raise CrmCannotBeAsked("no CRM is connected")
        try:
            return await preview_stages(self.database.begin, self.crm, entity, table)
        except CrmTrouble as trouble:
            raise CrmCannotBeAsked(trouble.reason) from trouble

    async def _shown(self, entity: Entity) -> dict[str, Any]:
        def look(unit: Reading) -> tuple[StageTable, dict[str, Any]]:
            table, version = table_now(unit, entity, funnel=self.funnel)
            history = versions_of(unit, entity, funnel=self.funnel, most=_MOST_VERSIONS)
            return table, {
                "funnel": self.funnel if entity is Entity.DEAL else 0,
                "version": version,
                "stages": steps_answer(table),
                "history": [version_answer(one) for one in history],
            }

        table, told = await self.database.read(look)
        nothing = {"portal": None, "unmapped": None, "lacking": None}
        if self.crm is None:
            return {**told, **nothing, "trouble": "no CRM is connected"}
        try:
            portal = await self.crm.stages(entity)
        except CrmTrouble as trouble:
            return {**told, **nothing, "trouble": trouble.reason}
        there = portal_answer(portal, table)
        known = {stage.name for stage in portal}
        return {
            **told,
            "portal": there,
            "unmapped": [stage["stage"] for stage in there if stage["step"] is None],
            "lacking": [name for name in table.needed if name not in known],
            "trouble": None,
        }


def _sensible(draft: StageDraft) -> tuple[Entity, StageTable]:
    entity, table = entity_of(draft), draft.stages.table()
    if problems := tuple(stage_problems(entity, table)):
        raise Invalid(*problems)
    return entity, table


def stage_endpoints(desk: StageDesk) -> tuple[Endpoint, ...]:
    """The paths of stages."""
    staff = (Unrecognised, NotAllowed)
    return (
        Endpoint(
            "GET", "/v1/crm/stages", desk.shown, "Which stages of the CRM stand for which step", _TAG, None, StagesAnswer,
            refusals=staff,
        ),
        Endpoint(
            "PUT", "/v1/crm/stages", desk.changed, "Let other stages stand for our steps", _TAG, StageChange, EntityStages,
            refusals=(*staff, Invalid, StagesMovedOn, CrmCannotBeAsked),
        ),
        Endpoint(
            "POST", "/v1/crm/stages/preview", desk.previewed, "Which open orders and calls other stages would move", _TAG,
            StageDraft, StagePreviewAnswer, refusals=(*staff, Invalid, CrmCannotBeAsked),
        ),
    )  # fmt: skip
