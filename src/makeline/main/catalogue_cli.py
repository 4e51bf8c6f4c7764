"""``makeline catalogue …``: which of the partner's models is which of ours. Works beside a running server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from makeline.cases.catalog.links import link_model, unresolved_models
from makeline.main.console import act_on_database, console

DataDir = Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")]

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
