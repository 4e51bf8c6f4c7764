"""A running simulated Stripe and our line to it, for tests."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from makeline.adapters.stripe.gateway import StripeGateway
from makeline.adapters.stripe.simulator.server import SimulatedStripe, running
from makeline.adapters.stripe.simulator.settings import KEY, SimulatorSettings, Switches
from makeline.commerce.payments.gateway import Page, PageLine, Wish
from makeline.kernel.money import Money

CARD, BANK_ASKS = "card:4242 4242 4242 4242", "card:4000 0025 0000 3155"
DECLINED = "card:4000 0000 0000 0002"


@dataclass
class StripeLine:
    """The simulator, our adapter, and a customer with a browser."""

    simulator: SimulatedStripe
    gateway: StripeGateway
    customer: httpx2.AsyncClient

    async def chosen(self, page: str, way: str) -> httpx2.Response:
        """The customer chooses a way to pay on the page."""
        return await self.customer.post(f"{self.simulator.url}/pay/{page}", data={"way": way})

    async def control(self, **told: Any) -> httpx2.Response:
        """Turn a switch, or let something happen."""
        return await self.customer.post(f"{self.simulator.url}/control", json=told)

    async def paid(self, wish: Wish, way: str = CARD) -> Page:
        """An open page that a customer has paid."""
        page = await self.gateway.open_checkout(wish)
        assert (await self.chosen(page.reference, way)).status_code == 303
        return page


def wish(key: str = "checkout-1", *, minor: int = 2499, **changes: Any) -> Wish:
    """A case and its delivery."""
    usual: dict[str, Any] = {
        "key": key,
        "payment_reference": "PYEN260304000001",
        "order_number": "ORDER_00000001",
        "amount": Money(minor + 399, "GBP"),
        "lines": [PageLine("A case", 1, minor), PageLine("Delivery", 1, 399)],
        "return_url": "https://shop.test/back/k1",
        "cancel_url": "https://shop.test/gone/k1",
        "email": "anna@example.com",
        "expires_at": datetime.now(UTC) + timedelta(minutes=60),
    }
    return Wish(**{**usual, **changes})


@asynccontextmanager
async def open_stripe(
    *, notify: str | None = None, clock: Callable[[], float] = time.time, **switches: Any
) -> AsyncGenerator[StripeLine]:
    """On a free port; its events go to ``notify``."""
    settings = SimulatorSettings(notify=notify, switches=Switches().changed(switches))
    async with running(settings, clock) as simulator:
        gateway = StripeGateway(KEY, address=simulator.url)
        async with httpx2.AsyncClient(trust_env=False) as customer:
            yield StripeLine(simulator, gateway, customer)
        await gateway.close()
