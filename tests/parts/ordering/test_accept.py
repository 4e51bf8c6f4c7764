"""A quote becomes an order once, over the very prices that it promised."""

import asyncio
from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from tests.given import Given
from tests.members import signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.ordering.buying import BY_POST, other_rates
from tests.parts.pricing.asked import MILLED, TURNED
from tests.parts.quotes.asking import HUGE, answered, asked, revised, seen
from tests.web import open_shop


async def test_an_accepted_quote_is_an_order_of_its_lines_at_its_prices(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, {**MILLED, "quantity": 10, "title": "Plate"}, {**HUGE, "quantity": 3}, HUGE)
        await answered(clerk, quote, 2)
        await answered(clerk, quote, 3, refuse=True, note="too large")
        await other_rates(given, _twice_as_dear)
        answer = await anna.post(f"/v1/quotes/{quote['id']}/accept", json={"po_number": "PO-17"})
        assert answer.status_code == 200, answer.text
        told, order = answer.json()["quote"], answer.json()["order"]
        detail = (await anna.get(f"/orders/{order['order_id']}")).json()
    assert (told["state"], told["po_number"], told["order_id"]) == ("accepted", "PO-17", order["order_id"])
    assert order["total_price"] == 25_225.50 + 37_500.00
    assert [(line["title"], line["quantity"]) for line in detail["lines"]] == [
        ("Plate", 10),
        ("5000 × 5000 × 5000 mm", 3),
    ]
    assert (detail["po_number"], detail["status"], detail["payment_status"]) == ("PO-17", "pending", "unpaid")


async def test_a_quote_is_ordered_once(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        place, keyed = f"/v1/quotes/{quote['id']}/accept", {"Idempotency-Key": "once"}
        first = await anna.post(place, headers=keyed)
        again = await anna.post(place, headers=keyed)
        other = await anna.post(place)
        assert (first.status_code, again.json()) == (200, first.json())
        assert (other.status_code, other.json()["code"]) == (409, "ILLEGAL_MOVE")
        assert other.json()["details"] == {"status": "accepted", "allowed": []}
        assert (await revised(anna, quote["id"])).status_code == 409
        assert (await anna.post(f"/v1/quotes/{quote['id']}/reject")).status_code == 409
        assert len((await anna.get("/orders")).json()) == 1


async def test_of_many_who_decide_at_once_one_is_heard(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        place = f"/v1/quotes/{quote['id']}"
        decided = await asyncio.gather(
            *(anna.post(f"{place}/{verb}") for verb in ("accept", "revisions", "accept", "reject") * 2)
        )
        orders = (await anna.get("/orders")).json()
        told = await seen(anna, quote["id"])
    heard = [answer for answer in decided if answer.status_code == 200]
    assert {answer.status_code for answer in decided} <= {200, 409}
    # Rejecting what is rejected, and revising that, is heard as well; an order ends it.
    assert len(orders) <= 1
    assert (told["state"] == "accepted") == (len(orders) == 1)
    if orders:
        assert len(heard) == 1


async def test_the_documented_call_orders_a_quote_by_its_id(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna, TURNED, MILLED)
        answer = await anna.post("/orders", json={"quote_id": quote["id"], "po_number": "PO-18"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["total_price"] * 100 == pytest.approx(quote["total"]["amount"])
        assert (await seen(anna, quote["id"]))["order_id"] == answer.json()["order_id"]
        for wrong in ("7", 1.5, True, 0):
            refused = await anna.post("/orders", json={"quote_id": wrong})
            assert refused.status_code == 422, wrong
        assert (await anna.post("/orders", json={"quote_id": 2**53 - 1})).status_code == 404


async def test_what_is_not_open_is_not_ordered(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        waiting, rejected, old = await asked(anna, HUGE), await asked(anna), await asked(anna)
        late = await asked(anna)
        await anna.post(f"/v1/quotes/{rejected['id']}/reject")
        await revised(anna, old["id"])
        for quote in (waiting, rejected, old):
            answer = await anna.post(f"/v1/quotes/{quote['id']}/accept")
            assert (answer.status_code, answer.json()["code"]) == (409, "ILLEGAL_MOVE")
        given.clock.tick(days=14)
        anna = await signed_in(shop, "anna")
        answer = await anna.post(f"/v1/quotes/{late['id']}/accept")
        assert (answer.status_code, answer.json()["code"]) == (410, "QUOTE_EXPIRED")
        assert (await anna.get("/orders")).json() == []


async def test_only_its_owner_accepts_a_quote(given: Given):
    async with open_shop(given) as shop:
        anna, bob = await somebody(shop, "anna"), await somebody(shop, "bob")
        clerk = await somebody(shop, "clerk", Role.STAFF)
        place = f"/v1/quotes/{(await asked(anna))['id']}/accept"
        assert (await bob.post(place)).status_code == 404
        assert (await clerk.post(place)).status_code == 403
        assert (await anna.post(place)).status_code == 200


async def test_a_part_whose_file_is_gone_is_not_ordered(given: Given):
    line = {name: value for name, value in MILLED.items() if name not in ("length", "width", "height")}
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of())).json()["id"]
        kept, gone = (
            await asked(anna, {**line, "file_id": file}),
            await asked(anna, {**line, "file_id": file}),
        )
        assert (await anna.post(f"/v1/quotes/{kept['id']}/accept")).status_code == 200
        await anna.delete(f"/files/{file}")
        assert (await anna.post(f"/v1/quotes/{gone['id']}/accept")).status_code == 404
        assert (await seen(anna, gone["id"]))["state"] == "open"


async def test_words_and_papers_of_single_lines_stand_on_the_order(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        sent = {"file_name": "a.txt", "file_data": "aGVsbG8="}
        paper = (await anna.post("/documents", json=sent)).json()["id"]
        line = {**MILLED, "title": "Plate", "special_instructions": "deburr", "document_ids": [paper]}
        quote = await asked(anna, line)
        said = {"special_instructions": "call first", "delivery": BY_POST}
        order = (await anna.post(f"/v1/quotes/{quote['id']}/accept", json=said)).json()["order"]
        detail = (await anna.get(f"/orders/{order['order_id']}")).json()
    assert detail["special_instructions"] == "call first\n1. Plate: deburr"
    assert [one["id"] for one in detail["documents"]] == [paper]
    assert detail["delivery"]["city"] == "Tula"


async def test_tax_is_charged_as_the_quote_says(given: Given):
    async with open_shop(given, vat="on_top", vat_percent=20) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        assert quote["vat"] == {
            "kind": "on_top",
            "rate": 20.0,
            "amount": {"amount": 141_927, "currency": "RUB"},
        }
        assert quote["due"]["amount"] == 709_635 + 141_927
    async with open_shop(given, vat="none") as shop:
        anna = await signed_in(shop, "anna")
        order = (await anna.post(f"/v1/quotes/{quote['id']}/accept")).json()["order"]
    assert (order["vat_amount"], order["amount_due"]) == (1419.27, 8515.62)


async def test_a_price_that_the_customer_thinks_of_is_compared_and_never_used(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        place = f"/v1/quotes/{quote['id']}/accept"
        wrong = await anna.post(place, json={"total_price": 1.0})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "PRICE_MISMATCH")
        assert (await seen(anna, quote["id"]))["state"] == "open"
        assert (await anna.post(place, json={"total_price": 7096.35})).status_code == 200


def _twice_as_dear(content: Any) -> None:
    for material in content["tables"]["materials"]:
        material["prices_rub_per_kg"] = {form: 2 * one for form, one in material["prices_rub_per_kg"].items()}
