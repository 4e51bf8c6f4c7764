"""Orders are placed at the server's own price, on files and papers that are the customer's."""

import asyncio
import base64
from typing import Any

import pytest

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.states import Vat
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.geometry.arrive import record_arrival
from makeline.parts.geometry.wait import FileNotReady
from makeline.parts.ordering.place import order_parts
from makeline.parts.ordering.wanted import SalesTerms, WantedLine, WantedOrder
from makeline.parts.quotes.kept import kept_from_cards
from makeline.parts.quotes.replay import replay_all
from tests.commerce.invoices.billed import BILLING
from tests.given import Given
from tests.parts.geometry.arrivals import STL, arrival_of
from tests.parts.ordering.buying import FROM_FILE, ONE, ORDER, TEN, market
from tests.parts.pricing.asked import MILLED, TURNED

NO_TAX = SalesTerms(Vat.NONE, 0, BILLING)
DOCUMENTED = {
    "order_id",
    "user_id",
    "service_id",
    "file_id",
    "quantity",
    "status",
    "total_price",
    "created_at",
}


async def test_an_order_answers_the_documented_fields_at_the_calculators_price(given: Given):
    async with market(given) as at:
        price = (await at.shop.stranger.post("/calculate-price", json=ORDER)).json()
        order = await at.order()
    assert set(order) >= DOCUMENTED
    assert (order["status"], order["payment_status"], order["service_id"]) == (
        "pending",
        "unpaid",
        "cnc-milling",
    )
    assert (order["file_id"], order["file"], order["quantity"]) == (None, None, 10)
    assert order["total_price"] == price["total_price"] == TEN
    assert order["detail_price"] == price["detail_price"]
    assert (order["amount_due"], order["amount_open"], order["currency"]) == (TEN, TEN, "RUB")
    assert order["order_number"].startswith("ORDER_")
    assert order["created_at"].endswith("Z")


async def test_an_order_is_read_again_as_it_was_placed(given: Given):
    async with market(given) as at:
        order = await at.order(special_instructions="Handle with care", po_number=" PO 7 ")
        assert await at.seen_as_placed(order) == order
        (row,) = (await at.anna.get("/orders")).json()
    assert (order["special_instructions"], order["po_number"]) == ("Handle with care", "PO 7")
    assert row == {name: order[name] for name in row}
    assert set(row) >= DOCUMENTED
    asked = order["lines"][0]["request"]
    # What was sent is kept, also where it is what is usual.
    assert {name: asked[name] for name in MILLED if name not in ("k_complexity", "k_cert")} == {
        name: MILLED[name] for name in MILLED if name not in ("k_complexity", "k_cert")
    }


async def test_the_price_is_frozen_with_its_rate_card_and_can_be_computed_again(given: Given):
    async with market(given) as at:
        order = await at.order()
    (kept,) = await given.database.read(lambda unit: kept_from_cards(unit, most=10))
    assert (kept.total.as_number(), kept.owner_id) == (TEN, order["user_id"])
    assert [again.differences async for again in replay_all(given.database.read)] == [()]
    line = order["lines"][0]
    assert (line["rate_card"], line["rate_card_version"], line["price_id"]) == ("standard-1", 1, kept.id)
    assert sum(round(one["amount"] * 100) for one in line["breakdown"]) == round(line["detail_price"] * 100)


async def test_a_part_is_ordered_by_its_file_which_fills_what_was_left_out(given: Given):
    async with market(given) as at:
        file_id = await at.upload()
        answer = await at.anna.post("/orders", json={**FROM_FILE, "file_id": file_id})
        order = answer.json()
        assert answer.status_code == 200, answer.text
        assert await at.seen_as_placed(order) == order
    assert order["file_id"] == file_id == order["file"]["id"]
    assert order["file"]["original_filename"] == "bracket.stl"
    assert order["lines"][0]["basis"] == "file"
    assert order["lines"][0]["title"].startswith("bracket.stl")


