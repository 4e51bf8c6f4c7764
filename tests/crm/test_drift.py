"""What says otherwise over there is found, told to staff field by field, and put right where it shall be."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from makeline.commerce.accounts.states import Role
from makeline.crm.models import crm_items, crm_lines
from makeline.crm.pull import listen
from makeline.crm.records import Entity
from makeline.crm.sweep import check, sweep
from makeline.crm.upkeep import Restores
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.statements import Change
from tests.crm.crowd import UPKEEP, Crowd
from tests.crm.test_mirror import CALL, open_office, processed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody

PATH = "/v1/crm/drift"
FORGET_LINKS = Change(
    update(crm_items).values(
        remote_id=None, digest=None, step=None, status="pending", pushed_at=None, written_at=None
    )
)
FORGET_SWEEP = Change(update(crm_lines).values(swept_at=None, checked_at=None))


async def report(staff: Any) -> dict[str, Any]:
    answer = await staff.get(PATH)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def settled(given: Given, boss: Any) -> None:
    """Send until nothing waits for anything."""
    while (await boss.get("/sync/status")).json()["queue_size"]:
        await processed(given, boss)
        given.clock.tick(minutes=1)


async def test_what_sales_people_overwrite_is_told_and_sent_again_where_that_is_wished(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        olga = await somebody(shop, "olga", Role.STAFF)
        await given.paid_sale()
        await (await somebody(shop, "anna")).post("/call-request", json=CALL)
        await boss.post("/sync/pending")
        await processed(given, boss)
        assert (await report(olga))["checked_at"] is None
        begin, move = given.database.begin, line.portal.door.methods.move
        assert await check(begin, line.crm, UPKEEP) == 5
        assert (await report(olga))["items"] == []
        assert (await report(olga))["checked_at"] is not None
        (deal,), (lead,) = line.items(Entity.DEAL), line.items(Entity.LEAD)
        line.time.now += 60
        move(2, deal["id"], {"opportunity": "1.00", "title": "Cheap"})
        move(1, lead["id"], {"stageId": "IN_PROCESS", "assignedById": "7"})
        person = next(item for item in line.items(Entity.CONTACT) if item["name"] == "Anna")
        move(3, person["id"], {"fm": {str(person["fm"][0]["id"]): {"value": "+1"}}, "lastName": "Smith"})
        assert await sweep(begin, line.crm) == 3
        await listen(begin, line.crm, UPKEEP)
        told = await report(olga)
        found = {(one["entity_type"], one["field"]): (one["ours"], one["theirs"]) for one in told["items"]}
        # Who is responsible, and at which stage, is theirs to say.
        assert set(found) == {
            ("deal", "opportunity"),
            ("deal", "title"),
            ("contact", "phone"),
            ("contact", "lastName"),
        }
        assert found["deal", "opportunity"] == ("19.99", "1.00")
        assert {(one["field"], one["count"]) for one in told["totals"]} >= {("title", 1)}
        assert (await boss.get("/sync/status")).json()["drifted"] == 4
        paged = await olga.get(f"{PATH}?limit=3")
        assert (
            len(paged.json()["items"]),
            paged.headers["x-total-count"],
            "next" in paged.headers["link"],
        ) == (3, "4", True)
        effects = len(line.portal.shelf.effects)
        await processed(given, boss)
        assert len(line.portal.shelf.effects) == effects
        restoring = replace(UPKEEP, restores=Restores.ON)
        await check(begin, line.crm, restoring)
        await processed(given, boss)
        assert (deal["opportunity"], lead["stageId"], person["lastName"]) == (
            "19.99",
            "IN_PROCESS",
            "Example",
        )
        assert (await report(olga))["items"] == []
        assert await check(begin, line.crm, UPKEEP) == 5
        assert (await report(olga))["items"] == []


async def test_after_a_backup_links_are_found_again_and_nothing_is_there_twice(given: Given):
    crowd = Crowd(people=6, firms=2, orders=6, calls=4)
    async with open_office(given) as (shop, line, boss):
        olga = await somebody(shop, "olga", Role.STAFF)
        await crowd.gather(given.database)
        await settled(given, boss)
        before = {entity: len(line.items(entity)) for entity in Entity}
        effects = len(line.portal.shelf.effects)
        # Half by the sweep, half by sending.
        await given.database.begin(lambda unit: unit.change(FORGET_LINKS), actor="test")
        await given.database.begin(lambda unit: unit.change(FORGET_SWEEP), actor="test")
        line.portal.door.methods.table["crm.item.add"](
            {
                "entityTypeId": 2,
                "fields": {"title": "x", "originatorId": "makeline-test", "originId": "order:99999"},
            }
        )
        assert await sweep(given.database.begin, line.crm) == sum(before.values())
        await given.database.begin(lambda unit: unit.change(FORGET_LINKS), actor="test")
        await settled(given, boss)
        after = {entity: len(line.items(entity)) for entity in Entity}
        assert after == {**before, Entity.DEAL: before[Entity.DEAL] + 1}
        assert {what for what, _, _ in line.portal.shelf.effects[effects + 1 :]} <= {"update"}
        await check(given.database.begin, line.crm, UPKEEP)
        (unknown,) = (await report(olga))["items"]
        assert (unknown["entity_type"], unknown["entity_id"], unknown["field"], unknown["theirs"]) == (
            "deal", None, "record", "deal 99999",
        )  # fmt: skip


async def test_what_is_gone_is_made_anew_only_when_staff_says_so(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        anna, olga = await somebody(shop, "anna"), await somebody(shop, "olga", Role.STAFF)
        await anna.post("/call-request", json=CALL)
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        line.portal.door.methods.delete(1, lead["id"])
        await check(given.database.begin, line.crm, UPKEEP)
        (dead,) = (await boss.get("/sync/queue?status=dead")).json()
        assert (dead["entity_type"], dead["failure_kind"], dead["last_error"]) == (
            "lead",
            "permanent",
            "deleted in the CRM",
        )
        assert (await boss.get("/sync/status")).json()["gone"] == 1
        assert [found.kind for found in await given.database.read(open_anomalies)] == ["crm_gone"]
        await boss.post("/sync/all")
        await processed(given, boss)
        assert line.items(Entity.LEAD) == []
        assert (await anna.post(f"/v1/crm/items/{dead['id']}/retry")).status_code == 403
        answer = await olga.post(f"/v1/crm/items/{dead['id']}/retry")
        assert (answer.status_code, answer.json()["entity_type"]) == (200, "lead")
        await processed(given, boss)
        assert len(line.items(Entity.LEAD)) == 1
        assert (await boss.get("/sync/status")).json()["gone"] == 0


@on_sqlite
async def test_rights_that_were_taken_while_we_look_are_no_deletions(given: Given):
    async with open_office(given) as (shop, line, boss):
        await (await somebody(shop, "anna")).post("/call-request", json=CALL)
        await processed(given, boss)
        line.portal.door.turn({"denied": True})
        assert await check(given.database.begin, line.crm, UPKEEP) == 0
        status = (await boss.get("/sync/status")).json()
        assert ("ACCESS_DENIED" in status["trouble"], status["gone"]) == (True, 0)
        # Nobody asks again before a while has passed.
        calls = line.portal.door.limits.calls
        assert await check(given.database.begin, line.crm, UPKEEP) == 0
        assert await sweep(given.database.begin, line.crm) == 0
        assert line.portal.door.limits.calls == calls


@pytest.mark.parametrize(
    ("switches", "status", "kind", "cause", "attempts"),
    [
        ({"away": True}, "failed", "transient", "ReadError", 1),
        ({"refuse_title": "Anna"}, "dead", "permanent", "CRM_FIELD_ERROR_VALUE_NOT_VALID", 1),
        ({"denied": True}, "pending", "misconfigured", "ACCESS_DENIED", 0),
        ({"full": True}, "pending", "exceeded", "QUERY_LIMIT_EXCEEDED", 0),
    ],
)
async def test_each_kind_of_failure_is_seen_with_its_cause_and_mended_by_another_try(
    given: Given, switches: dict, status: str, kind: str, cause: str, attempts: int
):
    async with open_office(given) as (shop, line, boss):
        await processed(given, boss)
        await somebody(shop, "anna")
        line.portal.door.turn(switches)
        assert (await processed(given, boss))["failed"] == 1
        (row,) = (await boss.get("/sync/queue")).json()
        assert (row["status"], row["failure_kind"], row["attempts"]) == (status, kind, attempts)
        assert cause in row["last_error"] or kind == "transient"
        told = (await boss.get("/sync/status")).json()
        assert (told["exceeded"] is not None) == (kind == "exceeded")
        line.portal.door.turn({name: type(value)() for name, value in switches.items()})
        given.clock.tick(minutes=6)
        olga = await somebody(shop, "olga", Role.STAFF)
        assert (await olga.post(f"/v1/crm/items/{row['id']}/retry")).status_code == 200
        await processed(given, boss)
        assert (await boss.get("/sync/queue")).json() == []
