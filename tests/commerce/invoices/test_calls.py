"""The documented calls of invoices, over the wire."""

import asyncio
import io
from typing import Any

import httpx2
from pypdf import PdfReader

from makeline.commerce.accounts.queries import known_by_name, user_of
from makeline.commerce.accounts.states import Role
from makeline.commerce.invoices.issue import issue_invoice
from makeline.commerce.invoices.models import Invoice
from makeline.commerce.invoices.parties import buyer_of
from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.on_invoice import drop_claim
from makeline.foundation.unit_of_work import UnitOfWork
from tests.commerce.invoices.billed import ALL, BILLING, order_of
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import register, signed_in, somebody
from tests.web import OpenShop, open_shop

# What both databases may answer differently is asked of both below, and beside this file.
pytestmark = on_sqlite

COMPANY = {
    "company_name": "ООО «Ромашка»", "inn": "7707083893", "kpp": "770701001", "legal_address": "Москва, Тверская, 1",
}  # fmt: skip


async def ordered(given: Given, name: str) -> Order:
    """An order of somebody who is registered, without an invoice."""
    return await given.database.begin(lambda unit: order_of(unit, _id_of(unit, name)), actor="test")


async def invoiced(given: Given, name: str) -> Order:
    """The same, with its invoice issued."""

    def place(unit: UnitOfWork) -> Order:
        order = order_of(unit, _id_of(unit, name))
        buyer = buyer_of(user_of(unit, _id_of(unit, name)))
        issue_invoice(unit, order, billing=BILLING, buyer=buyer)
        return order

    return await given.database.begin(place, actor="test")


def _id_of(unit: UnitOfWork, name: str) -> int:
    known = known_by_name(unit, name)
    assert known is not None
    return known.user_id


async def invoice_now(given: Given, order: Order) -> Invoice:
    (found,) = [it for it in await given.rows(ALL) if it.order_id == order.id]
    return found


async def jobs(given: Given) -> int:
    """How often a paper was asked for."""
    return len(
        [1 for subscriber, _ in await given.promises() if subscriber.startswith("invoices.obtain_paper")]
    )


async def refreshed(caller: httpx2.AsyncClient, order: Order, **headers: str) -> httpx2.Response:
    return await caller.post(f"/orders/{order.id}/invoice/refresh", headers=headers)