@pytest.mark.parametrize(
    "told", [{"total_price": 1.0}, {"detail_price": 0.01}, {"total_price": TEN, "detail_price": ONE}]
)
async def test_a_price_that_is_not_ours_is_refused_and_ours_is_told(given: Given, told: dict[str, Any]):
    async with market(given) as at:
        answer = await at.anna.post("/orders", json={**ORDER, **told})
        assert (await at.anna.get("/orders")).json() == []
    refused = answer.json()
    assert (answer.status_code, refused["error"], refused["code"]) == (400, "BAD_REQUEST", "PRICE_MISMATCH")
    ours = {"total_price": TEN, "detail_price": 2522.55}[refused["details"]["field"]]
    assert (refused["details"]["expected_amount"], refused["details"]["currency"]) == (ours, "RUB")


async def test_a_price_that_is_ours_is_welcome(given: Given):
    async with market(given) as at:
        order = await at.order(total_price=TEN, detail_price=2522.55)
    assert order["total_price"] == TEN


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"service_id": None}, "service_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 2.5}, "quantity"),
        ({"k_complexity": 0.0001}, "k_complexity"),
        ({"rate_card": "reference-2025-11"}, "rate_card"),
        ({"total_price": "25225.50"}, "total_price"),
        ({"total_price": 1.001}, "total_price"),
        ({"total_price": True}, "total_price"),
        ({"file_id": "7"}, "file_id"),
        ({"file_id": True}, "file_id"),
        ({"file_id": 0}, "file_id"),
        ({"file_token": "somebodys"}, "file_token"),
        ({"document_ids": "7"}, "document_ids"),
        ({"document_ids": [1] * 51}, "document_ids"),
        ({"special_instructions": "x" * 4001}, "special_instructions"),
        ({"special_instructions": 7}, "special_instructions"),
        ({"delivery": {"kind": "pigeon"}}, "delivery.kind"),
        ({"delivery": {"kind": "address", "city": "Tula"}}, "delivery.street"),
        ({"delivery": "address"}, "delivery"),
    ],
)
async def test_what_cannot_be_ordered_is_refused_by_the_name_of_the_field(
    given: Given, wrong: dict[str, Any], field: str
):
    async with market(given) as at:
        answer = await at.anna.post("/orders", json={**ORDER, **wrong})
        assert (await at.anna.get("/orders")).json() == []
    assert (answer.status_code, answer.json()["error"]) == (422, "VALIDATION_ERROR")
    assert any(name.startswith(field) for name in answer.json()["details"]), answer.text


async def test_nothing_is_ordered_on_a_file_of_somebody_else_not_even_by_staff(given: Given):
    async with market(given) as at:
        boris = await at.stranger()
        file_id = await at.upload(boris)
        for buyer in (at.anna, at.clerk):
            answer = await buyer.post("/orders", json={**FROM_FILE, "file_id": file_id})
            assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
        assert (await at.anna.get("/admin/orders")).status_code == 403
        assert (await at.clerk.get("/admin/orders")).json() == []
        assert (await boris.post("/orders", json={**FROM_FILE, "file_id": file_id})).status_code == 200


async def test_everybody_may_order_a_demo_part_and_nobody_a_deleted_one(given: Given):
    async with market(given) as at:
        arrival = arrival_of(STL, owner_id=None, original_name="demo_model.stl")
        demo = (await given.intake.take_in(arrival, STL, actor="seed")).id
        assert (await at.anna.post("/orders", json={**FROM_FILE, "file_id": demo})).status_code == 200
        own = await at.upload()
        await at.anna.delete(f"/files/{own}")
        answer = await at.anna.post("/orders", json={**FROM_FILE, "file_id": own})
    assert answer.status_code == 404


async def test_an_order_waits_until_its_file_is_measured(given: Given):
    async with market(given) as at:
        given.reader.gate.clear()
        upload = asyncio.create_task(at.upload())
        while not given.reader.read:
            await asyncio.sleep(0.005)
        (file,) = (await at.anna.get("/files")).json()
        assert file["state"] == "measuring"
        ordering = asyncio.create_task(at.anna.post("/orders", json={**FROM_FILE, "file_id": file["id"]}))
        await asyncio.sleep(0.05)
        given.reader.gate.set()
        answer = await ordering
        await upload
    assert answer.status_code == 200, answer.text


