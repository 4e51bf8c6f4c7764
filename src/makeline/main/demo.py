"""Buy a case as a customer would: kiosk, phone and printer, over the real paths of a running server."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from makeline.adapters.object_store.storage import place_of
from makeline.foundation.settings import Settings

_PATIENCE_SECONDS = 60
_ORDER = {
    "brand": "iphone",
    "model": "iPhone 15 Pro",
    "template": "classic",
    "text": "Make a wish",
    "font": "Pacifico",
    "colors": {"background": "#FFFFFF", "text": "#FFFFFF"},
}


class DemoFailed(Exception):
    """A step did not answer as it should."""


class Steps:
    """Prints each step with the time it took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = time.perf_counter()
        self._last = self._begun
        self.timeline: list[tuple[float, str]] = []

    def done(self, what: str, detail: str = "") -> None:
        """One step is over."""
        now = time.perf_counter()
        self._console.print(
            f"  {now - self._begun:6.2f} s  (+{(now - self._last) * 1000:5.0f} ms)  {what}"
            + (f"  [dim]{detail}[/dim]" if detail else "")
        )
        self.timeline.append((now - self._begun, what))
        self._last = now


async def buy_a_case(settings: Settings, console: Console, machine: str) -> int:
    """Go through the whole purchase; 0 when the case is printed."""
    console.print(f"\n[bold]Buying a case[/bold] at {machine}\n")
    try:
        async with _clients(settings) as (kiosk, phone):
            await _buy(settings, console, kiosk, phone, machine)
    except (DemoFailed, httpx2.HTTPError) as error:
        console.print(f"[red]The demo stopped: {error or type(error).__name__}[/red]")
        return 1
    return 0


@asynccontextmanager
async def _clients(settings: Settings) -> AsyncGenerator[tuple[httpx2.AsyncClient, httpx2.AsyncClient]]:
    # The phone is a browser and says so; it is known by the secret it is given, never by its address.
    browser = {"Sec-Fetch-Site": "same-origin"}
    async with (
        httpx2.AsyncClient(base_url=settings.own_url, timeout=30) as kiosk,
        httpx2.AsyncClient(base_url=settings.own_url, timeout=30, headers=browser) as phone,
    ):
        yield kiosk, phone


async def _buy(
    settings: Settings,
    console: Console,
    kiosk: httpx2.AsyncClient,
    phone: httpx2.AsyncClient,
    machine: str,
) -> None:
    steps = Steps(console)
    created = await call(kiosk, "POST", "/api/vending/create-session", json={"machine_id": machine})
    key = created["session_id"]
    steps.done("the kiosk opens a session", key)
    at = f"/api/vending/session/{key}"
    registered = await call(phone, "POST", f"{at}/register-user", json={"machine_id": machine})
    phone.headers["Authorization"] = f"Bearer {registered['client_token']}"
    steps.done("the phone registers")
    photo = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    picture = await call(phone, "POST", f"{at}/images", content=photo, headers={"Content-Type": "image/jpeg"})
    steps.done("the photograph is uploaded", f"{picture['width']} × {picture['height']} pixels")
    summary = {
        "order_data": {**_ORDER, "images": [picture["image"]]},
        "payment_amount": 19.99,
        "currency": "GBP",
    }
    await call(phone, "POST", f"{at}/order-summary", json=summary)
    steps.done("print file and proof are composed, a blank is reserved", "£19.99")
    begun = await call(phone, "POST", f"{at}/init-payment")
    steps.done("the payment starts at the partner", f"{begun['third_id']} · {begun['chinese_payment_id']}")
    status = await _poll(kiosk, f"{at}/status", lambda answer: answer["status"] == "payment_completed")
    steps.done("the partner reports it paid", status["order_id"])
    story = await _follow_print(console, phone, f"/v1/sessions/{key}/story")
    steps.done("the machine fetched the picture, printed the case and handed it out")
    _tell_story(settings, console, story)


async def _follow_print(console: Console, phone: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    story: dict[str, Any] = {}
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("printing", total=100)
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            story = await call(phone, "GET", path)
            bar.update(task, completed=story["progress"])
            if story["order_status"] in ("completed", "failed", "cancelled") or story["trouble"]:
                break
            await asyncio.sleep(0.1)
    if story.get("order_status") != "completed":
        raise DemoFailed(
            f"order {story.get('order_number')} is {story.get('order_status')}: {story.get('trouble')}"
        )
    return story


def _tell_story(settings: Settings, console: Console, story: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2))
    for heading in ("time (UTC)", "what", "from", "to", "because", "by"):
        table.add_column(heading)
    for entry in story["timeline"]:
        table.add_row(
            entry["at"][11:23],
            entry["noun"],
            entry["from_state"] or "",
            entry["to_state"],
            entry["cause"],
            entry["actor"],
        )
    console.print()
    console.print(table)
    console.print(
        f"\norder       [bold]{story['order_number']}[/bold]"
        f"  queue {story['queue_number']}, at the partner {story['partner_queue_number']}"
    )
    console.print(f"design      {story['design_hash']}")
    console.print(f"size        {story['width_px']} × {story['height_px']} pixels, {story['dpi']} dpi")
    console.print(f"proof       {story['proof_url']}", soft_wrap=True)
    console.print(f"print file  {settings.storage_url}/{place_of(story['print_file'])}\n", soft_wrap=True)


async def call(client: httpx2.AsyncClient, method: str, path: str, **request: Any) -> dict[str, Any]:
    """The answer as JSON; raises ``DemoFailed`` for anything but 200."""
    answer = await client.request(method, path, **request)
    if answer.status_code != 200:
        raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
    return answer.json()


async def _poll(client: httpx2.AsyncClient, path: str, enough: Any) -> dict[str, Any]:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = await call(client, "GET", path)
        if enough(answer):
            return answer
        await asyncio.sleep(0.1)
    raise DemoFailed(f"{path} did not change in {_PATIENCE_SECONDS} s")
