"""Staff decide which stages stand for what, after they have seen what that would move; over sockets, on both databases."""

from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from makeline.crm.pull import listen
from makeline.crm.records import Entity
from tests.crm.crowd import UPKEEP
from tests.crm.test_mirror import CALL, open_office, processed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER

PATH = "/v1/crm/stages"
DEALS = {
    "new": ["NEW", "PREPARATION", "PREPAYMENT_INVOICE"],
    "working": ["EXECUTING", "FINAL_INVOICE"],
    "won": ["WON"],
    "lost": ["LOSE"],
}


def change(entity: str = "deal", based_on: int = 0, **steps: list[str]) -> dict[str, Any]:
    usual = DEALS if entity == "deal" else {"new": ["NEW"], "working": ["IN_PROCESS"], "lost": ["JUNK"]}
    return {"entity": entity, "stages": {**usual, **steps}, "based_on": based_on, "note": "as we work now"}


async def test_what_a_change_would_move_is_seen_first_and_then_moved(given: Given):
    async with open_office(given) as (shop, line, boss):
        line.portal.shelf.statuses["DEAL_STAGE"]["PACKING"] = ""
        anna, olga = await somebody(shop, "anna"), await somebody(shop, "olga", Role.STAFF)
        order = (await anna.post("/orders", json=ORDER)).json()
        await given.paid_sale()
        await processed(given, boss)
        await boss.post("/sync/pending")
        await processed(given, boss)
        deals = {item["originId"]: item for item in line.items(Entity.DEAL)}
        for deal in deals.values():
            line.portal.door.methods.move(2, deal["id"], {"stageId": "PACKING"})
        shown = (await olga.get(PATH)).json()["deal"]
        assert (shown["version"], shown["unmapped"], shown["lacking"]) == (0, ["PACKING"], [])
        assert {"stage": "WON", "title": "Won", "ends": "won", "step": "won"} in shown["portal"]
        # Nobody has thought of that stage: nothing moves.
        await line.portal.events.all_sent()
        await listen(given.database.begin, line.crm, UPKEEP)
        wanted = change(won=["WON", "PACKING"])
        seen = (await olga.post(f"{PATH}/preview", json=wanted)).json()
        assert (seen["open"], seen["looked_at"], seen["unmapped"]) == (2, 2, [])
        moves = {(move["name"], move["before"], move["after"]): move["allowed"] for move in seen["moves"]}
        assert moves.pop((f"ORDER_{order['order_id']:08d}", "new", "won")) is True
        # What a machine has sold is not for sales people to move.
        assert list(moves.values()) == [False]
        assert (await anna.get(f"/orders/{order['order_id']}")).json()["status"] == "pending"
        told = (await olga.put(PATH, json=wanted)).json()
        assert (told["version"], told["unmapped"]) == (1, [])
        assert [(one["version"], one["note"]) for one in told["history"]] == [(1, "as we work now")]
        await listen(given.database.begin, line.crm, UPKEEP)
        assert (await anna.get(f"/orders/{order['order_id']}")).json()["status"] == "completed"
        # From now on the other side of it: what we send.
        assert (
            await olga.put(PATH, json=change(working=["PACKING", "EXECUTING"], based_on=1))
        ).status_code == 200
        second = (await anna.post("/orders", json=ORDER)).json()
        await boss.put(f"/admin/orders/{second['order_id']}", json={"status": "processing"})
        await processed(given, boss)
        (deal,) = [
            item for item in line.items(Entity.DEAL) if item["originId"] == f"order:{second['order_id']}"
        ]
        assert deal["stageId"] == "PACKING"


async def test_calls_have_stages_of_their_own(given: Given):
    async with open_office(given) as (shop, line, boss):
        line.portal.shelf.statuses["STATUS"]["CALLED"] = ""
        call = (await (await somebody(shop, "anna")).post("/call-request", json=CALL)).json()
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        line.portal.door.methods.move(1, lead["id"], {"stageId": "CALLED"})
        wanted = change("lead", working=["IN_PROCESS", "PROCESSED", "CALLED"])
        (move,) = (await boss.post(f"{PATH}/preview", json=wanted)).json()["moves"]
        assert (move["id"], move["stage"], move["after"], move["allowed"]) == (
            call["id"],
            "CALLED",
            "working",
            True,
        )
        assert (await boss.put(PATH, json=wanted)).status_code == 200
        await listen(given.database.begin, line.crm, UPKEEP)
        assert (await boss.get(f"/admin/call-requests/{call['id']}")).json()["status"] == "contacted"


async def test_two_who_change_it_at_once_do_not_overwrite_each_other(given: Given):
    async with open_office(given) as (_, _, boss):
        assert (await boss.put(PATH, json=change(new=["NEW"]))).json()["version"] == 1
        late = await boss.put(PATH, json=change(new=["PREPARATION"]))
        assert (late.status_code, late.json()["code"], late.json()["details"]) == (
            409,
            "STAGES_MOVED_ON",
            {"newest": 1},
        )
        # The same again is no change, whatever it was based on.
        assert (await boss.put(PATH, json=change(new=["NEW"]))).json()["version"] == 1


@on_sqlite
@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({"working": []}, "stages.working"), ({"new": ["NEW", "EXECUTING"]}, "stages.working"),
        ({"new": ["C3:NEW"]}, "stages.new"), ({"lost": ["A" * 23]}, "stages.lost"), ({"new": ["NOWHERE"]}, "stages"),
        ({"won": [f"W{number}" for number in range(60)]}, "stages.won"),
    ],
)  # fmt: skip
async def test_a_table_that_says_nothing_sensible_is_refused(given: Given, steps: Any, field: str):
    async with open_office(given) as (_, _, boss):
        answer = await boss.put(PATH, json=change(**steps))
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field]), answer.text
        assert (await boss.get(PATH)).json()["deal"]["version"] == 0


@on_sqlite
async def test_while_the_crm_is_away_the_table_is_shown_and_not_changed(given: Given):
    async with open_office(given, away=True) as (_, _, boss):
        shown = (await boss.get(PATH)).json()["deal"]
        assert (shown["stages"], shown["portal"]) == (DEALS, None)
        assert shown["trouble"]
        answer = await boss.put(PATH, json=change(new=["NEW"]))
        assert (answer.status_code, answer.json()["code"]) == (503, "CRM_AWAY")