async def test_a_file_that_was_not_measured_in_time_is_not_ready(given: Given):
    async with market(given) as at:
        member = Member((await at.order())["user_id"], 1, "anna", Role.CUSTOMER)
    arrival = arrival_of(STL, owner_id=member.user_id)

    def order(unit: UnitOfWork) -> None:
        file = record_arrival(unit, arrival, given.quota, reader="plain-1")
        order_parts(
            unit, member, [WantedLine(FROM_FILE, file_id=file.id)], WantedOrder(), NO_TAX, cause="test"
        )

    with pytest.raises(FileNotReady):
        await given.database.begin(order, actor="test")


async def test_own_papers_go_with_an_order_and_no_others(given: Given):
    async with market(given) as at:
        boris = await at.stranger()
        paper = {"file_name": "drawing.txt", "file_data": base64.b64encode(b"hole 5H7").decode()}
        mine = (await at.anna.post("/documents", json=paper)).json()["id"]
        his = (await boris.post("/documents", json=paper)).json()["id"]
        order = await at.order(document_ids=[mine, mine])
        assert [one["id"] for one in order["documents"]] == [mine]
        for buyer, document in ((at.anna, his), (at.clerk, mine), (at.anna, 999)):
            answer = await buyer.post("/orders", json={**ORDER, "document_ids": [document]})
            assert answer.status_code == 404, answer.text
        await at.anna.post(f"/v1/orders/{order['order_id']}/cancel")
        assert (await at.anna.delete(f"/documents/{mine}")).status_code == 200
        assert (await at.seen(order))["documents"][0]["deleted"] is True


async def test_a_key_orders_once(given: Given):
    async with market(given) as at:
        at.anna.headers["Idempotency-Key"] = "one"
        first, second = [await at.anna.post("/orders", json=ORDER) for _ in range(2)]
        other = await at.anna.post("/orders", json={**ORDER, "quantity": 3})
        rows = (await at.anna.get("/orders")).json()
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert len(rows) == 1


async def test_several_parts_are_one_order_whose_total_is_their_sum(given: Given):
    lines = [{**MILLED, "quantity": 10, "title": "Bracket"}, TURNED]
    async with market(given) as at:
        answer = await at.anna.post("/v1/orders", json={"lines": lines, "total_price": TEN + 192_045.00})
        order = answer.json()
        assert answer.status_code == 200, answer.text
        wrong = await at.anna.post("/v1/orders", json={"lines": lines, "total_price": TEN})
        second = {**TURNED, "detail_price": 1}
        by_line = await at.anna.post("/v1/orders", json={"lines": [lines[0], second]})
    assert order["total_price"] == TEN + 192_045.00
    assert (order["service_id"], order["quantity"]) == ("cnc-milling", 10)
    assert [line["service_id"] for line in order["lines"]] == ["cnc-milling", "cnc-lathe"]
    assert order["lines"][0]["title"] == "Bracket"
    assert (wrong.status_code, wrong.json()["details"]["expected_amount"]) == (400, TEN + 192_045.00)
    assert (by_line.status_code, by_line.json()["details"]["field"]) == (400, "lines[1].detail_price")


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (None, "lines"),
        ([], "lines"),
        ([MILLED] * 51, "lines"),
        ([MILLED, 7], "lines[1]"),
        ([MILLED, {**MILLED, "width": -1}], "lines[1].width"),
        ([MILLED, {**MILLED, "file_id": "x"}], "lines[1].file_id"),
    ],
)
async def test_a_wrong_line_is_named_by_its_place(given: Given, lines: Any, field: str):
    async with market(given) as at:
        answer = await at.anna.post("/v1/orders", json={"lines": lines})
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json()["details"]), answer.text


async def test_fields_that_nobody_reads_are_named(given: Given):
    async with market(given) as at:
        answer = await at.anna.post("/orders", json={**ORDER, "amount_due": 1, "price": 1})
        several = await at.anna.post("/v1/orders", json={"lines": [{**MILLED, "price": 1}], "status": "paid"})
    assert answer.headers["X-Ignored-Fields"] == "amount_due, price"
    assert several.headers["X-Ignored-Fields"] == "lines.price, status"
    assert answer.json()["total_price"] == TEN
