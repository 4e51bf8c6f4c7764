"""``makeline anomaly …``: what contradicts itself, seen and settled by staff. Works beside a running server."""

import json
from typing import Annotated

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
from makeline.main.console import DataDir, act_on_database, console

Number = Annotated[int, typer.Argument(help="its number in the list")]

anomaly_commands = typer.Typer(no_args_is_help=True, help=__doc__)


@anomaly_commands.command("list")
def list_all(
    settled: Annotated[bool, typer.Option("--settled", help="settled ones too, newest first")] = False,
    data_dir: DataDir = None,
) -> None:
    """What waits for staff, oldest first."""
    found = act_on_database(
        data_dir, lambda unit: latest_anomalies(unit) if settled else open_anomalies(unit)
    )
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
    _print(act_on_database(data_dir, lambda unit: anomaly_numbered(unit, number)))


@anomaly_commands.command()
def settle(
    number: Number,
    outcome: Annotated[Outcome, typer.Option(help="what was done about it")],
    note: Annotated[str, typer.Option(help="why, for whoever asks later")],
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Take it off the list. It changes no payment, order or stock: do that first."""
    _print(
        act_on_database(
            data_dir, lambda unit: settle_anomaly(unit, number, outcome=outcome, note=note), actor=by
        )
    )


def _print(anomaly: Anomaly) -> None:
    lines = [f"{anomaly.kind} {anomaly.subject}, seen {anomaly.seen_at:%Y-%m-%d %H:%M:%S} UTC"]
    lines.append(json.dumps(anomaly.detail, ensure_ascii=False, indent=2))
    if anomaly.settled_at is not None:
        lines.append(f"{anomaly.outcome} by {anomaly.settled_by}: {anomaly.note}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
