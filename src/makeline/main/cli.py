"""The command line: run · serve · work · migrate · seed · verify · demo · create-admin · account · partner · machine · anomaly · job · outbox
· catalogue · rates · crm."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from makeline import __version__
from makeline.foundation.heap import share_one_heap
from makeline.foundation.settings import Settings
from makeline.main.account_cli import account_commands, create_admin
from makeline.main.addresses import public_url
from makeline.main.anomaly_cli import anomaly_commands
from makeline.main.catalogue_cli import catalogue_commands
from makeline.main.certify_cli import certify
from makeline.main.console import console, run_to_end, settings_or_exit
from makeline.main.crm_flow_cli import crm_commands
from makeline.main.demos import Demo, show
from makeline.main.floor_cli import job_commands, outbox_commands
from makeline.main.invariants import INVARIANTS, Violation, violations
from makeline.main.machine_cli import machine_commands
from makeline.main.migrate import migrate as migrate_schema
from makeline.main.order_cli import order_commands
from makeline.main.partner_check_cli import check
from makeline.main.partner_cli import partner_commands
from makeline.main.privacy_cli import privacy_commands
from makeline.main.rates_cli import rates_commands
from makeline.main.sandbox import restore_sandbox
from makeline.main.seed import seed_shop, stock_shop
from makeline.main.serve import serve_app, serve_embedded
from makeline.main.wiring import build_house
from makeline.main.worker import Worker
from makeline.parts.catalog.publish import publish_shipped

cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
cli.command()(create_admin)
partner_commands.command()(certify)
partner_commands.command()(check)
cli.add_typer(account_commands, name="account")
cli.add_typer(partner_commands, name="partner")
cli.add_typer(job_commands, name="job")
cli.add_typer(order_commands, name="order")
cli.add_typer(privacy_commands, name="privacy")
cli.add_typer(outbox_commands, name="outbox")
cli.add_typer(anomaly_commands, name="anomaly")
cli.add_typer(machine_commands, name="machine")
cli.add_typer(catalogue_commands, name="catalogue")
cli.add_typer(rates_commands, name="rates")
cli.add_typer(crm_commands, name="crm")


def _tell_version(wanted: bool) -> None:
    if wanted:
        console.print(f"makeline {__version__}", highlight=False)
        raise typer.Exit


Port = Annotated[int | None, typer.Option(help="port to listen on (PORT)")]
DataDir = Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")]


@cli.callback()
def about(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="which version this is")
    ] = False,
) -> None:
    """What holds for every command; the help is the module's."""


def main() -> int:
    """Entry of the ``makeline`` command."""
    uvloop.install()
    cli()
    return 0


@cli.command()
def run(
    port: Port = None,
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="address to listen on (HOST); 0.0.0.0: for phones too")
    ] = None,
    public: Annotated[str | None, typer.Option("--public-url", help="address in links (BASE_URL)")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="buy a case, then stop")] = False,
    demo_parts: Annotated[bool, typer.Option("--demo-parts", help="order a part, then stop")] = False,
    demo_shop: Annotated[bool, typer.Option("--demo-shop", help="buy a case on the web, then stop")] = False,
) -> None:
    """Everything in one: migrate, seed, simulated print partner, web server and worker."""
    if host:
        os.environ["HOST"] = host
    if public:
        os.environ["BASE_URL"] = public
    # A person is watching: only what goes wrong, unless LOG_LEVEL asks for more.
    os.environ.setdefault("LOG_LEVEL", "warning")
    # And wants something to try with.
    os.environ.setdefault("DEMO_FILES", "on")
    settings = settings_or_exit(port, data_dir)
    if not settings.place.base_url:
        os.environ["BASE_URL"] = public_url(settings.place.host, settings.place.port)
        settings = settings_or_exit(port, data_dir)
    migrate_schema(settings.database_url)
    run_to_end(_seed(settings))
    wanted = next((one for one, told in ((Demo.PARTS, demo_parts), (Demo.SHOP, demo_shop)) if told), None)
    wanted = wanted or (Demo.CASE if demo else None)
    raise typer.Exit(serve_embedded(settings, console, demo=wanted))


@cli.command()
def serve(port: Port = None, data_dir: DataDir = None) -> None:
    """The web server alone (with a worker inside unless WORKER=apart)."""
    serve_app(settings_or_exit(port, data_dir))


@cli.command()
def work(data_dir: DataDir = None) -> None:
    """A worker alone."""
    settings = settings_or_exit(None, data_dir)
    run_to_end(_work(settings))


@cli.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the present schema."""
    migrate_schema(settings_or_exit(None, data_dir).database_url)
    console.print("The schema is up to date.")


@cli.command()
def seed(
    data_dir: DataDir = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="restore the examples of the documents")] = False,
) -> None:
    """Fill an empty database with the sample shop."""
    settings = settings_or_exit(None, data_dir)
    migrate_schema(settings.database_url)
    fresh = run_to_end(_seed(settings))
    console.print(
        "The sample shop is there." if fresh else "There are machines already; nothing was changed."
    )
    if sandbox:
        made = run_to_end(_restore(settings))
        console.print(f"The examples of the documents are there; {made} were made anew.")


@cli.command()
def verify(data_dir: DataDir = None) -> None:
    """Check what must always hold, over everything in the database; 1 when something does not."""
    found = run_to_end(_verify(settings_or_exit(None, data_dir)))
    for violation in found:
        console.print(f"[red]{violation}[/red]")
    console.print(f"{len(INVARIANTS)} rules checked, {len(found)} broken.")
    raise typer.Exit(1 if found else 0)


@cli.command()
def demo(
    what: Annotated[Demo, typer.Argument(help="what to buy")] = Demo.CASE,
    port: Port = None,
    data_dir: DataDir = None,
    machine: Annotated[str, typer.Option(help="machine to stand at")] = "VM_TEST_MANUFACTURER",
) -> None:
    """Buy a case at a kiosk of the running server or on the web, with a real photograph, or order a part from a STEP file."""
    settings = settings_or_exit(port, data_dir)
    raise typer.Exit(run_to_end(show(settings, console, what, machine=machine)))


async def _seed(settings: Settings) -> bool:
    house = await build_house(settings)
    try:
        await house.database.begin(publish_shipped, actor="makeline")
        fresh = await house.database.begin(seed_shop, actor="seed")
        if fresh:
            await house.database.begin(stock_shop, actor="seed")
            await restore_sandbox(house)
            # The examples have taken blanks: a fresh shop is full.
            await house.database.begin(stock_shop, actor="seed")
    finally:
        await house.close()
    return fresh


async def _restore(settings: Settings) -> int:
    house = await build_house(settings)
    try:
        return await restore_sandbox(house)
    finally:
        await house.close()


async def _verify(settings: Settings) -> list[Violation]:
    house = await build_house(settings)
    try:
        return await house.database.read(violations)
    finally:
        await house.close()


async def _work(settings: Settings) -> None:
    share_one_heap()
    house = await build_house(settings)
    worker = Worker(house)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await house.close()


if __name__ == "__main__":
    sys.exit(main())
