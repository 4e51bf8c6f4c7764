"""``makeline anomaly …``: what contradicts itself, seen and settled by staff. Works beside a running server."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from makeline.foundation.anomalies import (
    Anomaly,
    Outcome,
    anomaly_numbered,
    latest_anomalies,
    open_anomalies,
    settle_anomaly,
)
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.console import console, run_to_end, settings_or_exit
from makeline.main.subscriptions import PROMISES

T = TypeVar("T")

DataDir = Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")]
Number = Annotated[int, typer.Argument(help="its number in the list")]

anomaly_commands = typer.Typer(no_args_is_help=True, help=__doc__)


@anomaly_commands.command("list")
def list_all(
    settled: Annotated[bool, typer.Option("--settled", help="settled ones too, newest first")] = False,
    data_dir: DataDir = None,
) -> None:
    """What waits for staff, oldest first."""
    found = _act(data_dir, lambda unit: latest_anomalies(unit) if settled else open_anomalies(unit))
    table = Table("number", "seen", "kind", "about", "outcome")
    for each in found:
        table.add_row(
            str(each.id), f"{each.seen_at:%Y-%m-%d %H:%M}", each.kind, each.subject, each.outcome or "open"
        )
    console.print(table)
    console.print(f"{sum(each.settled_at is None for each in found)} wait for staff.")


@anomaly_commands.command()
def show(number: Number, data_dir: DataDir = None) -> None:
    """One of them, with everything that was noted."""
    _print(_act(data_dir, lambda unit: anomaly_numbered(unit, number)))


@anomaly_commands.command()
def settle(
    number: Number,
    outcome: Annotated[Outcome, typer.Option(help="what was done about it")],
    note: Annotated[str, typer.Option(help="why, for whoever asks later")],
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Take it off the list. It changes no payment, order or stock: do that first."""
    _print(_act(data_dir, lambda unit: settle_anomaly(unit, number, outcome=outcome, note=note), actor=by))


def _act(data_dir: Path | None, work: Callable[[UnitOfWork], T], *, actor: str = "command line") -> T:
    return run_to_end(_in_a_unit(settings_or_exit(None, data_dir), work, actor))


async def _in_a_unit(settings: Settings, work: Callable[[UnitOfWork], T], actor: str) -> T:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    try:
        return await database.begin(work, actor=actor)
    finally:
        await database.close()


def _print(anomaly: Anomaly) -> None:
    lines = [f"{anomaly.kind} {anomaly.subject}, seen {anomaly.seen_at:%Y-%m-%d %H:%M:%S} UTC"]
    lines.append(json.dumps(anomaly.detail, ensure_ascii=False, indent=2))
    if anomaly.settled_at is not None:
        lines.append(f"{anomaly.outcome} by {anomaly.settled_by}: {anomaly.note}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
