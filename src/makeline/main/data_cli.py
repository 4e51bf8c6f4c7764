"""``makeline migrate``, ``makeline seed`` and ``makeline verify``."""

from typing import Annotated

import typer

from makeline.foundation.settings import Settings
from makeline.main.console import DataDir, console, run_to_end, settings_or_exit
from makeline.main.fill import fill_shop
from makeline.main.invariants import INVARIANTS, Violation, violations
from makeline.main.migrate import migrate as migrate_schema
from makeline.main.sandbox import restore_sandbox
from makeline.main.wiring import build_house


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the present schema."""
    migrate_schema(settings_or_exit(None, data_dir).database_url)
    console.print("The schema is up to date.")


def seed(
    data_dir: DataDir = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="restore the examples of the documents")] = False,
) -> None:
    """Fill an empty database with the sample shop."""
    settings = settings_or_exit(None, data_dir)
    migrate_schema(settings.database_url)
    fresh = run_to_end(fill_shop(settings))
    console.print(
        "The sample shop is there." if fresh else "There are machines already; nothing was changed."
    )
    if sandbox:
        made = run_to_end(_restore(settings))
        console.print(f"The examples of the documents are there; {made} were made anew.")


def verify(data_dir: DataDir = None) -> None:
    """Check what must always hold, over everything in the database; 1 when something does not."""
    found = run_to_end(_verify(settings_or_exit(None, data_dir)))
    for violation in found:
        console.print(f"[red]{violation}[/red]")
    console.print(f"{len(INVARIANTS)} rules checked, {len(found)} broken.")
    raise typer.Exit(1 if found else 0)


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
