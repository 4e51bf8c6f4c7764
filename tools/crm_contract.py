"""What we rely on of a portal, one function for each; the simulated one has to keep it in the tests, a real one by
``make crm-live``. Safe to repeat: what is made is found again by a mark of its own, and nothing else is touched."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from makeline.adapters.bitrix24.client import Client, Command
from makeline.adapters.bitrix24.own_fields import ORIGINAL_NAMES, OWN_FIELDS
from makeline.adapters.bitrix24.shape import read_shape
from makeline.crm.gateway import CrmBusy, CrmGone, CrmTrouble
from makeline.crm.records import Entity
from makeline.crm.stage_table import USUAL_STAGES

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
# How often a portal that is busy is asked again.
_PATIENCE = 6
_EMAIL = "contract-check@makeline.example"


class Broken(Exception):
    """A portal does not do what we rely on."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A line to a portal. ``mark`` is on everything that is made; ``funnel``: where deals go; ``sleep`` lets its time pass."""

    client: Client
    mark: str
    funnel: int = 0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def kept(self, kind: int, **fields: Any) -> dict[str, Any]:
        """The one record of ours of a kind, made once; with these fields."""
        chosen = {"originatorId": self.mark, "originId": f"contract:{kind}"}
        listed = {"entityTypeId": kind, "filter": chosen, "order": {"id": "ASC"}, "start": -1}
        found = (await self.client.call("crm.item.list", {**listed, "select": ["id"]})).get("items") or []
        told = {"entityTypeId": kind, **ORIGINAL_NAMES, "fields": {**fields, **chosen}}
        if not found:
            return (await self.client.call("crm.item.add", told))["item"]
        return (await self.client.call("crm.item.update", {**told, "id": found[0]["id"]}))["item"]

    async def read(self, kind: int, number: int) -> dict[str, Any]:
        """A record as it stands."""
        params = {"entityTypeId": kind, "id": number, **ORIGINAL_NAMES}
        return (await self.client.call("crm.item.get", params))["item"]


Clause = Callable[[Portal], Awaitable[None]]


def must(holds: object, what: str) -> None:
    """Raises ``Broken`` unless it holds."""
    if not holds:
        raise Broken(what)


async def unknown_fields_are_passed_over(portal: Portal) -> None:
    """An unknown field is no error, so that only reading back shows a misspelt one."""
    item = await portal.kept(LEAD, title="Contract check", name="Contract", makelineNoSuchField="x")
    must("makelineNoSuchField" not in await portal.read(LEAD, int(item["id"])), "an unknown field was kept")


async def records_are_found_by_our_mark(portal: Portal) -> None:
    """``originatorId`` and ``originId`` are stored, and lists are filtered by them, also by several at once."""
    item = await portal.kept(LEAD, title="Contract check", name="Contract")
    for value in ({"originId": f"contract:{LEAD}"}, {"@originId": [f"contract:{LEAD}", "contract:none"]}):
        params = {"entityTypeId": LEAD, "filter": {"originatorId": portal.mark, **value}, "start": -1}
        found = (await portal.client.call("crm.item.list", {**params, "select": ["id", "originId"]}))["items"]
        must([int(one["id"]) for one in found] == [int(item["id"])], f"{value} finds {len(found)} records")
    later = {"originatorId": portal.mark, ">id": int(item["id"])}
    params = {"entityTypeId": LEAD, "filter": later, "order": {"id": "ASC"}, "start": -1}
    must(not (await portal.client.call("crm.item.list", params))["items"], "there is a record after the last")


async def nothing_new_changes_nothing(portal: Portal) -> None:
    """An update that says what stands there already leaves the moment of the last change alone."""
    first = await portal.kept(LEAD, title="Contract check", name="Contract")
    before = (await portal.read(LEAD, int(first["id"])))["updatedTime"]
    await portal.sleep(1.1)
    await portal.kept(LEAD, title="Contract check", name="Contract")
    must((await portal.read(LEAD, int(first["id"])))["updatedTime"] == before, "updatedTime moved")


async def a_batch_is_judged_call_by_call(portal: Portal) -> None:
    """A bad call fails alone, and a later call can refer to what an earlier one answered."""
    item = await portal.kept(LEAD, title="Contract check", name="Contract")
    asked = {"entityTypeId": LEAD, "id": int(item["id"])}
    first, bad, after = await portal.client.batch(
        [
            Command("a", "crm.item.get", asked),
            Command("b", "crm.item.get", {"entityTypeId": LEAD, "id": 999_999_999}),
            Command("c", "crm.item.get", {"entityTypeId": LEAD, "id": "$result[a][item][id]"}),
        ]
    )
    must(isinstance(bad, CrmGone), f"what is not there is {bad}")
    must(int(first["item"]["id"]) == int(after["item"]["id"]), "a reference leads elsewhere")


async def people_are_reached_and_found(portal: Portal) -> None:
    """Telephones and e-mails are added by ``n0``, changed by their number, shown by ``*``, and found as duplicates."""
    item = await portal.kept(CONTACT, name="Contract", lastName="Check")
    there = (await portal.read(CONTACT, int(item["id"]))).get("fm") or []
    ways = [way for way in there if way["typeId"] == "EMAIL"]
    key = str(ways[0]["id"]) if ways else "n0"
    fm = {key: {"typeId": "EMAIL", "valueType": "WORK", "value": _EMAIL}}
    await portal.kept(CONTACT, name="Contract", lastName="Check", fm=fm)
    there = (await portal.read(CONTACT, int(item["id"]))).get("fm") or []
    must(
        [way["value"] for way in there if way["typeId"] == "EMAIL"] == [_EMAIL],
        f"{len(there)} ways are there",
    )
    asked = {"type": "EMAIL", "values": [_EMAIL], "entity_type": "CONTACT"}
    found = await portal.client.call("crm.duplicate.findbycomm", asked)
    must(int(item["id"]) in map(int, found["CONTACT"]), "it is not found by its e-mail")


