"""The same promises of our line to Stripe, kept by the simulator and by an emulator that others wrote.

The other one has no hosted page: there the customer pays by an intent of his own, as the page would make it.
"""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from makeline.adapters.stripe.connection import connect
from makeline.adapters.stripe.gateway import StripeGateway
from makeline.adapters.stripe.routes.webhook import _verified
from makeline.adapters.stripe.simulator.settings import KEY
from makeline.commerce.payments.gateway import GatewayRefused
from makeline.foundation.web.side_server import WebServer, listen, serving
from makeline.kernel.money import Money
from tests.adapters.stripe.stripes import open_stripe, wish

_TOLD = "whsec_of_the_other"
_SERVE = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""


@dataclass
class Counter:
    """Somebody who holds cards' money: ``held`` makes a fresh hold of 28.98."""

    gateway: StripeGateway
    client: Any
    held: Callable[[], Awaitable[str]]
    url: str

    async def figures(self, charge: str) -> tuple[str, int]:
        """Where the money stands: the word for it, and what of it is ours."""
        intent = await self.client.v1.payment_intents.retrieve_async(charge, {"expand": ["latest_charge"]})
        money = intent.latest_charge
        return intent.status, money.amount - money.amount_refunded if intent.status == "succeeded" else 0


@asynccontextmanager
async def _ours() -> AsyncGenerator[Counter]:
    async with open_stripe() as line:
        numbers = iter(range(100))

        async def held() -> str:
            page = await line.paid(wish(f"checkout-{next(numbers)}"))
            report = await line.gateway.read(page.reference)
            assert report.charge_reference is not None
            return report.charge_reference

        client, http = connect(KEY, line.simulator.url)
        yield Counter(line.gateway, client, held, line.simulator.url)
        await http.close_async()


@asynccontextmanager
async def _theirs() -> AsyncGenerator[Counter]:
    async with _another() as url:
        client, http = connect("sk_test_12345", url)
        gateway = StripeGateway("sk_test_12345", address=url)

        async def held() -> str:
            card: Any = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
            method = await client.v1.payment_methods.create_async({"type": "card", "card": card})
            customer = await client.v1.customers.create_async({"email": "anna@example.com"})
            await client.v1.payment_methods.attach_async(method.id, {"customer": customer.id})
            intent = await client.v1.payment_intents.create_async(
                {
                    "amount": 2898,
                    "currency": "gbp",
                    "customer": customer.id,
                    "payment_method": method.id,
                    "capture_method": "manual",
                    "confirm": True,
                }
            )
            return intent.id

        yield Counter(gateway, client, held, url)
        await gateway.close()
        await http.close_async()


@asynccontextmanager
async def _another() -> AsyncGenerator[str]:
    """A process of its own, on loopback alone, which remembers nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", _SERVE, str(port), stdout=DEVNULL, stderr=DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(20):
            while True:
                try:
                    await client.get(f"{url}/js.stripe.com/v3/")
                    break
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)
        yield url
    finally:
        process.kill()
        await process.wait()


async def test_both_take_release_and_give_back_alike():
    told = []
    for opened in (_ours, _theirs):
        async with opened() as counter:
            seen = []
            charge = await counter.held()
            seen.append(await counter.figures(charge))
            await counter.gateway.capture(charge, Money(2499, "GBP"), key="capture-1")
            seen.append(await counter.figures(charge))
            assert (await counter.gateway.refund(charge, Money(500, "GBP"), key="refund-1")).startswith("re_")
            seen.append(await counter.figures(charge))
            other = await counter.held()
            await counter.gateway.void(other, key="void-1")
            seen.append(await counter.figures(other))
            # The other one allows more than Stripe does; what is not there neither of them finds.
            for asked in (
                counter.gateway.capture("pi_nobody", Money(1, "GBP"), key="capture-2"),
                counter.gateway.refund("pi_nobody", Money(1, "GBP"), key="refund-2"),
                counter.gateway.void("pi_nobody", key="void-2"),
            ):
                with pytest.raises(GatewayRefused):
                    await asked
            told.append(seen)
    assert told[0] == told[1] == [
        ("requires_capture", 0), ("succeeded", 2499), ("succeeded", 1999), ("canceled", 0),
    ]  # fmt: skip


async def test_an_event_that_the_other_one_signs_is_believed():
    heard: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

    async def hear(request: Request) -> Response:
        heard.put_nowait((await request.body(), request.headers["stripe-signature"]))
        return Response()

    listener = listen("127.0.0.1", 0)
    server = WebServer(Starlette(routes=[Route("/hear", hear, methods=["POST"])]))
    told = {"url": f"http://127.0.0.1:{listener.getsockname()[1]}/hear", "secret": _TOLD}
    async with serving(server, listener), _theirs() as counter, httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.post(f"{counter.url}/_config/webhooks/ear", json=told)).status_code == 200
        charge = await counter.held()
        await counter.gateway.capture(charge, Money(2898, "GBP"), key="capture-9")
        charges = set()
        async with asyncio.timeout(10):
            while charge not in charges:
                body, signature = await heard.get()
                charges.add(_verified(body, signature, [_TOLD]).charge)
