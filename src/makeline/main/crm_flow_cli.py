"""What ``makeline crm`` says of the flow: what differs over there, and what is to be sent again."""

from functools import partial
from typing import Annotated, NamedTuple

import typer
from rich.table import Table

from makeline.crm.drift import DriftTally, drift_page, drift_tallies
from makeline.crm.line import line_of, mark_checked
from makeline.crm.models import Drift, Line
from makeline.crm.want import want_one, want_stuck
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.console import act_on_database, console
from makeline.main.crm_cli import DataDir, crm_commands

__all__ = ["crm_commands"]
_MOST_SHOWN = 500


class _Report(NamedTuple):
    line: Line | None
    totals: list[DriftTally]
    shown: list[Drift]


@crm_commands.command()
def drift(
    check: Annotated[
        bool, typer.Option("--check", help="let the worker hold everything against the CRM first, soon")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """What says otherwise in the CRM, field by field, as it was found last; 1 when something does."""
    if check:
        act_on_database(data_dir, partial(mark_checked, at=None))
        console.print("Everything will be held against the CRM; ask again in a minute.")
        return
    found = act_on_database(data_dir, _report)
    shown = Table("of a", "number", "over there", "field", "ours", "theirs")
    for one in found.shown:
        ours = "" if one.our_id is None else str(one.our_id)
        shown.add_row(one.entity.value, ours, str(one.remote_id), one.field, one.ours, one.theirs)
    if found.shown:
        console.print(shown)
    checked = found.line.checked_at if found.line else None
    since = f"{checked:%Y-%m-%d %H:%M}" if checked else "never"
    count = sum(total.count for total in found.totals)
    console.print(f"{count} fields differ; everything was last held against the CRM: {since}.")
    if count:
        raise typer.Exit(1)


@crm_commands.command()
def retry(
    number: Annotated[
        int | None, typer.Argument(help="its number in the queue; all that failed without one")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Send something to the CRM again, whatever kept it back. What was deleted over there is made anew."""
    if number is None:
        console.print(f"{act_on_database(data_dir, want_stuck)} are sent again.")
        return
    item = act_on_database(data_dir, partial(want_one, item_id=number))
    console.print(f"{item.entity.value} {item.our_id} is sent again.")


def _report(unit: UnitOfWork) -> _Report:
    return _Report(line_of(unit), drift_tallies(unit), drift_page(unit, limit=_MOST_SHOWN, before_id=None))
