"""Stripe's events over the wire: signed or refused, any number, any order; one settlement, and the rest is told so."""

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from makeline.adapters.stripe.routes.webhook import forget_old_events
from makeline.adapters.stripe.simulator.events import signature_of
from makeline.adapters.stripe.simulator.settings import WEBHOOK_SECRET
from makeline.commerce.payments.states import LineOutcome
from tests.adapters.stripe.stripes import CARD, StripeLine, open_stripe
from tests.commerce.payments.web_sales import WebSales
from tests.commerce.selling import Till
from tests.given import Given
from tests.web import OpenShop, open_shop

DUE = 2499 + 1999 + 399


@dataclasses.dataclass
class Webstore:
    """A shop whose payments are taken by a simulated Stripe that tells it everything."""

    shop: OpenShop
    line: StripeLine
    sales: WebSales

    async def told(self, event: dict[str, Any] | bytes, secret: str = WEBHOOK_SECRET, age: int = 0) -> Any:
        """Somebody posts an event that is signed by ``secret``."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signed = signature_of(body, secret, int(time.time()) - age)
        return await self.shop.stranger.post(
            "/stripe/webhook", content=body, headers={"stripe-signature": signed}
        )


@asynccontextmanager
async def open_webstore(given: Given, *, tell: bool = True, **switches: Any) -> AsyncGenerator[Webstore]:
    clock = given.clock
    async with open_stripe(clock=lambda: clock().timestamp(), retry_pause=0.01, **switches) as line:
        given = dataclasses.replace(given, gateway=line.gateway)
        async with open_shop(given) as shop:
            line.simulator.events.url = f"{shop.url}/stripe/webhook" if tell else None
            sales = WebSales(Till(given.database), clock, line.gateway)
            shop.house.storefronts.update(sales.desk.storefronts)
            yield Webstore(shop, line, sales)
            await line.simulator.events.all_sent()


async def test_a_customer_who_closes_the_tab_has_paid_all_the_same(given: Given):
    async with open_webstore(given, copies=3, event_delay=0.02) as store:
        order, page = await store.sales.opened()
        await store.line.chosen(page, CARD)
        await store.line.simulator.events.all_sent()
        assert set(store.line.simulator.events.answers) == {200}
        assert await store.sales.standing(order) == ("authorised", "authorised")
        assert store.sales.fulfilled == [order.id]
        await store.sales.decide(order, LineOutcome.MADE)
        await store.sales.send(order)
        await store.line.simulator.events.all_sent()
        assert await store.sales.standing(order) == ("paid", "paid")
        assert await store.sales.balances() == {"received": DUE, "sales": -DUE}
        assert [what for what, _, _ in store.line.simulator.books.effects] == ["hold", "capture"]


async def test_every_word_of_an_event_may_be_old_and_come_ten_times(given: Given):
    async with open_webstore(given, tell=False) as store:
        order, page = await store.sales.opened()
        await store.line.chosen(page, CARD)
        events = store.line.simulator.events.sent
        assert [event["type"] for event in events] == [
            "payment_intent.amount_capturable_updated",
            "checkout.session.completed",
        ]
        # Nobody knows the money before its page's own event, or somebody's look, has told whose it is.
        assert (await store.told(events[0])).json() == {"received": True, "outcome": "foreign"}
        answers = await asyncio.gather(
            *(store.told(events[1]) for _ in range(10)), store.sales.look(page), store.sales.reconcile()
        )
        outcomes = {answer.json()["outcome"] for answer in answers[:10]}
        assert outcomes <= {"applied", "repeated"}
        assert (await store.told(events[1])).json()["outcome"] == "repeated"
        assert (await store.told(events[0])).json()["outcome"] == "applied"
        assert set(store.sales.fulfilled) == {order.id}
        assert await store.sales.balances() == {"held": DUE, "promised": -DUE}
        assert await store.sales.till.announced() == ["orders.paid"]
        given.clock.tick(days=36)
        assert await given.database.begin(forget_old_events, actor="test") == 2


async def test_an_event_is_believed_only_with_a_fresh_signature_over_these_very_bytes(given: Given):
    async with open_webstore(given, tell=False) as store:
        order, page = await store.sales.opened()
        await store.line.chosen(page, CARD)
        event = store.line.simulator.events.sent[1]
        body = json.dumps(event).encode()
        good = signature_of(body, WEBHOOK_SECRET, int(time.time()))
        post = store.shop.stranger.post
        refused = [
            await store.told(event, secret="whsec_other"),
            await store.told(event, age=301),
            await post("/stripe/webhook", content=body),
            await post("/stripe/webhook", content=body, headers={"stripe-signature": "t=1,v1=é".encode()}),
            await post("/stripe/webhook", content=body + b" ", headers={"stripe-signature": good}),
            await store.told(b"[]"),
            await store.told(b"\xff\x00"),
            await store.told({"id": "evt_1", "object": "event", "type": "checkout.session.completed"}),
        ]
        for answer in refused:
            assert (answer.status_code, answer.json()["error_code"]) == (400, "SIGNATURE_INVALID"), (
                answer.text
            )
        assert await store.sales.standing(order) == ("pending", "unpaid")


async def test_a_signed_lie_moves_nothing_for_the_page_itself_is_read(given: Given):
    async with open_webstore(given, tell=False) as store:
        order, page = await store.sales.opened()
        session = dict(store.line.simulator.books.sessions[page], status="complete", payment_status="paid")
        lie = {
            "id": "evt_lie",
            "object": "event",
            "type": "checkout.session.completed",
            "data": {"object": session},
        }
        assert (await store.told(lie)).json()["outcome"] == "applied"
        assert await store.sales.standing(order) == ("pending", "unpaid")


@pytest.mark.parametrize(("kind", "thing"), [
    ("checkout.session.completed", {"id": "cs_test_of_another_shop"}),
    ("charge.refunded", {"id": "ch_1", "payment_intent": None}),
    ("customer.created", {"id": "cus_1"}),
])  # fmt: skip
async def test_what_is_not_ours_is_heard_and_left(given: Given, kind: str, thing: dict[str, Any]):
    async with open_webstore(given, tell=False) as store:
        answer = await store.told({"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}})
        assert answer.status_code == 200
        assert answer.json()["outcome"] in {"foreign", "ignored"}


async def test_while_stripe_does_not_answer_its_events_are_to_come_again(given: Given):
    async with open_webstore(given) as store:
        order, page = await store.sales.opened()
        store.line.simulator.door.switches = store.line.simulator.door.switches.changed({"away": True})
        store.line.simulator.money.pay(page, "wallet")
        async with asyncio.timeout(10):
            while 503 not in store.line.simulator.events.answers:
                await asyncio.sleep(0.02)
        store.line.simulator.door.switches = store.line.simulator.door.switches.changed({"away": False})
        await store.line.simulator.events.all_sent()
        assert await store.sales.standing(order) == ("paid", "paid")


async def test_a_shop_without_an_account_has_no_such_path(given: Given):
    async with open_shop(given, profile="production", base_url="https://shop.test") as shop:
        answer = await shop.stranger.post("/stripe/webhook", content=b"{}")
        assert answer.status_code == 404
        health = (await shop.operator.get("/health")).json()
        assert health["services"]["stripe"] == "configured"
