"""S5: no address that somebody sends is called, and no path that somebody sends leads to a file of the house."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx2
import pytest

from makeline.adapters.print_partner.client import PartnerClient
from makeline.cases.production.print_partner import PartnerTrouble
from tests.adapters.print_partner.partner_stage import account
from tests.adapters.print_partner.routes.bodies import SESSIONS, summary_body
from tests.engines import on_sqlite
from tests.figures import Figures
from tests.given import MACHINE, Given
from tests.web import OpenShop, open_shop


@asynccontextmanager
async def _ear(answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"):
    """A port that counts who comes: its number, and the first lines that were said."""
    heard: list[str] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readline()).decode("latin-1"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


def _addresses(port: int) -> list[str]:
    """One place on this machine in every disguise that a filter has been seen to miss."""
    hosts = (
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "good.example@127.0.0.1",
        "127.0.0.1.nip.io",
        "①②⑦.0.0.1",
    )
    return [
        *(f"{scheme}://{host}:{port}/x.png" for scheme in ("http", "https") for host in hosts),
        f"//127.0.0.1:{port}/x.png",
        f"http://127.0.0.1:{port}/image/x.png?token=1",
        f"gopher://127.0.0.1:{port}/_GET",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        f"http:\\\\127.0.0.1:{port}\\x.png",
        "data:image/png;base64,AAAA",
    ]


@on_sqlite
async def test_an_address_in_a_body_is_never_called(given: Given, figures: Figures):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    session = await given.session()
    await given.picture(session.key)
    async with _ear() as (port, heard), open_shop(given, worker="inside", partner_pause_seconds=0) as shop:
        addresses = _addresses(port)
        for address in addresses:
            summary = summary_body(session.key, payment_amount=19.99)
            summary["order_data"].update(images=[address], template="classic")
            answer = await shop.operator.post(f"{SESSIONS}/{session.key}/order-summary", json=summary)
            assert answer.status_code == 422, (address, answer.text)
        for address in addresses[:12]:
            await _ask_to_print(shop, order.number, address)
        await given.promises_kept()
        assert heard == []
        figures(
            f"S5 addresses: {len(addresses)} addresses in {len(addresses) + 3 * 12} bodies, 0 connections"
        )


async def _ask_to_print(shop: OpenShop, number: str, address: str) -> None:
    body = {"order_id": number, "phone_model": "iphone_15_pro", "customer_info": {}, "priority": 1}
    await shop.operator.post("/api/chinese/send-print-command", json={**body, "image_urls": [address]})
    trigger = {"order_id": number, "print_data": {"design_url": address}}
    await shop.operator.post("/api/chinese/print/trigger", json=trigger)
    metadata = {"callback_url": address, "webhook": address}
    created = {"machine_id": MACHINE, "metadata": metadata}
    await shop.operator.post("/api/vending/create-session", json=created)


async def test_a_partner_who_sends_us_elsewhere_is_not_followed():
    async with _ear() as (elsewhere, heard):
        away = (
            f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere}/stolen\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        async with _ear(away.encode()) as (port, asked):
            client = PartnerClient(account(f"http://127.0.0.1:{port}/mobileShell/en"))
            with pytest.raises(PartnerTrouble):
                await client.read_payments(["PYEN260101000001"])
            await client.close()
            assert asked
        assert heard == []


_STEPS = (
    "..",
    "%2e%2e",
    "%2E.",
    "..%2f",
    "..%5c",
    "%252e%252e",
    "..;",
    ".%00.",
    "%c0%ae%c0%ae",
    "....//",
    "．．",
)
_GOALS = ("etc/passwd", "proc/self/environ", "makeline.sqlite", "files", "windows/win.ini")
_DOORS = ("/image/", "/", "/v1/sessions/", "/api/vending/session/", "/static/")


@on_sqlite
async def test_no_path_leads_to_a_file_of_the_house(
    given: Given, rounds: Callable[[int, int], int], figures: Figures
):
    tried = 0
    async with open_shop(given) as shop, _line(shop) as ask:
        for door, step, goal in itertools.product(_DOORS, _STEPS, _GOALS):
            for deep in (1, rounds(4, 12)):
                target = quote(door + f"{step}/" * deep + goal, safe="/%;")
                status, body = await ask(target)
                assert 400 <= status < 500, target
                for inside in (b"root:", b"SQLite format", b"PATH=", b"Traceback"):
                    assert inside not in body, target
                tried += 1
    figures(f"S5 paths: {tried} paths out of the house, 0 files told")


@asynccontextmanager
async def _line(shop: OpenShop) -> AsyncIterator[Callable]:
    """Spoken by hand over one connection: a client would tidy the path before it sends it."""
    place = httpx2.URL(shop.url)
    reader, writer = await asyncio.open_connection(place.host, place.port)

    async def ask(target: str) -> tuple[int, bytes]:
        writer.write(f"GET {target} HTTP/1.1\r\nHost: elsewhere.test\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        return int(head.split()[1]), await reader.readexactly(length)

    try:
        yield ask
    finally:
        writer.close()
        await writer.wait_closed()
