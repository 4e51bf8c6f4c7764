"""``makeline rates …``: the rate cards that parts are priced by. Works beside a running server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.main.console import DataDir, act_on_database, console, run_to_end, settings_or_exit
from makeline.main.rate_paths import STANDING
from makeline.main.subscriptions import PROMISES
from makeline.parts.catalog.materials_csv import materials_csv
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import (
    STANDARD,
    content_numbered,
    current_rates,
    published_cards,
    read_content,
)
from makeline.parts.quotes.effect import Effect
from makeline.parts.quotes.kept import KeptPrice
from makeline.parts.quotes.preview import Draft, effects_of, read_draft, standing_prices, version_text
from makeline.parts.quotes.replay import replay_all

rates_commands = typer.Typer(no_args_is_help=True, help=__doc__)


@rates_commands.command("list")
def list_cards(data_dir: DataDir = None) -> None:
    """Every version, newest first."""
    table = Table("card", "version", "published", "by", "note")
    for row in act_on_database(data_dir, published_cards):
        table.add_row(
            row.card, str(row.version), f"{row.published_at:%Y-%m-%d %H:%M}", row.published_by, row.note
        )
    console.print(table)


@rates_commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="where to write it")],
    version: Annotated[int, typer.Option(help="which version; the newest if not said")] = 0,
    data_dir: DataDir = None,
) -> None:
    """Write a version to a file, to be edited and published again."""
    text = act_on_database(data_dir, lambda unit: content_numbered(unit, STANDARD, version or None))
    if text is None:
        console.print(f"[red]There is no version {version} of {STANDARD}.[/red]")
        raise typer.Exit(1)
    file.write_text(text, encoding="utf-8")
    console.print(f"{STANDARD} is in {file}.", highlight=False)


@rates_commands.command()
def publish(
    file: Annotated[Path, typer.Argument(help="what export wrote, edited")],
    note: Annotated[str, typer.Option(help="what has changed, and why")],
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Price everything from now on by this file. What was priced before keeps its version."""
    text = file.read_text(encoding="utf-8")
    rates = act_on_database(data_dir, lambda unit: publish_rates(unit, _content(text), note=note), actor=by)
    console.print(f"{rates.card} version {rates.version} is what parts are priced by now.", highlight=False)


@rates_commands.command()
def export_materials(
    file: Annotated[Path, typer.Argument(help="where to write it, as CSV")],
    version: Annotated[int, typer.Option(help="which version; the newest if not said")] = 0,
    data_dir: DataDir = None,
) -> None:
    """Write the material prices as a table for a spreadsheet."""
    number = version or act_on_database(data_dir, current_rates).version
    text = act_on_database(data_dir, lambda unit: version_text(unit, number))
    # With a mark in front, by which spreadsheets know the letters.
    file.write_text(materials_csv(read_content(text)), encoding="utf-8-sig", newline="")
    console.print(f"The material prices of version {number} are in {file}.", highlight=False)


@rates_commands.command()
def import_materials(
    file: Annotated[Path, typer.Argument(help="a table with id, form and price_rub_per_kg, as CSV")],
    note: Annotated[str, typer.Option(help="what has changed, and why")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="only say what it would do")] = False,
    by: Annotated[str, typer.Option("--by", help="who decides")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Publish material prices of a table as the next version, or see first what they would do."""
    if not preview and not note.strip():
        console.print("[red]Say with --note what has changed, or look first with --preview.[/red]")
        raise typer.Exit(2)
    table = file.read_text(encoding="utf-8-sig")
    newest = act_on_database(data_dir, current_rates).version

    def look(unit: UnitOfWork) -> tuple[Draft, Mapping[str, tuple[list[KeptPrice], int]]]:
        return read_draft(version_text(unit, newest), (), table), standing_prices(unit, STANDING)

    draft, prices = act_on_database(data_dir, look)
    for difference in draft.differences:
        console.print(difference.words, highlight=False)
    for kind, (effect, total) in effects_of(draft, prices).items():
        console.print(_in_words(kind, effect, total), highlight=False)
    if preview or not draft.differences:
        console.print("Nothing was published.")
        return
    rates = act_on_database(
        data_dir, lambda unit: publish_rates(unit, draft.content, note=note, based_on=newest), actor=by
    )
    console.print(f"{rates.card} version {rates.version} is what parts are priced by now.", highlight=False)


def _in_words(kind: str, effect: Effect, total: int) -> str:
    return (
        f"{kind.replace('_', ' ')}: {effect.count} of {total} priced again, {effect.before} → {effect.after} RUB;"
        f" {effect.dearer} dearer, {effect.cheaper} cheaper, {len(effect.refused)} refused"
    )


@rates_commands.command()
def replay(data_dir: DataDir = None) -> None:
    """Price everything again that was ever promised, each by its own version; 1 when a figure differs."""
    checked, differing = run_to_end(_replay(settings_or_exit(None, data_dir)))
    console.print(f"{checked} prices computed again, {differing} came out otherwise.")
    raise typer.Exit(1 if differing else 0)


async def _replay(settings: Settings) -> tuple[int, int]:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    checked = differing = 0
    try:
        async for replayed in replay_all(database.read):
            checked += 1
            if replayed.differences:
                differing += 1
                console.print(f"[red]price {replayed.kept.id}[/red]", highlight=False)
            for difference in replayed.differences:
                console.print(f"  {difference.words}", highlight=False)
    finally:
        await database.close()
    return checked, differing


def _content(text: str) -> dict[str, object]:
    try:
        return read_content(text)
    except ValueError as error:
        raise Invalid(FieldProblem("file", f"is not JSON: {error}")) from None
