"""Whatever one record over there says, all the others are taken over."""

from functools import partial

from sqlalchemy import bindparam, func, select, update

from makeline.adapters.bitrix24.crm import BitrixCrm
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.queries import order_by_id
from makeline.commerce.orders.states import OrderStatus
from makeline.crm.gateway import Difference, Seen
from makeline.crm.models import crm_items
from makeline.crm.pull import hear, listen
from makeline.crm.records import Entity, Record
from makeline.crm.sweep import check
from makeline.crm.want import want
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.statements import Change, Query
from makeline.parts.ordering.models import part_items
from makeline.parts.quotes.kept import kept_prices
from tests.adapters.bitrix24.portals import US, Line
from tests.crm.crowd import UPKEEP, an_order
from tests.crm.test_mirror import open_office, processed
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER

HEARD: Query[tuple[int]] = Query(
    select(func.count()).select_from(crm_items).where(crm_items.c.heard_at.is_not(None)), tuple
)
# A kept price that nobody can read any more.
SPOIL = Change(
    update(kept_prices)
    .where(
        kept_prices.c.id.in_(
            select(part_items.c.kept_price_id).where(part_items.c.order_id == bindparam("spoilt"))
        )
    )
    .values(answer="[]")
)


class Muddled(BitrixCrm):
    """Says of one order that it differs in what is the same, which no table of ours takes."""

    muddled: int

    def differences(self, record: Record, seen: Seen) -> list[Difference]:
        if record.our_id == self.muddled:
            return [Difference("title", "the same", "the same")]
        return super().differences(record, seen)


async def all_decided(given: Given, line: Line, stage: str) -> None:
    """Sales people put every deal there."""
    for deal in line.items(Entity.DEAL):
        line.portal.door.methods.move(2, deal["id"], {"stageId": stage})
        assert await given.database.begin(
            partial(hear, entity=Entity.DEAL, remote_id=deal["id"]), actor="test"
        )


async def still_heard(given: Given) -> int:
    return (await given.database.read(lambda unit: unit.all(HEARD)))[0][0]


async def test_what_our_tables_forbid_is_told_to_staff_and_keeps_nothing_else_back(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna, olga = await somebody(shop, "anna"), await somebody(shop, "olga", Role.STAFF)
        # Paid in advance, and nobody has paid.
        unpaid = await given.database.begin(lambda unit: an_order(unit, None), actor="test")
        await given.database.begin(lambda unit: want(unit, Entity.DEAL, unpaid), actor="test")
        fine = (await anna.post("/orders", json=ORDER)).json()["order_id"]
        await processed(given, boss)
        wanted = {
            "entity": "deal",
            "stages": {"new": ["NEW"], "working": ["EXECUTING"], "won": ["WON"], "lost": ["LOSE"]},
            "based_on": 0,
            "note": "as we work",
        }
        await all_decided(given, line, "EXECUTING")
        preview = (await olga.post("/v1/crm/stages/preview", json=wanted)).json()
        assert {move["name"]: move["allowed"] for move in preview["moves"]} == {
            f"ORDER_{unpaid:08d}": False,
            f"ORDER_{fine:08d}": True,
        }
        assert await listen(given.database.begin, line.crm, UPKEEP) == 2
        assert (await anna.get(f"/orders/{fine}")).json()["status"] == "processing"
        (noted,) = await given.database.read(open_anomalies)
        assert (noted.kind, noted.subject) == ("crm_move_refused", f"deal {unpaid}")
        assert noted.detail["reason"] == "the order is pending and cannot become processing before it is paid"
        assert await still_heard(given) == 0
        # Nor may staff, and nothing is tried that the database would have to forbid.
        answer = await olga.put(f"/admin/orders/{unpaid}", json={"status": "completed"})
        assert (answer.status_code, answer.json()["details"]) == (
            409, {"status": "pending", "allowed": ["cancelled"]},
        )  # fmt: skip
        await all_decided(given, line, "LOSE")
        await listen(given.database.begin, line.crm, UPKEEP)
        order = await given.database.read(lambda unit: order_by_id(unit, unpaid))
        assert order.status is OrderStatus.CANCELLED


async def test_an_error_nobody_expected_is_noted_once_and_the_others_go_on(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        orders = [(await anna.post("/orders", json=ORDER)).json()["order_id"] for _ in range(3)]
        await processed(given, boss)
        crm = Muddled(line.client, originator=US, funnel=0, mode="simulated")
        crm.muddled = orders[0]
        for stage, status in (("EXECUTING", "processing"), ("WON", "completed")):
            await all_decided(given, line, stage)
            assert await listen(given.database.begin, crm, UPKEEP) == 3
            shown = [(await anna.get(f"/orders/{order}")).json()["status"] for order in orders]
            assert shown == ["pending", status, status]
            (noted,) = await given.database.read(open_anomalies)
            assert (noted.kind, noted.subject) == ("crm_not_taken_over", f"deal {orders[0]}")
            assert "Error" in noted.detail["error"] or "Violation" in noted.detail["error"]
            assert await still_heard(given) == 0
        # Once it can be read, it comes after all.
        await all_decided(given, line, "WON")
        await listen(given.database.begin, line.crm, UPKEEP)
        assert (await anna.get(f"/orders/{orders[0]}")).json()["status"] == "completed"


async def test_what_we_cannot_read_of_our_own_keeps_nothing_else_back(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        orders = [(await anna.post("/orders", json=ORDER)).json()["order_id"] for _ in range(3)]
        await processed(given, boss)
        spoilt = orders[1]
        await given.database.begin(lambda unit: unit.change(SPOIL, spoilt=spoilt), actor="test")
        # It is listened to ...
        await all_decided(given, line, "EXECUTING")
        assert await listen(given.database.begin, line.crm, UPKEEP) == 3
        found = [await given.database.read(partial(order_by_id, order_id=order)) for order in orders]
        assert [order.status.value for order in found] == ["in_production", "placed", "in_production"]
        (noted,) = await given.database.read(open_anomalies)
        assert (noted.kind, noted.subject) == ("crm_not_taken_over", f"deal {spoilt}")
        assert await still_heard(given) == 0
        # ... everything is held against the portal ...
        assert await check(given.database.begin, line.crm, UPKEEP) == 5
        # ... and what we have to tell is sent.
        await boss.post("/sync/all")
        assert await processed(given, boss) == {"processed": 5, "successful": 4, "failed": 1}
        (dead,) = (await boss.get("/sync/queue?status=dead")).json()
        assert (dead["entity_type"], dead["entity_id"], dead["failure_kind"]) == ("deal", spoilt, "permanent")
        assert "cannot be described" in dead["last_error"]


async def test_what_cannot_be_compared_keeps_nothing_else_back(given: Given):
    class Puzzled(BitrixCrm):
        def differences(self, record: Record, seen: Seen) -> list[Difference]:
            if record.our_id == orders[0]:
                raise ValueError("no such field")
            return super().differences(record, seen)

    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        orders = [(await anna.post("/orders", json=ORDER)).json()["order_id"] for _ in range(2)]
        await processed(given, boss)
        crm = Puzzled(line.client, originator=US, funnel=0, mode="simulated")
        await all_decided(given, line, "EXECUTING")
        assert await listen(given.database.begin, crm, UPKEEP) == 2
        shown = [(await anna.get(f"/orders/{order}")).json()["status"] for order in orders]
        assert shown == ["pending", "processing"]
        (noted,) = await given.database.read(open_anomalies)
        assert (noted.kind, noted.detail["error"]) == ("crm_not_taken_over", "ValueError")
        assert await still_heard(given) == 0
