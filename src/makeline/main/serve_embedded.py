"""Everything in one: the web server with the simulated neighbours beside it, and where it can be found."""

import asyncio
import io
from urllib.parse import urlsplit

import segno
import uvloop
from rich.console import Console

from makeline import __version__
from makeline.cases.machines.addresses import is_loopback
from makeline.foundation.settings import Settings
from makeline.main.demos import Demo, show
from makeline.main.mailbox import mailbox_page
from makeline.main.serve import make_server
from makeline.main.simulated_partner import simulated_partner
from makeline.main.simulated_portal import simulated_portal
from makeline.main.simulated_stripe import simulated_stripe
from makeline.main.staff_paths import create_admin_command
from makeline.main.welcome import PHONE_AT, SCREEN_OF, addresses_beside


def serve_embedded(settings: Settings, console: Console, *, demo: Demo | None) -> int:
    """Server and simulated partner; with a demo that is shown and everything stops. Returns the exit code."""
    with simulated_partner(settings, console), simulated_portal(settings), simulated_stripe(settings):
        return asyncio.Runner(loop_factory=_loop).run(_serve(settings, console, demo=demo))


async def _serve(settings: Settings, console: Console, *, demo: Demo | None) -> int:
    server = make_server(settings)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    if serving.done():
        await serving
        return 3
    async with mailbox_page(settings, console):
        _say_where(settings, console)
        code = 0
        if demo is not None:
            code = await show(settings, console, demo)
            server.should_exit = True
        await serving
    return code


# What is open, in the order in which it is told.
_WAYS = (
    ("/shop", "a case on the web"),
    ("/parts", "a part from its CAD file"),
    (f"/kiosk/{SCREEN_OF}", "the screen of a test machine"),
    ("/staff", "for staff"),
    ("/docs", "the API, with examples that run"),
    ("/health", "how it is, for people and monitors"),
)
_BESIDE = {
    "letters": "letters that were sent",
    "stripe": "simulated Stripe: cards, events",
    "crm": "simulated CRM: its boards",
    "partner": "simulated print partner: its ledger",
}


def _say_where(settings: Settings, console: Console) -> None:
    base = settings.base_url
    console.print(
        f"\n[bold]Makeline[/bold] {__version__} is open at [bold][link={base}]{base}[/link][/bold]\n"
    )
    beside = addresses_beside(settings)
    rows = [
        *((f"{base}{path}", what) for path, what in _WAYS),
        *((where, _BESIDE[name]) for name, where in beside.items()),
        (_without_password(settings.database_url), "database"),
        (settings.storage_url, "files"),
    ]
    wide = max(len(where) for where, _ in rows[: len(_WAYS) + len(beside)]) + 2
    for where, what in rows:
        console.print(
            f"  {where:<{wide}}{'' if len(where) < wide else '  '}[dim]{what}[/dim]",
            soft_wrap=True,
            highlight=False,
        )
    say_how_to_try(settings, console)
    console.print(
        f"\nLet yourself in at /staff:         [bold]{create_admin_command(settings)}[/bold]",
        soft_wrap=True,
    )
    console.print("Buy a case from another terminal:  [bold].venv/bin/makeline demo[/bold]")
    console.print("Order a part from its STEP file:   [bold].venv/bin/makeline demo parts[/bold]")
    console.print("Buy a case on the web:             [bold].venv/bin/makeline demo shop[/bold]\n")


def say_how_to_try(settings: Settings, console: Console) -> None:
    """Where a phone, or a browser here, designs a case; as a code where phones can reach it."""
    if settings.security.test_machines != "on":
        return
    page = f"{settings.base_url}/?machine={PHONE_AT}"
    console.print(f"\nDesign a case in a browser:  [bold]{page}[/bold]", soft_wrap=True)
    host = urlsplit(settings.base_url).hostname or ""
    if is_loopback(host) or host == "localhost":
        console.print("For phones in the same network:  [bold]make run HOST=0.0.0.0[/bold]")
        return
    console.print("On a phone in the same network, scan this:\n")
    code = io.StringIO()
    segno.make(page, error="m", micro=False).terminal(out=code, border=2, compact=True)
    console.file.write(code.getvalue())
    console.print(
        "\nEverybody in the network can reach this server now. It is a demo: its secrets are those that it is shipped with."
    )


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rsplit('@', 1)[-1]}"


def _loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()
