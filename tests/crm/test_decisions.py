"""Each row of the tables of stages: where sales people may put a deal or lead, and what becomes of ours."""

from collections import Counter
from collections.abc import Callable

from makeline.commerce.accounts.states import Role
from makeline.crm.pull import listen
from makeline.crm.records import Entity
from makeline.foundation.anomalies import open_anomalies
from tests.crm.crowd import UPKEEP
from tests.crm.test_mirror import CALL, open_office, processed
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER

# Stage after stage, and what the order is in the end.
DEALS = {
    ("NEW",): "pending",
    ("PREPARATION",): "pending",
    ("PREPAYMENT_INVOICE",): "pending",
    ("EXECUTING",): "processing",
    ("FINAL_INVOICE",): "processing",
    ("WON",): "completed",
    ("LOSE",): "cancelled",
    ("APOLOGY",): "cancelled",
    ("EXECUTING", "WON"): "completed",
    ("EXECUTING", "LOSE"): "cancelled",
    # What our own table forbids: ours stays, and staff hears of it.
    ("EXECUTING", "NEW"): "processing",
    ("WON", "LOSE"): "completed",
    ("LOSE", "EXECUTING"): "cancelled",
}
LEADS = {
    ("NEW",): "new",
    ("IN_PROCESS",): "contacted",
    ("PROCESSED",): "contacted",
    ("CONVERTED",): "completed",
    ("JUNK",): "cancelled",
    ("CONVERTED", "JUNK"): "completed",
}
FORBIDDEN = 4


async def test_stages_move_ours_along_our_own_tables_and_never_otherwise(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna, olga = await somebody(shop, "anna"), await somebody(shop, "olga", Role.STAFF)
        orders = [(await anna.post("/orders", json=ORDER)).json()["order_id"] for _ in DEALS]
        calls = [(await anna.post("/call-request", json=CALL)).json()["id"] for _ in LEADS]
        await processed(given, boss)
        remote = {
            **{item["originId"]: (2, item["id"]) for item in line.items(Entity.DEAL)},
            **{item["originId"]: (1, item["id"]) for item in line.items(Entity.LEAD)},
        }
        ways = {
            **{f"order:{order}": way for order, way in zip(orders, DEALS, strict=True)},
            **{f"call:{call}": way for call, way in zip(calls, LEADS, strict=True)},
        }
        for turn in range(2):
            for origin, way in ways.items():
                if turn < len(way):
                    kind, number = remote[origin]
                    line.portal.door.methods.move(kind, number, {"stageId": way[turn], "opportunity": "1.00"})
                    body = {
                        "event": "ONCRMDEALUPDATE" if kind == 2 else "ONCRMLEADUPDATE",
                        "data[FIELDS][ID]": number,
                    }
                    assert (await shop.stranger.post("/bitrix/webhook", data=body)).status_code == 200
            before = line.portal.door.limits.calls
            await listen(given.database.begin, line.crm, UPKEEP)
            # One request for each kind, however much was told.
            assert line.portal.door.limits.calls - before <= 2
            await processed(given, boss)
        shown = {row["order_id"]: row for row in (await anna.get("/orders")).json()}
        assert [shown[order]["status"] for order in orders] == list(DEALS.values())
        # What it costs is ours.
        assert len({row["total_price"] for row in shown.values()}) == 1
        assert 1.0 not in {row["total_price"] for row in shown.values()}
        asked = [(await olga.get(f"/admin/call-requests/{call}")).json()["status"] for call in calls]
        assert asked == list(LEADS.values())
        kinds = Counter(found.kind for found in await given.database.read(open_anomalies))
        assert kinds["crm_move_refused"] == FORBIDDEN


async def test_a_storm_is_one_look_and_what_is_forged_or_repeated_changes_nothing(
    given: Given, rounds: Callable[[int, int], int]
):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        orders = [(await anna.post("/orders", json=ORDER)).json()["order_id"] for _ in range(10)]
        await processed(given, boss)
        deals = [item["id"] for item in line.items(Entity.DEAL)]
        line.portal.door.methods.move(2, deals[0], {"stageId": "EXECUTING"})
        form = {"event": "ONCRMDEALUPDATE", "ts": "1766047124", "data[FIELDS][STAGE_ID]": "WON"}
        for number in range(rounds(100, 1000)):
            body = {**form, "data[FIELDS][ID]": deals[number % 10]}
            assert (await shop.stranger.post("/bitrix/webhook", data=body)).status_code == 200
        before, made = line.portal.door.limits.calls, line.portal.door.limits.made["crm.item.list"]
        effects = len(line.portal.shelf.effects)
        for _ in range(3):
            await listen(given.database.begin, line.crm, UPKEEP)
            await processed(given, boss)
        assert line.portal.door.limits.calls - before == 1
        assert line.portal.door.limits.made["crm.item.list"] - made == 1
        # What was decided over there is not sent back to it.
        assert len(line.portal.shelf.effects) == effects
        shown = {row["order_id"]: row["status"] for row in (await anna.get("/orders")).json()}
        assert Counter(shown[order] for order in orders) == {"pending": 9, "processing": 1}
