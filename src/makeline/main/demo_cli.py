"""``makeline demo``."""

from typing import Annotated

import typer

from makeline.main.console import DataDir, Port, console, run_to_end, settings_or_exit
from makeline.main.demos import Demo, show


def demo(
    what: Annotated[Demo, typer.Argument(help="what to buy")] = Demo.CASE,
    port: Port = None,
    data_dir: DataDir = None,
    machine: Annotated[str, typer.Option(help="machine to stand at")] = "VM_TEST_MANUFACTURER",
) -> None:
    """Buy a case at a kiosk of the running server or on the web, with a real photograph, or order a part from a STEP file."""
    settings = settings_or_exit(port, data_dir)
    raise typer.Exit(run_to_end(show(settings, console, what, machine=machine)))
