"""Order a part as a customer would, and make it as staff would: over the real paths of a running server."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from makeline.commerce.accounts.change_role import change_role
from makeline.commerce.accounts.states import Role
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.kernel.ids import random_text
from makeline.main.demo import DemoFailed, Steps, call
from makeline.main.subscriptions import PROMISES

_PART = "bracket.step"
_WISH = {
    "service_id": "cnc-milling",
    "material_id": "alum_D16",
    "material_form": "sheet",
    "quantity": 10,
    "cover_id": ["1"],
    "special_instructions": "Break all edges, please",
}
_STEPS = 11
_PATIENCE_SECONDS = 30


async def order_a_part(settings: Settings, console: Console) -> int:
    """From a new account to a finished part; 0 when staff has completed the order."""
    console.print("\n[bold]Ordering a part[/bold] from its STEP file\n")
    bar = Progress(TextColumn("  {task.description}"), BarColumn(), console=console, transient=True)
    try:
        with bar:
            detail = await _order(settings, _Told(console, bar))
    except (DemoFailed, httpx2.HTTPError) as error:
        console.print(f"[red]The demo stopped: {error or type(error).__name__}[/red]")
        return 1
    _tell_timeline(console, detail)
    return 0


class _Told(Steps):
    """Steps beside a bar that shows how many there are."""

    def __init__(self, console: Console, bar: Progress) -> None:
        super().__init__(console)
        self._bar = bar
        self._task = bar.add_task("ordering a part", total=_STEPS)

    def done(self, what: str, detail: str = "") -> None:
        """One step is over."""
        super().done(what, detail)
        self._bar.advance(self._task)


async def _order(settings: Settings, steps: _Told) -> dict[str, Any]:
    async with _person(settings, "customer") as customer:
        steps.done("a customer opens an account and signs in")
        order = await _place(customer, steps)
        here = f"/orders/{order['order_id']}"
        paper = await _invoice(customer, f"{here}/invoice")
        steps.done("the invoice is written and downloaded", f"PDF, {len(paper):,} bytes")
        async with _person(settings, "clerk", Role.STAFF) as clerk:
            steps.done("a clerk signs in")
            await _make(clerk, order, steps)
        detail = await call(customer, "GET", here)
        if detail["status"] != "completed" or detail["payment_status"] != "paid":
            raise DemoFailed(f"the order is {detail['status']} and {detail['payment_status']}")
        steps.done("the customer finds it completed", detail["order_number"])
        return detail


async def _place(customer: httpx2.AsyncClient, steps: _Told) -> dict[str, Any]:
    data = (files("makeline.main") / "demo_parts" / _PART).read_bytes()
    file = await call(customer, "POST", "/files", files={"file": (_PART, data)})
    geometry = file["geometry"]
    steps.done(
        "the STEP file is uploaded, measured and drawn",
        f"{' × '.join(f'{size:g}' for size in geometry['oriented_box_mm'])} mm, {geometry['volume_mm3'] / 1000:.1f} cm³",
    )
    wish = {**_WISH, "file_id": file["id"]}
    price = await call(customer, "POST", "/calculate-price", json=wish)
    steps.done(
        "the price is there at once",
        f"{price['detail_price']:,.2f} RUB each, {price['total_price']:,.2f} RUB, {price['manufacturing_cycle']}",
    )
    agreed = {**wish, "total_price": price["total_price"], "po_number": "DEMO-1"}
    order = await call(customer, "POST", "/orders", json=agreed)
    steps.done("the order is placed at that price, on invoice", order["order_number"])
    return order


async def _invoice(customer: httpx2.AsyncClient, path: str) -> bytes:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = await customer.get(path)
        if answer.status_code == 200:
            return answer.content
        if answer.status_code != 404:
            raise DemoFailed(f"{path} answered {answer.status_code}: {answer.text[:300]}")
        await asyncio.sleep(0.1)
    raise DemoFailed(f"there was no invoice within {_PATIENCE_SECONDS} s")


async def _make(clerk: httpx2.AsyncClient, order: dict[str, Any], steps: _Told) -> None:
    here = f"/admin/orders/{order['order_id']}"
    await call(clerk, "PUT", here, json={"status": "processing"})
    steps.done("the clerk lets it be made")
    payment = {"amount": order["amount_due"], "reference": "DEMO 1", "date": order["created_at"][:10]}
    await call(clerk, "POST", f"/v1/orders/{order['order_id']}/payments", json=payment)
    steps.done("the bank payment is recorded", f"{order['amount_due']:,.2f} RUB")
    note = {"text": "Edges broken, packed in paper."}
    await call(clerk, "POST", f"/v1/orders/{order['order_id']}/notes", json=note)
    steps.done("a note for colleagues")
    await call(clerk, "PUT", here, json={"status": "completed"})
    steps.done("the part is made, the order is complete")


@asynccontextmanager
async def _person(
    settings: Settings, kind: str, role: Role = Role.CUSTOMER
) -> AsyncGenerator[httpx2.AsyncClient]:
    """Somebody new, of that role for as long as the demo lasts; nobody knows the password afterwards."""
    name, password = f"demo-{kind}-{random_text(8).lower()}", random_text(24)
    login = {"username": name, "password": password}
    new = {**login, "email": f"{name}@example.com", "full_name": f"Demo {kind}"}
    async with httpx2.AsyncClient(base_url=settings.own_url, timeout=60) as client:
        user_id = (await call(client, "POST", "/register", json=new))["user_id"]
        await _become(settings, user_id, role)
        try:
            token = (await call(client, "POST", "/login", json=login))["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client
            await call(client, "POST", "/logout")
        finally:
            await _become(settings, user_id, Role.CUSTOMER)


async def _become(settings: Settings, user_id: int, role: Role) -> None:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    try:
        await database.begin(lambda unit: change_role(unit, user_id, role), actor="demo")
    finally:
        await database.close()


def _tell_timeline(console: Console, detail: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2))
    for heading in ("time (UTC)", "what", "from", "to", "because", "by"):
        table.add_column(heading)
    for step in detail["timeline"]:
        table.add_row(
            step["at"][11:23], step["what"], step["from"] or "", step["to"], step["because"], step["by"]
        )
    console.print()
    console.print(table)
    console.print(f"\norder       [bold]{detail['order_number']}[/bold]")
    console.print(f"goods       {detail['total_price']:,.2f} {detail['currency']}, all of it paid\n")
