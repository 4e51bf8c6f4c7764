"""The documented call of webstore clients: our price, our picture, an order that exists before the page."""

import dataclasses
from typing import Any

import httpx2
import pytest

from makeline.cases.production.print_partner import JobStep
from makeline.commerce.payments.gateway import GatewayAway
from makeline.main.card_payments import STOREFRONTS
from tests.adapters.stripe.stripes import CARD
from tests.adapters.stripe.test_webhook import open_webstore
from tests.asking import MODEL
from tests.given import Given
from tests.plain_gateway import PlainGateway
from tests.web import LINK_KEY, OpenShop, open_shop

PATH = "/create-checkout-session"
PRICE = 3500


async def body_of(shop: OpenShop, **changes: Any) -> dict[str, Any]:
    """What a client sends: a picture of ours on a case of ours."""
    raw = {"content": b"a picture of a cat", "headers": {"content-type": "image/png"}}
    url = (await shop.stranger.post("/designs/images", **raw)).json()["url"]
    usual = {
        "amount_pence": PRICE,
        "template_id": "classic",
        "brand": "iPhone",
        "model": MODEL,
        "final_image_url": url,
    }
    return {**usual, **changes}


async def ask(shop: OpenShop, body: dict[str, Any], **headers: str) -> httpx2.Response:
    return await shop.stranger.post(PATH, json=body, headers=headers)


async def test_a_client_gets_a_page_and_what_is_paid_there_is_printed_once(given: Given):
    async with open_webstore(given, copies=3, event_delay=0.01) as store:
        shop = store.shop
        shop.house.storefronts.clear()
        shop.house.storefronts.update(STOREFRONTS)
        answer = await ask(shop, await body_of(shop, customer_email="ada@example.com", customer_name="Ada"))
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["checkout_url"].endswith(told["session_id"]) and told["session_id"].startswith("cs_test_")
        order = await given.order(told["order_number"])
        assert (order.due_minor, order.payment_status.value) == (PRICE, "unpaid")
        await store.line.chosen(told["session_id"], CARD)
        await store.line.simulator.events.all_sent()
        order = await given.order(told["order_number"])
        assert order.payment_status.value == "authorised"
        assert (await given.job(order)).attempt == 1
        # Made: now, and only now, the money is taken.
        await given.print_notice(order.number, JobStep.PRINTED)
        await dataclasses.replace(given, gateway=store.line.gateway).promises_kept()
        assert (await given.order(order.number)).payment_status.value == "paid"
        effects = store.line.simulator.books.effects
        assert [(what, minor) for what, _, minor in effects] == [("hold", PRICE), ("capture", PRICE)]


async def test_the_price_is_ours_and_so_is_the_picture(given: Given):
    given = dataclasses.replace(given, gateway=PlainGateway())
    async with open_shop(given, link_keys=LINK_KEY) as shop:
        cheap = await ask(shop, await body_of(shop, amount_pence=1))
        assert (cheap.status_code, cheap.json()["error_code"]) == (400, "PRICE_MISMATCH")
        assert cheap.json()["expected_amount"] == 35.0
        for url in ("https://elsewhere.test/image/a.png", "", None, "/image/a.png?token=1:end_user:00"):
            foreign = await ask(shop, await body_of(shop, final_image_url=url))
            assert foreign.status_code == 422
            assert [problem["field"] for problem in foreign.json()["validation_errors"]] == [
                "final_image_url"
            ]
        wrong = await ask(shop, await body_of(shop, brand="Nokia", model="3310", template_id="none"))
        assert {problem["field"] for problem in wrong.json()["validation_errors"]} == {
            "brand",
            "model",
            "template_id",
        }
        bad = await ask(shop, await body_of(shop, customer_email="a\r\nbcc: b@example.com"))
        assert bad.status_code == 422
        assert not given.gateway.pages


@pytest.mark.parametrize("email", ["ada@example.com", None])
async def test_a_key_makes_one_order_and_a_gateway_that_is_away_leaves_one_to_pay(
    given: Given, email: str | None
):
    gateway = PlainGateway()
    given = dataclasses.replace(given, gateway=gateway)
    async with open_shop(given, link_keys=LINK_KEY) as shop:
        body = await body_of(shop, customer_email=email)
        gateway.trouble = GatewayAway("reset")
        away = await ask(shop, body)
        assert away.status_code == 503
        assert (await given.order(away.json()["order_number"])).payment_status.value == "unpaid"
        first = await ask(shop, body, **{"idempotency-key": "k1"})
        again = await ask(shop, body, **{"idempotency-key": "k1"})
        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        assert again.headers["idempotent-replayed"] == "true"
        assert len(gateway.pages) == 1
