"""``makeline machine …``: set machines up. Works beside a running server."""

from pathlib import Path
from typing import Annotated

import typer

from makeline.cases.machines.enrol import make_enrolment_code
from makeline.cases.machines.queries import machine_called
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.main.console import act_on_database, console

machine_commands = typer.Typer(no_args_is_help=True, help=__doc__)


@machine_commands.callback()
def _group() -> None:
    """Set machines up; works beside a running server."""


@machine_commands.command("enrol-code")
def enrol_code(
    key: Annotated[str, typer.Argument(help="the machine's key")],
    data_dir: Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")] = None,
) -> None:
    """A code to be typed at the machine, good once and for 15 minutes."""
    code = act_on_database(data_dir, lambda unit: _code(unit, key))
    console.print(f"Code for {key}: [bold]{code}[/bold]", highlight=False)
    console.print("Good once, for 15 minutes. At the machine: POST /v1/machines/enrol")


def _code(unit: UnitOfWork, key: str) -> str:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    return make_enrolment_code(unit, machine)
