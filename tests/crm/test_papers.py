"""Invoices that the CRM writes: once each, fetched when they are there, kept with us; over sockets, on both databases."""

import io
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader

from makeline.adapters.bitrix24.papers import BitrixPapers
from makeline.crm.papers import CrmPapers
from makeline.crm.pull import listen
from makeline.crm.records import Entity
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.promises import dead_promises
from tests.adapters.bitrix24.portals import US, Line
from tests.crm.crowd import UPKEEP
from tests.crm.test_mirror import open_office, processed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER
from tests.web import OpenShop

INVOICE = 31


@dataclass
class Office:
    """A shop whose invoices the CRM writes, its portal, an admin, a customer and what he has ordered."""

    given: Given
    shop: OpenShop
    line: Line
    boss: httpx2.AsyncClient
    anna: httpx2.AsyncClient
    order: dict[str, Any]

    async def later(self, seconds: float) -> None:
        """Time passes on both sides, and the worker keeps what is due."""
        self.given.clock.tick(seconds=seconds)
        await self.line.time.sleep(seconds)
        await self.given.promises_kept()

    async def paper(self) -> httpx2.Response:
        return await self.anna.get(f"/orders/{self.order['order_id']}/invoice")

    async def promise(self) -> str:
        states = [state for name, state in await self.given.promises() if name.startswith("invoices.obtain")]
        return states[-1]

    def count(self, kind: str) -> int:
        return sum((what, name) == ("add", kind) for what, name, _ in self.line.portal.shelf.effects)


@asynccontextmanager
async def crm_office(given: Given, **switches: Any) -> AsyncGenerator[Office]:
    async with open_office(given, invoices_from="crm", **switches) as (shop, line, boss):
        papers = BitrixPapers(line.client, originator=US, template=0, seller=0)
        given.invoices = CrmPapers(given.database.begin, papers)
        anna = await somebody(shop, "anna")
        answer = await anna.post("/orders", json=ORDER)
        assert answer.status_code == 200, answer.text
        # The first question is too early: its deal is not there yet.
        await given.promises_kept()
        await processed(given, boss)
        yield Office(given, shop, line, boss, anna, answer.json())


async def test_a_paper_appears_after_a_while_and_is_kept_with_us(given: Given):
    async with crm_office(given) as at:
        assert (await at.paper()).status_code == 404
        await at.later(30)
        (invoice,) = at.line.portal.shelf.items[INVOICE].values()
        (deal,) = at.line.items(Entity.DEAL)
        assert (int(invoice["parentId2"]), invoice["opportunity"]) == (deal["id"], deal["opportunity"])
        assert (await at.promise(), (await at.paper()).status_code) == ("pending", 404)
        await at.later(40)
        answer = await at.paper()
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert f"ORDER_{at.order['order_id']:08d}" in answer.headers["content-disposition"]
        text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert invoice["opportunity"] in text
        # Asked for again: the same invoice, the same document.
        await at.later(60)
        await at.anna.post(f"/orders/{at.order['order_id']}/invoice/refresh")
        await at.given.promises_kept()
        assert (at.count("DYNAMICITEM"), at.count("DOCUMENT")) == (1, 1)


async def test_an_answer_that_was_lost_makes_no_second_invoice_and_no_second_document(given: Given):
    async with crm_office(given) as at:
        at.line.portal.door.turn({"lose_answers": 1})
        await at.later(30)
        assert at.count("DYNAMICITEM") == 1
        await at.later(30)
        at.line.portal.door.turn({"lose_answers": 1})
        await at.later(120)
        for _ in range(3):
            await at.later(120)
        assert (at.count("DYNAMICITEM"), at.count("DOCUMENT")) == (1, 1)
        assert (await at.paper()).status_code == 200


@on_sqlite
async def test_it_is_waited_for_in_growing_pauses_and_then_staff_is_asked(given: Given):
    async with crm_office(given, paper_seconds=1e9) as at:
        await at.later(30)
        for seconds in (40, 60, 120, 300):
            calls = at.line.portal.door.limits.calls
            await at.later(seconds - 1)
            assert at.line.portal.door.limits.calls == calls
            await at.later(1)
            assert at.line.portal.door.limits.calls > calls
        assert await at.promise() == "pending"
        await at.later(900)
        assert await at.promise() == "dead"
        # Staff asks again, and it is waited for anew.
        at.line.portal.door.turn({"paper_seconds": 40.0})
        await at.anna.post(f"/orders/{at.order['order_id']}/invoice/refresh")
        await at.later(0)
        assert (await at.paper()).status_code == 200


@on_sqlite
async def test_a_document_that_could_not_be_made_waits_for_staff(given: Given):
    async with crm_office(given, paper_fails=True) as at:
        await at.later(30)
        await at.later(40)
        assert await at.promise() == "dead"
        calls = at.line.portal.door.limits.calls
        await at.later(3600)
        assert at.line.portal.door.limits.calls == calls
        kinds = [found.kind for found in await at.given.database.read(open_anomalies)]
        assert kinds == ["crm_refused"]


@on_sqlite
async def test_a_plan_that_is_used_up_keeps_nothing_else_back(given: Given):
    async with crm_office(given, documents_used_up=True) as at:
        await at.later(30)
        kinds = [found.kind for found in await at.given.database.read(open_anomalies)]
        assert (await at.promise(), kinds) == ("pending", ["crm_documents_used_up"])
        await somebody(at.shop, "boris")
        assert (await processed(at.given, at.boss))["successful"] > 0
        at.line.portal.door.turn({"documents_used_up": False})
        await at.later(6 * 3600)
        await at.later(40)
        assert await at.promise() == "done"


@on_sqlite
@pytest.mark.parametrize("trap", ["html", "docx", "large", "redirect", "elsewhere"])
async def test_what_an_address_of_the_crm_leads_to_is_not_trusted(
    given: Given, trap: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        async with crm_office(given, paper_trap=trap) as at:
            await at.later(30)
            await at.later(40)
            assert (await at.promise(), (await at.paper()).status_code) == ("dead", 404)
            (row,) = at.line.portal.shelf.documents.values()
            said = " ".join(dead.last_error for dead in await at.given.database.read(dead_promises))
    assert said
    assert row["token"] not in said + "".join(
        record.getMessage() for record in caplog.records if "uvicorn" not in record.name
    )


@on_sqlite
async def test_a_sum_that_is_not_ours_is_an_alarm_and_no_paper(given: Given):
    async with crm_office(given) as at:
        methods = at.line.portal.door.methods
        right = methods.table["crm.item.productrow.set"]
        cheaper = {**methods.table, "crm.item.productrow.set": lambda params: right(_one_kopeck(params))}
        methods.table = cheaper
        await at.later(30)
        kinds = [found.kind for found in await at.given.database.read(open_anomalies)]
        assert (await at.promise(), kinds, at.count("DOCUMENT")) == ("dead", ["crm_sum_differs"], 0)


@on_sqlite
async def test_a_deal_that_was_deleted_has_no_invoice(given: Given):
    async with crm_office(given) as at:
        (deal,) = at.line.items(Entity.DEAL)
        at.line.portal.door.methods.delete(2, deal["id"])
        await at.line.portal.events.all_sent()
        await processed(at.given, at.boss)
        await listen(at.given.database.begin, at.line.crm, UPKEEP)
        await at.later(30)
        assert (await at.promise(), at.count("DYNAMICITEM")) == ("dead", 0)


def _one_kopeck(params: dict[str, Any]) -> dict[str, Any]:
    rows = {place: {**row, "price": "0.01"} for place, row in params["productRows"].items()}
    return {**params, "productRows": rows}
