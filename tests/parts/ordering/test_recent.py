"""A draft of rates is held against orders of the last months that still stand."""

from makeline.parts.ordering.recent import prices_of_recent_orders
from tests.given import Given
from tests.parts.ordering.buying import market

DEARER = {"based_on": 1, "changes": [{"place": "shop.purchase_surcharge", "value": 2.4}]}


async def test_recent_orders_are_priced_again_until_they_are_cancelled_or_old(given: Given):
    async with market(given) as place:
        order, gone = await place.order(), await place.order(quantity=3)
        assert (await place.moved(gone, "cancelled")).status_code == 200
        told = (await place.clerk.post("/v1/staff/rates/preview", json=DEARER)).json()
        effect = told["effect"]["recent_orders"]
        assert (effect["count"], effect["of"], effect["dearer"]) == (1, 1, 1)
        assert effect["before"] == order["total_price"]
        assert effect["moves"][0]["change"] == effect["change"] > 0
        given.clock.tick(days=91)
        left = await given.database.read(lambda unit: prices_of_recent_orders(unit, 10))
    assert left == ([], 0)
