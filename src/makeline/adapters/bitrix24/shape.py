"""What a portal has of all that we need there: the stages we send and the fields of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.own_fields import ORIGINAL_NAMES, OwnField, lacking_fields
from makeline.adapters.bitrix24.stages import ENDED, Stages, meanings, prefix_of, status_list
from makeline.crm.gateway import PortalStage
from makeline.crm.records import Entity
from makeline.crm.stage_table import StageTables

_DEAL = 2
_STAGE_NAMES: Mapping[str, str] = {
    "NEW": "New", "EXECUTING": "In production", "WON": "Completed", "LOSE": "Cancelled", "IN_PROCESS": "Contacted",
    "CONVERTED": "Converted", "JUNK": "Cancelled",
}  # fmt: skip
_MEANINGS: Mapping[str, str] = {"WON": "S", "CONVERTED": "S", "LOSE": "F", "JUNK": "F"}
# The open stages lie between the first of a portal's own and its last.
_PLACE = 50


class Lack(NamedTuple):
    """Something that is not there: what it is called, and the call that makes it."""

    words: str
    method: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The stages of the portal, and which of our own fields it does not have."""

    stages: Stages
    fields: tuple[OwnField, ...]

    @property
    def lacks(self) -> list[Lack]:
        """What is missing, stages first."""
        funnel = self.stages.funnel
        stages = [_stage(entity, name, funnel) for entity, name in self.stages.lacking()]
        fields = [
            Lack(f"field {field.name}", "crm.deal.userfield.add", field.definition) for field in self.fields
        ]
        return stages + fields


async def read_shape(client: Client, funnel: int, tables: StageTables) -> Shape:
    """Ask for stages and fields. Raises ``CrmTrouble``."""
    known: dict[Entity, dict[str, str]] = {}
    for entity in tables:
        chosen = {"filter": {"ENTITY_ID": status_list(entity, funnel)}}
        known[entity] = meanings(await client.call("crm.status.list", chosen) or [])
    fields = await client.call("crm.item.fields", {"entityTypeId": _DEAL, **ORIGINAL_NAMES})
    return Shape(Stages(funnel, known, tables), tuple(lacking_fields(fields)))


async def read_stage_list(client: Client, entity: Entity, funnel: int) -> list[PortalStage]:
    """The stages of leads, or of deals in a funnel, in the portal's order. Raises ``CrmTrouble``."""
    chosen = {"filter": {"ENTITY_ID": status_list(entity, funnel)}, "order": {"SORT": "ASC"}}
    rows = await client.call("crm.status.list", chosen) or []
    ends, prefix = meanings(rows), prefix_of(entity, funnel)
    titles = {str(row["STATUS_ID"]): str(row.get("NAME") or "") for row in rows}
    return [
        PortalStage(stage, stage.removeprefix(prefix), titles[stage], ENDED.get(meaning))
        for stage, meaning in ends.items()
    ]


def _stage(entity: Entity, name: str, funnel: int) -> Lack:
    # The portal puts the funnel's prefix before the name by itself.
    fields = {
        "ENTITY_ID": status_list(entity, funnel),
        "STATUS_ID": name,
        "NAME": _STAGE_NAMES.get(name, name.replace("_", " ").capitalize()),
        "SORT": _PLACE,
        "SEMANTICS": _MEANINGS.get(name, ""),
    }
    words = f"stage {prefix_of(entity, funnel)}{name} of a {entity.value}"
    return Lack(words, "crm.status.add", fields)
