"""Buy a case on the web as a customer would, pay it on the gateway's page and close the tab; over the real paths."""

import asyncio
import time
from importlib.resources import files
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from makeline.adapters.mail.mailbox_page import letters_in
from makeline.cases.shop.hand_over import ship_order
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.main.demo import DemoFailed, Steps, call
from makeline.main.subscriptions import PROMISES

_PATIENCE_SECONDS = 60
_DESIGN = {
    "model": "iPhone 15 Pro",
    "template": "classic",
    "text": "Make a wish",
    "font": "Pacifico",
    "colors": {"background": "#FFFFFF", "text": "#FFFFFF"},
}
_BUYER = {
    "customer_name": "Ada Lovelace",
    "customer_email": "ada@example.com",
    "address": {
        "recipient": "Ada Lovelace",
        "line1": "12 St James's Square",
        "city": "London",
        "postcode": "SW1Y 4JH",
        "country": "GB",
    },
    "extras": {"screen-protector": 1},
}
_CARD = "card:4242 4242 4242 4242"
# How far each phase is, of a hundred.
_FAR = {"unpaid": 0, "queued": 20, "printing": 55, "made": 100, "shipped": 100}
_ENDED = ("failed", "cancelled", "refunded", "ended", "staff")


async def buy_on_the_web(settings: Settings, console: Console) -> int:
    """From a photograph to a parcel; 0 when it is on its way and every letter is written once."""
    console.print("\n[bold]Buying a case[/bold] on the web\n")
    if not settings.simulates_stripe:
        console.print("[red]The demo pays with test cards: it needs the simulated Stripe.[/red]")
        return 1
    try:
        async with httpx2.AsyncClient(base_url=settings.own_url, timeout=30) as customer:
            await _buy(settings, console, customer)
    except (DemoFailed, httpx2.HTTPError) as error:
        console.print(f"[red]The demo stopped: {error or type(error).__name__}[/red]")
        return 1
    return 0


async def _buy(settings: Settings, console: Console, customer: httpx2.AsyncClient) -> None:
    steps = Steps(console)
    design = await _design(steps, customer)
    bought = await _order(steps, customer, design)
    await _pay(bought["checkout_url"])
    steps.done("paid by card on the gateway's page; the tab is closed")
    at = f"/v1/shop/orders/{bought['order_token']}"
    await _follow(console, customer, at, until="made")
    steps.done("the gateway's event settled it, the machine made the case, the money was taken")
    number = bought["order_number"]
    await _send(settings, number)
    told = await _follow(console, customer, at, until="shipped")
    steps.done("staff sent the parcel", f"{told['carrier']} {told['tracking']}")
    paper = await customer.get(f"/w/{bought['order_token']}/receipt.pdf")
    if paper.status_code != 200:
        raise DemoFailed(f"the receipt answered {paper.status_code}")
    steps.done("the receipt is printed", f"{len(paper.content)} bytes of PDF")
    subjects = await _letters(settings, number)
    steps.done("every letter was written once", " · ".join(subjects))
    console.print(f"\norder     [bold]{number}[/bold]  {told['phase']}, {told['payment_status']}")
    console.print(f"its page  {bought['order_url']}", soft_wrap=True)
    if settings.mailbox_port:
        console.print(f"letters   http://127.0.0.1:{settings.mailbox_port}/\n")


async def _design(steps: Steps, customer: httpx2.AsyncClient) -> dict[str, Any]:
    photo = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    jpeg = {"Content-Type": "image/jpeg"}
    picture = await call(customer, "POST", "/designs/images", content=photo, headers=jpeg)
    steps.done("the photograph is uploaded", f"{picture['width']} × {picture['height']} pixels")
    begun = await call(
        customer, "POST", "/v1/designs", json={**_DESIGN, "pictures": [{"image": picture["url"]}]}
    )
    customer.headers["Authorization"] = f"Bearer {begun['design_token']}"
    at = f"/v1/designs/{begun['design_id']}/approve"
    approved = await call(customer, "POST", at, json={"version": begun["version"]})
    steps.done(
        "the design is approved: print file and proof carry one hash",
        approved["approved"]["design_hash"][:16],
    )
    return {"design_id": begun["design_id"], "design_hash": approved["approved"]["design_hash"]}


async def _order(steps: Steps, customer: httpx2.AsyncClient, design: dict[str, Any]) -> dict[str, Any]:
    body = {**design, **_BUYER}
    price = (await call(customer, "POST", "/v1/shop/prices", json=body))["due"]
    steps.done("the shop says what it costs", _money(price))
    body["amount_minor"] = price["amount_minor"]
    bought = await call(customer, "POST", "/v1/shop/orders", json=body)
    steps.done("the order is placed and its blank kept", bought["order_number"])
    if bought["checkout_url"] is None:
        raise DemoFailed("the gateway is away")
    return bought


async def _pay(page: str) -> None:
    async with httpx2.AsyncClient(timeout=30) as browser:
        answer = await browser.post(page, data={"way": _CARD})
    if answer.status_code not in (200, 302, 303):
        raise DemoFailed(f"the gateway's page answered {answer.status_code}")


async def _follow(console: Console, customer: httpx2.AsyncClient, at: str, *, until: str) -> dict[str, Any]:
    end = time.monotonic() + _PATIENCE_SECONDS
    told: dict[str, Any] = {}
    with Progress(TextColumn("  {task.description}"), BarColumn(), console=console, transient=True) as bar:
        task = bar.add_task("making the case", total=100)
        while time.monotonic() < end:
            told = await call(customer, "GET", at)
            bar.update(task, completed=_FAR.get(told["phase"], 0), description=told["phase"])
            if told["phase"] == until:
                return told
            if told["phase"] in _ENDED:
                break
            await asyncio.sleep(0.1)
    raise DemoFailed(f"order {told.get('order_number')} is {told.get('phase')}, not {until}")


async def _send(settings: Settings, number: str) -> None:
    """As ``makeline order ship`` does."""
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    try:
        await database.begin(
            lambda unit: ship_order(unit, number, carrier="Royal Mail", tracking="RM 4711 0815"), actor="demo"
        )
    finally:
        await database.close()


async def _letters(settings: Settings, number: str) -> list[str]:
    """The subjects of the letters about an order, in the order they were written; two of a kind are a failure."""
    if not settings.mailbox_port:
        return []
    end = time.monotonic() + _PATIENCE_SECONDS
    found: list[str] = []
    while time.monotonic() < end and len(found) < 3:
        about = [letter.header("Subject") for letter in letters_in(settings.mailbox)]
        found = [
            subject.partition(": ")[2] for subject in reversed(about) if subject.startswith(f"{number}:")
        ]
        await asyncio.sleep(0.1)
    if len(found) != 3 or len(set(found)) != 3:
        raise DemoFailed(f"letters: {found}")
    return found


def _money(price: dict[str, Any]) -> str:
    return f"{price['amount_minor'] / 100:.2f} {price['currency']}"