async def rows_make_the_sum(portal: Portal) -> None:
    """Product rows replace those before, and make up what the deal is worth."""
    deal = await portal.kept(
        DEAL, title="Contract check", currencyId="RUB", isManualOpportunity="N", categoryId=portal.funnel
    )
    for prices in (("10.50", "0.25"), ("19.99",)):
        rows = [{"productName": f"Row {price}", "price": price, "quantity": 2} for price in prices]
        params = {"ownerType": "D", "ownerId": int(deal["id"]), "productRows": rows}
        await portal.client.call("crm.item.productrow.set", params)
        wanted = sum(round(float(price) * 200) for price in prices)
        found = round(float((await portal.read(DEAL, int(deal["id"])))["opportunity"]) * 100)
        must(found == wanted, f"rows of {wanted / 100} make {found / 100}")


async def stages_and_fields_are_there(portal: Portal) -> None:
    """What ``makeline crm setup`` makes is there, and what stands in our fields is read back."""
    shape = await read_shape(portal.client, portal.funnel, USUAL_STAGES)
    must(not shape.lacks, f"no {shape.lacks[0].words if shape.lacks else ''}: run makeline crm setup")
    ends = shape.stages.known[Entity.DEAL].values()
    must("S" in ends and "F" in ends, "no stage of deals ends them")
    deal = await portal.kept(DEAL, title="Contract check", **{OWN_FIELDS[0].name: "ORDER_CONTRACT"})
    there = await portal.read(DEAL, int(deal["id"]))
    must(there.get(OWN_FIELDS[0].name) == "ORDER_CONTRACT", "our own field is not kept")


async def requisites_belong_to_a_company_and_a_deal(portal: Portal) -> None:
    """They are found by our id in them, and a deal is tied to them as often as wished."""
    company = await portal.kept(COMPANY, title="Contract check")
    deal = await portal.kept(DEAL, title="Contract check", companyId=int(company["id"]))
    client, mark = portal.client, f"{portal.mark}:contract"
    asked = {"filter": {"@XML_ID": [mark], "ENTITY_TYPE_ID": COMPANY}, "select": ["ID", "XML_ID"]}
    rows = await client.call("crm.requisite.list", asked)
    if not rows:
        presets = await client.call("crm.requisite.preset.list", {"order": {"ID": "ASC"}, "select": ["ID"]})
        fields = {
            "ENTITY_TYPE_ID": COMPANY, "ENTITY_ID": int(company["id"]), "PRESET_ID": presets[0]["ID"],
            "NAME": "Contract check", "XML_ID": mark,
        }  # fmt: skip
        await client.call("crm.requisite.add", {"fields": fields})
        rows = await client.call("crm.requisite.list", asked)
    must(len(rows) == 1, f"{len(rows)} requisites carry our id")
    link = {
        "ENTITY_TYPE_ID": DEAL, "ENTITY_ID": int(deal["id"]), "REQUISITE_ID": int(rows[0]["ID"]),
        "BANK_DETAIL_ID": 0, "MC_REQUISITE_ID": 0, "MC_BANK_DETAIL_ID": 0,
    }  # fmt: skip
    for _ in range(2):
        await client.call("crm.requisite.link.register", {"fields": link})


async def changes_are_listed_by_their_moment(portal: Portal) -> None:
    """A sweep asks for what was changed since, and gets no more."""
    item = await portal.kept(LEAD, title="Contract check", name="Contract")
    moment = (await portal.read(LEAD, int(item["id"])))["updatedTime"]
    for since, wanted in ((moment, True), ("2999-01-01T00:00:00+00:00", False)):
        chosen = {"originatorId": portal.mark, ">=updatedTime": since}
        params = {"entityTypeId": LEAD, "filter": chosen, "order": {"id": "ASC"}, "start": -1}
        found = (await portal.client.call("crm.item.list", params))["items"]
        must(bool(found) is wanted, f"{len(found)} were changed since {since}")


CONTRACT: Mapping[str, Clause] = {
    "unknown fields are passed over": unknown_fields_are_passed_over,
    "records are found by our mark": records_are_found_by_our_mark,
    "nothing new changes nothing": nothing_new_changes_nothing,
    "a batch is judged call by call": a_batch_is_judged_call_by_call,
    "people are reached and found": people_are_reached_and_found,
    "rows make the sum": rows_make_the_sum,
    "stages and fields are there": stages_and_fields_are_there,
    "requisites belong to a company and a deal": requisites_belong_to_a_company_and_a_deal,
    "changes are listed by their moment": changes_are_listed_by_their_moment,
}


async def verdict(clause: Clause, portal: Portal) -> str | None:
    """What is wrong with a portal in one point; None when nothing is."""
    for _ in range(_PATIENCE):
        try:
            await clause(portal)
        except CrmBusy as busy:
            # Others use the same account, or this was run a moment ago.
            await portal.sleep(busy.seconds)
            continue
        except (Broken, CrmTrouble) as trouble:
            return str(trouble)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            return f"an answer of another shape: {error!r}"
        return None
    return "it is over its limits all the time"