async def test_before_there_is_a_paper_there_is_no_invoice_and_then_it_is_a_pdf_to_be_saved(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        order = await invoiced(given, "anna")
        early = await anna.get(f"/orders/{order.id}/invoice")
        await given.promises_kept()
        paper = await anna.get(f"/orders/{order.id}/invoice")
        part = await anna.get(f"/orders/{order.id}/invoice", headers={"range": "bytes=0-4"})
    assert (early.status_code, early.json()["error"]) == (404, "NOT_FOUND")
    assert paper.status_code == 200
    assert paper.headers["content-type"] == "application/pdf"
    assert 'attachment; filename="invoice-2026-00001.pdf"' in paper.headers["content-disposition"]
    assert "private" in paper.headers["cache-control"]
    assert (part.status_code, part.content) == (206, b"%PDF-")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    for said in (
        "Anna Example",
        order.number,
        "1 234,50",
        "Одна тысяча двести тридцать четыре рубля 50 копеек",
    ):
        assert said in text


async def test_it_is_the_owners_and_the_staffs(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "anna")
        boris, staff = await somebody(shop, "boris"), await somebody(shop, "staff", Role.STAFF)
        admin = await somebody(shop, "admin", Role.ADMIN)
        order = await invoiced(given, "anna")
        await given.promises_kept()
        path = f"/orders/{order.id}/invoice"
        found = {
            who: ((await caller.get(path)).status_code, (await refreshed(caller, order)).status_code)
            for who, caller in {
                "nobody": shop.stranger, "boris": boris, "staff": staff, "admin": admin
            }.items()
        }  # fmt: skip
        foreign = await boris.get(path)
        unknown = await boris.get("/orders/999999999999/invoice")
        no_number = await boris.get("/orders/x/invoice")
    assert found == {"nobody": (401, 401), "boris": (404, 404), "staff": (200, 200), "admin": (200, 200)}
    assert foreign.json() == unknown.json()
    assert no_number.status_code == 422


async def test_an_order_of_a_machine_has_no_invoice(given: Given):
    number = (await given.paid_sale()).outcome.order_number
    order = await given.order(number)
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        assert (await admin.get(f"/orders/{order.id}/invoice")).status_code == 404
        assert (await refreshed(admin, order)).status_code == 404
        assert (await admin.get("/orders/invoices/missing")).json() == []


async def test_asked_for_twice_within_a_minute_it_is_made_once(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        order = await invoiced(given, "anna")
        await given.promises_kept()
        assert await jobs(given) == 1
        given.clock.tick(seconds=61)
        answers = [await refreshed(anna, order) for _ in range(3)]
        assert [(it.status_code, it.json()) for it in answers] == [
            (200, {"message": "Invoice refresh initiated"})
        ] * 3
        assert await jobs(given) == 2
        given.clock.tick(seconds=61)
        await refreshed(anna, order)
        assert await jobs(given) == 3
        given.clock.tick(seconds=61)
        keyed = [await refreshed(anna, order, **{"idempotency-key": "k"}) for _ in range(2)]
    assert [it.headers.get("idempotent-replayed") for it in keyed] == [None, "true"]


async def test_an_order_that_was_never_billed_is_billed_when_somebody_asks(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        order = await ordered(given, "anna")
        assert [(await refreshed(anna, order)).status_code for _ in range(2)] == [200, 200]
        await given.promises_kept()
        assert (await anna.get(f"/orders/{order.id}/invoice")).status_code == 200
    assert (await invoice_now(given, order)).number == 1


async def test_a_legal_entity_is_asked_for_what_its_invoice_needs(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "firm", user_type="legal")
        firm = await signed_in(shop, "firm")
        order = await invoiced(given, "firm")
        await given.promises_kept()
        refused = await refreshed(firm, order)
        assert refused.status_code == 422
        assert refused.json()["details"].keys() == {"inn", "kpp", "legal_address"}
        assert (await firm.put("/profile", json=COMPANY)).status_code == 200
        assert [(await refreshed(firm, order)).status_code for _ in range(2)] == [200, 200]
        await given.promises_kept()
        paper = await firm.get(f"/orders/{order.id}/invoice")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert "ООО «Ромашка», ИНН 7707083893, КПП 770701001" in " ".join(text.split())
    assert (await invoice_now(given, order)).number == 1
    assert await jobs(given) == 2


async def test_a_cancelled_order_has_no_invoice_any_more(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        order = await invoiced(given, "anna")
        await given.promises_kept()

        def stop(unit: UnitOfWork) -> None:
            found = order_for_update(unit, order.id)
            drop_claim(unit, found)
            cancel(unit, found, cause="test")

        await given.database.begin(stop, actor="test")
        await given.promises_kept()
        assert (await anna.get(f"/orders/{order.id}/invoice")).status_code == 404
        refused = await refreshed(anna, order)
        admin = await somebody(shop, "admin", Role.ADMIN)
        assert (await admin.get("/orders/invoices/missing")).json() == []
    assert (refused.status_code, refused.json()["code"]) == (409, "ORDER_CANCELLED")


async def test_staff_see_which_orders_have_no_paper(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "anna")
        staff = await somebody(shop, "staff", Role.STAFF)
        done = await invoiced(given, "anna")
        await given.promises_kept()
        waiting = [await invoiced(given, "anna"), await ordered(given, "anna"), await ordered(given, "anna")]
        answer = await staff.get("/orders/invoices/missing")
        page = await staff.get("/orders/invoices/missing", params={"limit": 2})
        rest = await staff.get(_next(page))
        bad = await staff.get("/orders/invoices/missing", params={"limit": 501})
        options = await shop.stranger.options("/orders/invoices/missing")
    told: list[dict[str, Any]] = answer.json()
    assert [row["order_id"] for row in told] == [order.id for order in reversed(waiting)]
    assert done.id not in {row["order_id"] for row in told}
    assert told[0] == {
        "order_id": waiting[2].id,
        "user_id": waiting[2].user_id,
        "status": "pending",
        "created_at": "2026-03-04T12:00:00Z",
    }
    assert answer.headers["x-total-count"] == page.headers["x-total-count"] == "3"
    assert page.json() + rest.json() == told
    assert "link" not in rest.headers
    assert bad.status_code == 422
    assert (options.status_code, options.headers["allow"]) == (200, "GET, HEAD, OPTIONS")


def _next(page: httpx2.Response) -> str:
    return page.headers["link"].partition("<")[2].partition(">")[0]


async def test_of_many_who_ask_at_once_one_is_heard(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        order = await ordered(given, "anna")
        answers = await _all_at_once(shop, anna, order)
    assert set(answers) == {200}
    assert await jobs(given) == 1
    assert (await invoice_now(given, order)).number == 1


async def _all_at_once(shop: OpenShop, caller: httpx2.AsyncClient, order: Order) -> list[int]:
    answers = await asyncio.gather(*(refreshed(caller, order) for _ in range(8)))
    return [answer.status_code for answer in answers]
