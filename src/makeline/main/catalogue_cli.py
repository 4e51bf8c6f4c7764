"""``makeline catalogue …``: what is on offer, and which of the partner's models is which of ours.

Works beside a running server.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.history import latest_changes
from makeline.cases.catalog.links import link_model, unresolved_models
from makeline.cases.catalog.sheet import sheet_of
from makeline.cases.catalog.sheet_csv import read_csv, sheet_csv
from makeline.cases.catalog.wishes import Difference, differences_of
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.console import DataDir, act_on_database, console

catalogue_commands = typer.Typer(no_args_is_help=True, help=__doc__)


@catalogue_commands.command()
def unresolved(data_dir: DataDir = None) -> None:
    """What the partner lists and nobody has linked, with what its name suggests. It is neither sold nor counted."""
    table = Table("partner's model", "his name for it", "his brand", "proposed")
    for each in act_on_database(data_dir, unresolved_models):
        table.add_row(each.partner_model, each.name, each.partner_brand, each.proposed or "")
    console.print(table)


@catalogue_commands.command()
def link(
    model: Annotated[str, typer.Argument(help="our model: id, CN code or name")],
    partner_model: Annotated[str, typer.Argument(help="the partner's id of it: MM…")],
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Say that both are the same phone. A link that stands is never turned."""
    ours = act_on_database(data_dir, lambda unit: link_model(unit, model, partner_model), actor=by)
    console.print(f"{partner_model} is {ours}. The next sync counts its blanks.", highlight=False)


@catalogue_commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="where to write it, as CSV")], data_dir: DataDir = None
) -> None:
    """Write every price and what is on sale as a table for a spreadsheet."""
    sheet = act_on_database(data_dir, sheet_of)
    # With a mark in front, by which spreadsheets know the letters.
    file.write_text(sheet_csv(sheet), encoding="utf-8-sig", newline="")
    console.print(f"{len(sheet)} values are in {file}.", highlight=False)


@catalogue_commands.command(name="import")
def import_offers(
    file: Annotated[Path, typer.Argument(help="what export wrote, edited; only what differs is changed")],
    reason: Annotated[str, typer.Option(help="why it changes")] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="only say line by line what it would do")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Change prices and what is on sale by a table, or see first what it would do."""
    if not preview and not reason.strip():
        console.print("[red]Say with --reason why, or look first with --preview.[/red]")
        raise typer.Exit(2)
    text = file.read_text(encoding="utf-8-sig")

    def work(unit: UnitOfWork) -> tuple[int, list[Difference]]:
        wishes = read_csv(text)
        if preview:
            return len(wishes), differences_of(sheet_of(unit), wishes)
        return len(wishes), change_offers(unit, wishes, reason=reason)

    rows, found = act_on_database(data_dir, work, actor=by)
    for difference in found:
        console.print(f"{difference.row}: {difference.words}", highlight=False)
    done = "would change" if preview else "changed"
    console.print(f"{rows} rows read, {len(found)} values {done}.", highlight=False)


@catalogue_commands.command()
def history(
    most: Annotated[int, typer.Option(help="so many at most")] = 50, data_dir: DataDir = None
) -> None:
    """What was changed on offer, by whom and why, newest first."""
    table = Table("when", "by", "what", "old", "new", "reason")
    rows, _ = act_on_database(data_dir, lambda unit: latest_changes(unit, most=most))
    for row in rows:
        when, what = f"{row.changed_at:%Y-%m-%d %H:%M}", f"{row.kind} {row.item} {row.field}"
        table.add_row(when, row.changed_by, what, row.old, row.new, row.reason)
    console.print(table)
