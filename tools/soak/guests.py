"""Customers of the other storefronts: cases bought on the web, and parts uploaded and priced."""

import asyncio
import random
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.adapters.cad.meshes.solids import box, stl
from tests.asking import MODEL
from tests.faults.shop import until
from tests.members import PASSWORD, registration

_CARD = "card:4242 4242 4242 4242"
_PATIENCE, _AGAIN = 600.0, 5.0
_ADDRESS = {
    "recipient": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postcode": "SW1Y 4JH",
    "country": "GB",
}
# Then somebody else comes: nobody may keep more files than his share.
_FILES_OF_ONE = 100


class Away(Exception):
    """A storefront says that it cannot now."""


class Refused(AssertionError):
    """A storefront answered what no customer should hear."""


@dataclass
class Guests:
    """What all of them did; ``orders`` are the tokens of paid orders of the webstore."""

    base: str
    picture: bytes
    chance: random.Random
    orders: list[str] = field(default_factory=list)
    prices: int = 0
    files: int = 0
    gave_up: int = 0

    async def buy_on_the_web(self, pause: float) -> None:
        """One purchase after the other, each by somebody new, until it is cancelled."""
        while True:
            async with httpx2.AsyncClient(base_url=self.base, timeout=_PATIENCE) as guest:
                with self._patiently():
                    await self._buy(guest)
            await asyncio.sleep(pause * self.chance.uniform(0.5, 1.5))

    async def order_parts(self, pause: float) -> None:
        """Files and their prices, until it is cancelled."""
        while True:
            async with httpx2.AsyncClient(base_url=self.base, timeout=_PATIENCE) as customer:
                with self._patiently():
                    await self._bring_parts(customer, pause)
            await asyncio.sleep(pause)

    async def _bring_parts(self, customer: httpx2.AsyncClient, pause: float) -> None:
        name = f"customer-{self.chance.randrange(10**9)}"
        await _call(customer, "POST", "/register", json=registration(name))
        login = {"username": name, "password": PASSWORD}
        token = (await _call(customer, "POST", "/login", json=login))["access_token"]
        customer.headers["authorization"] = f"Bearer {token}"
        for _ in range(_FILES_OF_ONE):
            await self._upload(customer)
            await asyncio.sleep(pause * self.chance.uniform(0.5, 1.5))

    @contextmanager
    def _patiently(self) -> Generator[None]:
        """Somebody whose connection breaks, or who is told that we are away, gives up; that is counted."""
        try:
            yield
        except (httpx2.HTTPError, Away):
            self.gave_up += 1

    async def all_made(self) -> list[str]:
        """Every paid order is made in the end; answers those that are not."""
        waiting = set(self.orders)

        async def made() -> bool:
            async with httpx2.AsyncClient(base_url=self.base, timeout=_PATIENCE) as guest:
                with self._patiently():
                    for token in list(waiting):
                        if (await _call(guest, "GET", f"/v1/shop/orders/{token}"))["phase"] == "made":
                            waiting.discard(token)
            return not waiting

        try:
            await until(made, patience=_PATIENCE, what="cases of the webstore made")
        except AssertionError:
            return [f"paid on the web and not made: {token[:8]}…" for token in sorted(waiting)]
        return []

    async def _buy(self, guest: httpx2.AsyncClient) -> None:
        png = {"content-type": "image/png"}
        picture = await _call(guest, "POST", "/designs/images", content=self.picture, headers=png)
        wish = {"model": MODEL, "template": "classic", "pictures": [{"image": picture["url"]}]}
        begun = await _call(guest, "POST", "/v1/designs", json=wish)
        guest.headers["authorization"] = f"Bearer {begun['design_token']}"
        approve = f"/v1/designs/{begun['design_id']}/approve"
        approved = await _call(guest, "POST", approve, json={"version": begun["version"]})
        body = {
            "design_id": begun["design_id"],
            "design_hash": approved["approved"]["design_hash"],
            "customer_name": "Ada Lovelace",
            "customer_email": "ada@example.com",
            "address": _ADDRESS,
        }
        bought = await _call(guest, "POST", "/v1/shop/orders", json=body)
        page, at = bought["checkout_url"], f"/v1/shop/orders/{bought['order_token']}"
        while page is None:
            # The gateway took too long: the button is pressed again.
            await asyncio.sleep(_AGAIN)
            page = (await _call(guest, "POST", f"{at}/checkout"))["checkout_url"]
        async with httpx2.AsyncClient(timeout=_PATIENCE) as browser:
            paid = await browser.post(page, data={"way": _CARD})
        if paid.status_code not in (200, 302, 303):
            raise Refused(f"the page of payment answered {paid.status_code}")
        self.orders.append(bought["order_token"])

    async def _upload(self, customer: httpx2.AsyncClient) -> None:
        part = box(*(round(self.chance.uniform(5, 40), 2) for _ in range(3)))
        data = stl(part, head=str(self.chance.random()).encode())
        file = await _call(customer, "POST", "/files", files={"file": ("part.stl", data)})
        wish = {
            "file_id": file["id"],
            "service_id": "cnc-milling",
            "material_id": "alum_D16",
            "material_form": "sheet",
            "quantity": self.chance.randint(1, 200),
        }
        await _call(customer, "POST", "/calculate-price", json=wish)
        self.files += 1
        self.prices += 1


async def _call(caller: httpx2.AsyncClient, method: str, path: str, **more: Any) -> Any:
    answer = await caller.request(method, path, **more)
    if answer.status_code == 503:
        raise Away(path)
    if answer.status_code != 200:
        raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
    return answer.json()
