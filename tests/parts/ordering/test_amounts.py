"""What comes beside the goods of an order: the way to the customer, and tax as the house has it."""

from typing import Any

import pytest

from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.catalog.publish import publish_shipped
from makeline.parts.catalog.queries import current_rates
from makeline.parts.ordering.models import Delivery, DeliveryKind
from makeline.parts.ordering.place import shipping_of
from makeline.parts.ordering.price_line import sold_line
from makeline.parts.ordering.wanted import WantedOrder
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.keep import keep_price
from makeline.parts.quotes.kept import kept_from_cards
from makeline.parts.quotes.priced import price_request
from tests.given import Given
from tests.parts.ordering.buying import BY_POST, TEN, market, other_rates
from tests.parts.pricing.asked import MILLED, TURNED


def send_for_something(content: Any) -> None:
    for number, place in enumerate(content["tables"]["locations"]):
        place["shipping_cost_rub"] = 350 + 100 * number


async def test_parts_are_collected_for_nothing_or_sent_for_what_their_places_ask(given: Given):
    async with market(given) as at:
        await other_rates(given, send_for_something)
        places = (await at.shop.stranger.get("/locations")).json()
        collected = await at.order()
        sent = await at.order(delivery=BY_POST)
        two = await at.anna.post("/v1/orders", json={"lines": [MILLED, TURNED, MILLED], "delivery": BY_POST})
    assert (collected["delivery"]["kind"], collected["shipping_amount"]) == ("collection", 0)
    here = sent["lines"][0]["location"]
    assert sent["shipping_amount"] == places[here]["shipping_cost"] > 0
    assert sent["amount_due"] == round(TEN + sent["shipping_amount"], 2)
    assert (sent["total_price"], sent["delivery"]["city"]) == (TEN, "Tula")
    each_once = {line["location"] for line in two.json()["lines"]}
    assert two.json()["shipping_amount"] == sum(places[place]["shipping_cost"] for place in each_once)


async def test_a_place_that_was_closed_since_asks_for_nothing(given: Given):
    sent = WantedOrder(delivery=Delivery(DeliveryKind.ADDRESS, street="Lenina 1", city="Tula"))

    def shipping(unit: UnitOfWork) -> int:
        publish_shipped(unit)
        keep_price(unit, price_request(MILLED, current_rates(unit), buyer=Buyer.CUSTOMER))
        (kept,) = kept_from_cards(unit, most=1)
        line = sold_line(kept, current_rates(unit), title="Bracket")
        return shipping_of(unit, [line._replace(location="closed")], sent).minor

    assert await given.database.begin(shipping, actor="test") == 0


@pytest.mark.parametrize(
    ("vat", "percent", "tax", "due"),
    [("none", "20", 0, TEN), ("on_top", "20", 5045.10, 30_270.60), ("included", "20", 4204.25, TEN)],
)
async def test_tax_is_charged_as_the_house_has_it(
    given: Given, vat: str, percent: str, tax: float, due: float
):
    async with market(given, vat=vat, vat_percent=percent) as at:
        order = await at.order()
    assert (order["vat"], order["vat_amount"], order["amount_due"]) == (vat, tax, due)
    assert order["total_price"] == TEN
