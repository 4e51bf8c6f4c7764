"""A case bought on the web, paid on Stripe's page, the tab closed: one order, one capture, one print, one letter each."""

import asyncio
from collections import Counter

from makeline.adapters.mail.mailbox_page import letters_in
from makeline.cases.shop.hand_over import ship_order
from tests.adapters.stripe.stripes import CARD, open_stripe
from tests.journeys.conftest import Open
from tests.journeys.street import Street, answer
from tests.web_buying import ADDRESS


async def bought(shop: Street, photograph: bytes) -> dict[str, str]:
    """A guest designs, approves and orders."""
    picture = await answer(shop.kiosk.post("/designs/images", content=photograph))
    wish = {"model": "iPhone 15 Pro", "template": "classic", "pictures": [{"image": picture["url"]}]}
    design = await answer(shop.kiosk.post("/v1/designs", json=wish))
    own = {"authorization": f"Bearer {design['design_token']}"}
    at = f"/v1/designs/{design['design_id']}/approve"
    await answer(shop.kiosk.post(at, json={"version": 1}, headers=own))
    body = {"design_id": design["design_id"], "customer_email": "ada@example.com", "address": ADDRESS}
    return await answer(shop.kiosk.post("/v1/shop/orders", json=body, headers=own))


async def letters(shop: Street) -> Counter[str]:
    found = await asyncio.to_thread(letters_in, shop.house.settings.mailbox)
    return Counter(letter.header("Subject").partition(": ")[2] for letter in found)


async def test_a_tab_closed_after_paying_loses_nothing_and_ten_events_settle_once(
    street: Open, photograph: bytes
):
    async with (
        open_stripe(copies=10, event_delay=0.05, retry_pause=0.01) as stripe,
        street(stripe_port=int(stripe.simulator.url.rpartition(":")[2])) as shop,
    ):
        stripe.simulator.events.url = f"{shop.house.settings.own_url}/stripe/webhook"
        order = await bought(shop, photograph)
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
        assert await letters(shop) == Counter(
            ("we have your order", "your case is made", "your case is on its way")
        )
        stock = await shop.asking.stock_item()
        assert (stock.on_hand, stock.reserved, stock.sold) == (99, 0, 0)
