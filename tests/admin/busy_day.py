"""A day on which everything happens that staff may want to look at: ``day = await busy_day(shop)``."""

from dataclasses import dataclass
from typing import Any

import httpx2

from makeline.commerce.orders.models import Order
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.unit_of_work import UnitOfWork
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.ordering.buying import FROM_FILE
from tests.parts.pricing.asked import MILLED
from tests.parts.quotes.asking import HUGE, asked
from tests.web import OpenShop
from tests.web_buying import Buyer, approved


@dataclass
class BusyDay:
    """What was sold, asked and doubted."""

    shop: OpenShop
    anna: httpx2.AsyncClient
    kiosk: Order
    web: Order
    part: dict[str, Any]
    quote: dict[str, Any]
    buyer: Buyer

    @property
    def given(self) -> Given:
        return self.shop.given


async def busy_day(shop: OpenShop) -> BusyDay:
    """A case sold at a machine, one paid on the web, a part on invoice, a quote that waits, and one anomaly."""
    given = shop.given
    anna = await somebody(shop, "anna")
    kiosk = await given.order((await given.paid_sale()).outcome.order_number)
    buyer = await approved(shop)
    await buyer.buys()
    await buyer.pays()
    file_id = (await anna.post("/files", json=upload_of())).json()["id"]
    part = (await anna.post("/orders", json={**FROM_FILE, "file_id": file_id})).json()
    quote = await asked(anna, MILLED, HUGE)

    def doubt(unit: UnitOfWork) -> None:
        note_anomaly(unit, "refund_due", kiosk.number, detail={"minor": 1999})

    await given.database.begin(doubt, actor="test")
    return BusyDay(shop, anna, kiosk, await buyer.order(), part, quote, buyer)
