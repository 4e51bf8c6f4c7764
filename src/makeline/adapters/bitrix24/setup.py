"""Make what a portal lacks, once: a funnel if one is wished, the stages we send and our own fields. Nothing is ever changed
or taken away."""

from typing import NamedTuple

from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.shape import Lack, read_shape
from makeline.crm.gateway import CrmMisconfigured
from makeline.crm.stage_table import StageTables

_DEAL = 2


class Plan(NamedTuple):
    """``funnel`` None: it is to be made first, and only then can be told which of its stages are missing."""

    funnel: int | None
    lacks: list[Lack]


async def plan_setup(client: Client, funnel: int, tables: StageTables) -> Plan:
    """What is missing in a funnel that is there. Raises ``CrmMisconfigured`` when it is not, and ``CrmTrouble``."""
    if funnel not in (await _funnels(client)).values():
        raise CrmMisconfigured(f"the portal has no funnel {funnel}")
    shape = await read_shape(client, funnel, tables)
    return Plan(funnel, shape.lacks)


async def plan_pipeline(client: Client, name: str, tables: StageTables) -> Plan:
    """The same of a funnel by its name, which need not be there yet. Raises ``CrmTrouble``."""
    funnel = (await _funnels(client)).get(name)
    if funnel is None:
        shape = await read_shape(client, 0, tables)
        return Plan(None, [lack for lack in shape.lacks if lack.method != "crm.status.add"])
    return await plan_setup(client, funnel, tables)


async def make_pipeline(client: Client, name: str) -> int:
    """A funnel of this name, which gets the portal's usual stages; returns its number. Raises ``CrmTrouble``."""
    made = await client.call("crm.category.add", {"entityTypeId": _DEAL, "fields": {"name": name}})
    return int(made["category"]["id"])


async def make_lacking(client: Client, lacks: list[Lack]) -> None:
    """One after the other; what was made by a call whose answer was lost is not missing any more at the next plan.
    Raises ``CrmTrouble``."""
    for lack in lacks:
        await client.call(lack.method, {"fields": lack.fields})


async def _funnels(client: Client) -> dict[str, int]:
    answer = await client.call("crm.category.list", {"entityTypeId": _DEAL})
    rows = answer.get("categories") or [] if isinstance(answer, dict) else []
    return {str(row["name"]): int(row["id"]) for row in rows}
