"""A case bought on the web, paid on Stripe's page, the tab closed: one order, one capture, one print, one letter each."""

import asyncio
from collections import Counter

import pytest

from makeline.cases.shop.hand_over import ship_order
from tests.adapters.stripe.stripes import CARD, open_stripe
from tests.journeys.conftest import POSTGRESQL_AND_S3, Open
from tests.journeys.street import answer
from tests.journeys.web_guest import designed, letters


# On SQLite many such purchases race in tests/faults/test_web_purchases_race.py.
@pytest.mark.parametrize("street", [POSTGRESQL_AND_S3], indirect=True)
async def test_a_tab_closed_after_paying_loses_nothing_and_ten_events_settle_once(
    street: Open, photograph: bytes
):
    async with (
        open_stripe(copies=10, event_delay=0.05, retry_pause=0.01) as stripe,
        street(stripe_port=int(stripe.simulator.url.rpartition(":")[2])) as shop,
    ):
        stripe.simulator.events.url = f"{shop.house.settings.own_url}/stripe/webhook"
        order = await (await designed(shop, photograph)).orders()
        at = f"/v1/shop/orders/{order['order_token']}"
        page = str(order["checkout_url"]).rpartition("/")[2]
        assert (await stripe.chosen(page, CARD)).status_code == 303
        # Three other tabs come back while the events arrive, in any order.
        await asyncio.gather(*(shop.kiosk.get(f"/w/{order['order_token']}/back") for _ in range(3)))
        told = await shop.until(lambda: answer(shop.kiosk.get(at)), lambda told: told["phase"] == "made")
        await shop.house.database.begin(
            lambda unit: ship_order(unit, order["order_number"], carrier="DHL", tracking="42"), actor="olga"
        )
        await stripe.simulator.events.all_sent()
        await shop.must_be_consistent(prints=1)
        told = await answer(shop.kiosk.get(at))
        assert (told["phase"], told["payment_status"]) == ("shipped", "paid")
        assert [(what, minor) for what, _, minor in stripe.simulator.books.effects] == [
            ("hold", 3899),
            ("capture", 3899),
        ]
        (payment,) = shop.partner.ledger.rows("SELECT * FROM payments")
        assert (payment["amount"], payment["pay_type"]) == ("38.99", 12)
        assert len(await shop.asking.orders()) == 1
        said = ("we have your order", "your case is made", "your case is on its way")
        assert letters(shop.house.settings.mailbox) == Counter((order["order_number"], text) for text in said)
        stock = await shop.asking.stock_item()
        assert (stock.on_hand, stock.reserved, stock.sold) == (99, 0, 0)
