"""How tests order parts."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import MILLED
from tests.web import OpenShop, open_shop

# What MILLED costs by the shipped rates: ten of it, one of it.
TEN, ONE = 25_225.50, 7_096.35
ORDER = {**MILLED, "quantity": 10}
# The sizes of PlainReader's cube come from the file.
FROM_FILE = {name: value for name, value in MILLED.items() if name not in ("length", "width", "height")} | {
    "quantity": 2,
    "special_instructions": "Handle with care",
}
BY_POST = {"kind": "address", "street": "Lenina 1", "city": "Tula", "recipient": "Anna"}


@dataclass
class Market:
    """An open shop, a customer and a clerk."""

    shop: OpenShop
    anna: httpx2.AsyncClient
    clerk: httpx2.AsyncClient

    async def order(self, buyer: httpx2.AsyncClient | None = None, **changes: Any) -> dict[str, Any]:
        """An order that was placed."""
        answer = await (buyer or self.anna).post("/orders", json={**ORDER, **changes})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def upload(self, buyer: httpx2.AsyncClient | None = None, **fields: Any) -> int:
        """The id of a cube."""
        answer = await (buyer or self.anna).post("/files", json=upload_of(**fields))
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    async def moved(self, order: dict[str, Any], status: str) -> httpx2.Response:
        """What the clerk is answered."""
        return await self.clerk.put(f"/admin/orders/{order['order_id']}", json={"status": status})

    async def paid(self, order: dict[str, Any], amount: Any, reference: str = "17") -> httpx2.Response:
        """What the clerk is answered."""
        body = {"amount": amount, "reference": reference, "date": "2026-03-02"}
        return await self.clerk.post(f"/v1/orders/{order['order_id']}/payments", json=body)

    async def seen(self, order: dict[str, Any], buyer: httpx2.AsyncClient | None = None) -> dict[str, Any]:
        """As its customer sees it now."""
        answer = await (buyer or self.anna).get(f"/orders/{order['order_id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def seen_as_placed(self, order: dict[str, Any]) -> dict[str, Any]:
        """The same without what has happened since."""
        seen = await self.seen(order)
        return {name: value for name, value in seen.items() if name != "timeline"}

    async def stranger(self) -> httpx2.AsyncClient:
        """Another customer."""
        return await somebody(self.shop, "boris")


async def other_rates(given: Given, change: Callable[[Any], None]) -> None:
    """A new version of the standard card; ``change`` does something to the newest."""

    def publish(unit: UnitOfWork) -> None:
        text = content_numbered(unit, STANDARD)
        assert text is not None
        content = read_content(text)
        change(content)
        publish_rates(unit, content, note="test")

    await given.database.begin(publish, actor="olga")


@asynccontextmanager
async def market(given: Given, **settings: Any) -> AsyncGenerator[Market]:
    """Open until the block ends."""
    async with open_shop(given, **settings) as shop:
        yield Market(shop, await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF))
