"""What happens with us is seen by sales people, once; what they decide comes back; over sockets, on both databases."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx2
import pytest

from makeline.adapters.bitrix24.simulator.settings import BASE_PATH
from makeline.commerce.accounts.states import Role
from makeline.crm.pull import listen
from makeline.crm.records import Entity
from makeline.crm.stage_book import stage_tables
from makeline.crm.sweep import sweep
from makeline.foundation.anomalies import open_anomalies
from makeline.main.mirror import Mirror, crm_of
from tests.adapters.bitrix24.portals import Line, open_line
from tests.crm.crowd import UPKEEP
from tests.engines import on_sqlite
from tests.fakes import StandingClock
from tests.given import BASE_URL, Given
from tests.members import somebody
from tests.web import OpenShop, open_shop, settings_of

CALL = {"name": "Bo", "phone": "+44 20 1", "product": "CNC", "agreement": True}


@asynccontextmanager
async def open_office(
    given: Given, *, invoices_from: str = "own", **switches: Any
) -> AsyncGenerator[tuple[OpenShop, Line, httpx2.AsyncClient]]:
    """A shop with a portal beside it, and an admin."""
    tables = partial(given.database.read, partial(stage_tables, funnel=0))
    async with open_line(tables=tables, **switches) as line:
        given.crm = line.crm
        async with open_shop(given, invoices_from=invoices_from, base_url=BASE_URL) as shop:
            # What a portal posts its events to is known once the shop has an address.
            line.portal.events.url = f"{shop.url}/bitrix/webhook"
            yield shop, line, await somebody(shop, "boss", Role.ADMIN)


async def processed(given: Given, boss: httpx2.AsyncClient, limit: int = 100) -> dict[str, int]:
    await given.promises_kept()
    answer = await boss.post("/sync/process", json={"limit": limit})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_person_and_his_wish_to_be_called_arrive_once(given: Given):
    async with open_office(given) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        call = (await anna.post("/call-request", json=CALL)).json()
        await given.promises_kept()
        queue = (await boss.get("/sync/queue")).json()
        assert {(row["entity_type"], row["operation"], row["status"]) for row in queue} >= {
            ("contact", "create", "pending"), ("lead", "create", "pending"),
        }  # fmt: skip
        status = (await boss.get("/sync/status")).json()
        assert (status["bitrix_enabled"], status["mode"], status["last_sync"]) == (True, "simulated", None)
        assert (status["pending_leads"], status["pending_contacts"], status["queue_size"]) == (1, 2, 3)
        done = await processed(given, boss)
        assert done == {"processed": 3, "successful": 3, "failed": 0}
        names = {item["originId"]: item["name"] for item in line.items(Entity.CONTACT)}
        assert sorted(names.values()) == ["Anna", "Boss"]
        (lead,) = line.items(Entity.LEAD)
        assert (lead["title"], lead["originId"]) == ("Call: CNC", f"call:{call['id']}")
        assert (await boss.get("/sync/queue")).json() == []
        status = (await boss.get("/sync/status")).json()
        assert (status["queue_size"], status["linked"], status["last_sync"]) == (0, 3, "2026-03-04T12:00:00Z")
        # Everything once more is nothing new.
        effects = len(line.portal.shelf.effects)
        everything = (await boss.post("/sync/all")).json()
        assert everything == {"message": "Full sync initiated", "queued_items": 3}
        assert (await processed(given, boss))["successful"] == 3
        assert len(line.portal.shelf.effects) == effects


async def test_a_legal_person_comes_with_his_firm_and_a_change_of_his_follows(given: Given):
    async with open_office(given) as (shop, line, boss):
        anna = await somebody(shop, "anna")
        firm = {"user_type": "legal", "company_name": "Firm", "inn": "7707083893"}
        assert (await anna.put("/profile", json=firm)).status_code == 200
        await processed(given, boss)
        (company,) = line.items(Entity.COMPANY)
        (person,) = [item for item in line.items(Entity.CONTACT) if item["name"] == "Anna"]
        assert (company["title"], str(person["companyId"])) == ("Firm", str(company["id"]))
        await anna.put("/profile", json={"full_name": "Anna Other"})
        await given.promises_kept()
        (waiting,) = [
            row for row in (await boss.get("/sync/queue")).json() if row["entity_type"] == "contact"
        ]
        assert waiting["operation"] == "update"
        await processed(given, boss)
        assert person["lastName"] == "Other"


async def test_a_case_that_was_paid_is_a_deal_and_its_stage_is_not_for_sales_to_move(given: Given):
    async with open_office(given) as (_, line, boss):
        sale = await given.paid_sale()
        await Mirror(given.database, line.crm, UPKEEP).once()
        assert (await boss.get("/sync/queue?status=dead")).json() == []
        (deal,) = line.items(Entity.DEAL)
        assert deal["opportunity"] == "19.99"
        line.portal.door.methods.move(2, deal["id"], {"stageId": "WON"})
        await line.portal.events.all_sent()
        assert await listen(given.database.begin, line.crm, UPKEEP) > 0
        kinds = [found.kind for found in await given.database.read(open_anomalies)]
        assert "crm_move_refused" in kinds
        assert (await boss.get("/sync/status")).json()["dead"] == 0
        assert sale is not None


async def test_a_case_that_is_paid_days_after_it_was_ordered_is_a_deal(given: Given, clock: StandingClock):
    async with open_office(given) as (_, line, _boss):
        mirror = Mirror(given.database, line.crm, UPKEEP)
        session, _ = await given.payment_begun()
        clock.tick(days=3)
        await mirror.once()
        assert line.items(Entity.DEAL) == []
        await given.confirmed(session.key)
        clock.tick(minutes=2)
        await mirror.once()
        (deal,) = line.items(Entity.DEAL)
        assert deal["opportunity"] == "19.99"


async def test_what_sales_people_decide_about_a_call_comes_back_along_our_table(given: Given):
    async with open_office(given) as (shop, line, boss):
        call = (await (await somebody(shop, "anna")).post("/call-request", json=CALL)).json()
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        move = line.portal.door.methods.move

        async def status() -> str:
            await line.portal.events.all_sent()
            await listen(given.database.begin, line.crm, UPKEEP)
            return (await boss.get(f"/admin/call-requests/{call['id']}")).json()["status"]

        assert await status() == "new"
        move(1, lead["id"], {"stageId": "PROCESSED"})
        assert await status() == "contacted"
        # Our next word about it leaves the stage where they have put it.
        await processed(given, boss)
        assert lead["stageId"] == "PROCESSED"
        move(1, lead["id"], {"stageId": "CONVERTED"})
        assert await status() == "completed"
        move(1, lead["id"], {"stageId": "JUNK"})
        assert await status() == "completed"
        kinds = [found.kind for found in await given.database.read(open_anomalies)]
        assert kinds == ["crm_move_refused"]


async def test_a_sweep_finds_what_no_event_told(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        call = (await (await somebody(shop, "anna")).post("/call-request", json=CALL)).json()
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        line.portal.door.methods.move(1, lead["id"], {"stageId": "JUNK"})
        assert await sweep(given.database.begin, line.crm) == 1
        await listen(given.database.begin, line.crm, UPKEEP)
        assert (await boss.get(f"/admin/call-requests/{call['id']}")).json()["status"] == "cancelled"


async def test_what_was_deleted_over_there_stays_gone_and_staff_hears_of_it(given: Given):
    async with open_office(given) as (shop, line, boss):
        await (await somebody(shop, "anna")).post("/call-request", json=CALL)
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        line.portal.door.methods.delete(1, lead["id"])
        await line.portal.events.all_sent()
        await listen(given.database.begin, line.crm, UPKEEP)
        (dead,) = (await boss.get("/sync/queue?status=dead")).json()
        assert (dead["entity_type"], dead["last_error"]) == ("lead", "deleted in the CRM")
        await boss.post("/sync/all")
        await processed(given, boss)
        assert line.items(Entity.LEAD) == []


async def test_a_portal_that_is_away_keeps_nobody_from_anything_and_all_arrives_later(given: Given):
    async with open_office(given) as (shop, line, boss):
        line.portal.door.turn({"lose_answers": 1, "html": 1})
        await (await somebody(shop, "anna")).post("/call-request", json=CALL)
        for _ in range(6):
            await processed(given, boss)
            given.clock.tick(minutes=5)
        assert sorted(item["name"] for item in line.items(Entity.CONTACT)) == ["Anna", "Boss"]
        assert len(line.items(Entity.LEAD)) == 1
        assert (await boss.get("/sync/status")).json()["queue_size"] == 0


async def test_rights_that_were_taken_stop_everything_once_and_a_probe_starts_it_again(given: Given):
    async with open_office(given) as (_, line, boss):
        line.portal.door.turn({"denied": True})
        first = await processed(given, boss)
        assert (first["successful"], first["failed"]) == (0, 1)
        status = (await boss.get("/sync/status")).json()
        assert "ACCESS_DENIED" in status["trouble"]
        calls = line.portal.door.limits.calls
        assert (await processed(given, boss))["processed"] == 0
        assert line.portal.door.limits.calls == calls
        line.portal.door.turn({"denied": False})
        given.clock.tick(minutes=6)
        assert (await processed(given, boss))["successful"] == 1
        assert (await boss.get("/sync/status")).json()["trouble"] is None


async def test_what_is_refused_waits_for_staff_with_its_cause_and_gets_another_chance(given: Given):
    async with open_office(given, refuse_title="CNC") as (shop, line, boss):
        await (await somebody(shop, "anna")).post("/call-request", json=CALL)
        assert (await processed(given, boss))["failed"] == 1
        (dead,) = (await boss.get("/sync/queue?status=dead")).json()
        assert (dead["attempts"], dead["failure_kind"]) == (1, "permanent")
        assert "CRM_FIELD_ERROR_VALUE_NOT_VALID" in dead["last_error"]
        line.portal.door.turn({"refuse_title": ""})
        assert (await boss.post("/sync/pending")).json()["queued_items"] == 1
        await processed(given, boss)
        assert len(line.items(Entity.LEAD)) == 1


async def test_two_who_process_at_once_send_nothing_twice(given: Given):
    async with open_office(given, delay=0.05) as (shop, line, boss):
        await somebody(shop, "anna")
        await given.promises_kept()
        answers = await asyncio.gather(*[boss.post("/sync/process", json={"limit": 50}) for _ in range(3)])
        assert sorted(answer.json()["processed"] for answer in answers) == [0, 0, 2]
        assert len(line.items(Entity.CONTACT)) == 2


@on_sqlite
@pytest.mark.parametrize("limit", [0, 1001, "10", True, None])
async def test_a_limit_that_is_none_is_refused(given: Given, limit: object):
    async with open_office(given) as (_, _, boss):
        answer = await boss.post("/sync/process", json={"limit": limit})
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["limit"])


@on_sqlite
async def test_without_a_crm_the_figures_say_so(given: Given):
    async with open_shop(given) as shop:
        boss = await somebody(shop, "boss", Role.ADMIN)
        status = (await boss.get("/sync/status")).json()
        assert (status["bitrix_enabled"], status["mode"]) == (False, "off")
        assert (await processed(given, boss)) == {"processed": 0, "successful": 0, "failed": 0}
    assert crm_of(settings_of(crm="off"), given.database.read) is None
    chosen = crm_of(settings_of(crm_simulator_port=1), given.database.read)
    assert chosen is not None
    await chosen.close()
    assert BASE_PATH.endswith("/")
