"""``makeline machine …``: set machines up. Works beside a running server."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from makeline.cases.machines.enrol import make_enrolment_code
from makeline.cases.machines.models import Machine
from makeline.cases.machines.pause import PauseEntry, pause_machine, pauses_of, resume_machine
from makeline.cases.machines.places import place_text, set_place
from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.machines.zones import set_zone
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.main.console import DataDir, act_on_database, console

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


Key = Annotated[str, typer.Argument(metavar="KEY", help="the machine's key or its device")]
By = Annotated[str, typer.Option("--by", help="who decides; it stands in the history")]


@machine_commands.command("list")
def list_machines(data_dir: DataDir = None) -> None:
    """All machines, and which of them are paused."""
    table = Table("machine", "device", "paused since", "because")
    for machine in act_on_database(data_dir, lambda unit: list(fleet(unit).by_id.values())):
        since = f"{machine.paused_at:%Y-%m-%d %H:%M}" if machine.paused_at else ""
        table.add_row(machine.key, machine.device, since, machine.pause_reason or "")
    console.print(table)


@machine_commands.command()
def pause(
    key: Key,
    reason: Annotated[str, typer.Option(help="why; it is shown to whoever asks")],
    by: By = "command line",
    data_dir: DataDir = None,
) -> None:
    """Sell nothing there and hand none of its prints over until it is resumed; what the partner has already goes on."""
    machine = act_on_database(data_dir, lambda unit: pause_machine(unit, key, reason=reason), actor=by)
    console.print(f"{machine.key} is paused.")


@machine_commands.command()
def resume(
    key: Key,
    reason: Annotated[str, typer.Option(help="why; it stands in the history")] = "it can go on",
    by: By = "command line",
    data_dir: DataDir = None,
) -> None:
    """Hand its prints over again."""
    machine = act_on_database(data_dir, lambda unit: resume_machine(unit, key, reason=reason), actor=by)
    console.print(f"{machine.key} goes on.")


@machine_commands.command()
def history(key: Key, data_dir: DataDir = None) -> None:
    """When it was paused and resumed, by whom and why; newest first."""
    table = Table("when", "it is", "who", "why")
    for entry in act_on_database(data_dir, lambda unit: _pauses(unit, key)):
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M}", entry.to_state, entry.actor, entry.cause)
    console.print(table)


@machine_commands.command()
def zone(
    key: Key,
    name: Annotated[str, typer.Argument(metavar="ZONE", help="as Europe/London")],
    data_dir: DataDir = None,
) -> None:
    """Say by which clock its customers live; their pages and receipts show it."""
    machine = act_on_database(data_dir, lambda unit: set_zone(unit, key, name))
    console.print(f"{machine.key}: {machine.zone}.")


@machine_commands.command()
def place(
    key: Key,
    latitude: Annotated[str, typer.Option(help="degrees north, as 51.50103; south is negative")],
    longitude: Annotated[str, typer.Option(help="degrees east, as -0.1246 for what is west")],
    by: By = "command line",
    data_dir: DataDir = None,
) -> None:
    """Say where it stands; the map of the staff pages shows it there."""
    north, east = _degrees(latitude), _degrees(longitude)
    machine = act_on_database(
        data_dir, lambda unit: set_place(unit, key, latitude=north, longitude=east), actor=by
    )
    console.print(f"{machine.key}: {place_text(machine)}.")


def _degrees(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no figure of degrees") from None


def _code(unit: UnitOfWork, key: str) -> str:
    return make_enrolment_code(unit, _known(unit, key))


def _pauses(unit: UnitOfWork, key: str) -> list[PauseEntry]:
    return pauses_of(unit, _known(unit, key).id)


def _known(unit: UnitOfWork, key: str) -> Machine:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    return machine
