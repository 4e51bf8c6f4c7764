"""A customer of the webstore: ``buyer = await approved(shop)``, ``await buyer.buys()``, ``await buyer.pays()``."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from makeline.cases.production.print_partner import JobStep
from makeline.commerce.orders.models import Order
from makeline.commerce.payments.look import Till, look_at_page
from makeline.main.card_payments import STOREFRONTS
from tests.asking import MODEL
from tests.given import Given
from tests.web import LINK_KEY, OpenShop

KNOWN = {"link_keys": LINK_KEY}
ADDRESS = {
    "recipient": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postcode": "SW1Y 4JH",
    "country": "GB",
}


@dataclass
class Buyer:
    """Somebody with an approved design."""

    shop: OpenShop
    client: httpx2.AsyncClient
    design_id: str
    design_hash: str
    bought: dict[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> Given:
        return self.shop.given

    @property
    def at(self) -> str:
        """His order's address below /v1."""
        return f"/v1/shop/orders/{self.bought['order_token']}"

    @property
    def page(self) -> str:
        """The gateway's name of the page he pays on."""
        return str(self.bought["checkout_url"]).rpartition("/")[2]

    def body(self, **changes: Any) -> dict[str, Any]:
        told = {"design_id": self.design_id, "customer_email": "ada@example.com", "customer_name": "Ada"}
        return {**told, "address": ADDRESS, **changes}

    async def asks(self, **changes: Any) -> httpx2.Response:
        return await self.client.post("/v1/shop/orders", json=self.body(**changes))

    async def buys(self, **changes: Any) -> dict[str, Any]:
        answer = await self.asks(**changes)
        assert answer.status_code == 200, answer.text
        self.bought = answer.json()
        return self.bought

    async def pays(self) -> bool:
        """By card, and the gateway's event arrives."""
        self.given.gateway.held(self.page)
        return await self.event()

    async def event(self) -> bool:
        till = Till(self.given.gateway, STOREFRONTS)
        return await look_at_page(self.given.database.begin, till, self.page, actor="event")

    async def order(self) -> Order:
        return await self.given.order(self.bought["order_number"])

    async def told(self) -> dict[str, Any]:
        return (await self.shop.stranger.get(self.at)).json()

    async def printed(self, step: JobStep = JobStep.PRINTED) -> None:
        """The partner says so of the print, and everybody hears it."""
        await self.given.print_notice((await self.order()).number, step)
        await self.given.promises_kept()


async def approved(shop: OpenShop, *, text: str = "Ada", model: str = MODEL) -> Buyer:
    """A guest who has designed a case and approved it."""
    raw = {"content": b"a picture of a cat", "headers": {"content-type": "image/png"}}
    url = (await shop.stranger.post("/designs/images", **raw)).json()["url"]
    body = {"model": model, "template": "classic", "text": text, "pictures": [{"image": url}]}
    told = (await shop.stranger.post("/v1/designs", json=body)).json()
    client = shop.phone(told["design_token"])
    answer = await client.post(f"/v1/designs/{told['design_id']}/approve", json={"version": 1})
    assert answer.status_code == 200, answer.text
    return Buyer(shop, client, told["design_id"], answer.json()["approved"]["design_hash"])
