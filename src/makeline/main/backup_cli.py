"""``makeline backup …``: copies of database and files, made beside the running server, checked and brought back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from makeline.adapters.object_store.shelf import Shelf
from makeline.adapters.object_store.storage import open_store
from makeline.foundation.clock import utc_clock
from makeline.foundation.settings import Settings
from makeline.main.backup.create import create_backup
from makeline.main.backup.manifest import Manifest, backup_named, backups_on
from makeline.main.backup.prune import prune_backups
from makeline.main.backup.restore import replace_by_backup, restore_backup
from makeline.main.backup.verify import verify_backup
from makeline.main.console import DataDir, console, run_to_end, settings_or_exit

backup_commands = typer.Typer(no_args_is_help=True, help=__doc__)

Place = Annotated[str, typer.Argument(metavar="PLACE", help="a folder, or s3://bucket/prefix")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="which backup; the newest if not said")]


@backup_commands.command()
def create(place: Place, data_dir: DataDir = None) -> None:
    """Copy database and files as they are; 1 when the storage had lost or spoilt a file before."""
    settings = settings_or_exit(None, data_dir)
    storage, shelf = shelf_at(settings, settings.storage_url), shelf_at(settings, place)
    made = run_to_end(create_backup(settings.database_url, storage, shelf, utc_clock))
    seconds = (made.finished_at - made.begun_at).total_seconds()
    console.print(f"{made.name}: {_sentence(made)}, in {seconds:.1f} s.", highlight=False)
    if made.gone:
        console.print(f"{len(made.gone)} files were deleted meanwhile.")
    for name, fault in made.faulty.items():
        console.print(f"[red]{name}: {fault}[/red]")
    raise typer.Exit(1 if made.faulty else 0)


@backup_commands.command("list")
def list_backups(place: Place, data_dir: DataDir = None) -> None:
    """Every whole backup, oldest first."""
    shelf = shelf_at(settings_or_exit(None, data_dir), place)
    table = Table("name", "begun (UTC)", "version", "schema", "engine", "database", "files")
    for one in backups_on(shelf):
        table.add_row(
            one.name,
            f"{one.begun_at:%Y-%m-%d %H:%M:%S}",
            one.version,
            one.revision,
            one.engine,
            _size(one.database.size),
            f"{one.file_count} ({_size(one.file_bytes)})",
        )
    console.print(table)


@backup_commands.command()
def verify(
    place: Place,
    name: Name = None,
    scratch: Annotated[
        str, typer.Option(help="PostgreSQL server to bring it back on; DATABASE_URL's if not said")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Read it to the last byte, bring it back into a database of its own and ask it everything; 1 when it is not good."""
    settings = settings_or_exit(None, data_dir)
    shelf = shelf_at(settings, place)
    manifest = run_to_end(asyncio.to_thread(backup_named, shelf, name))
    verified = run_to_end(verify_backup(shelf, manifest, scratch=scratch or settings.database_url))
    for problem in verified.problems:
        console.print(f"[red]{problem}[/red]", highlight=False)
    console.print(
        f"{manifest.name}: {_sentence(manifest)}; {len(verified.problems)} problems.", highlight=False
    )
    raise typer.Exit(1 if verified.problems else 0)


@backup_commands.command()
def restore(
    place: Place,
    name: Name = None,
    replace: Annotated[bool, typer.Option("--replace", help="set the present database aside")] = False,
    data_dir: DataDir = None,
) -> None:
    """Bring it back, check it, and put it where DATABASE_URL and STORAGE_URL point. Servers and workers must be stopped."""
    settings = settings_or_exit(None, data_dir)
    shelf, storage = shelf_at(settings, place), shelf_at(settings, settings.storage_url)
    manifest = run_to_end(asyncio.to_thread(backup_named, shelf, name))
    url = settings.database_url
    work = (
        replace_by_backup(shelf, manifest, url, storage, utc_clock)
        if replace
        else restore_backup(shelf, manifest, url, storage)
    )
    done = run_to_end(work)
    console.print(
        f"{manifest.name}: {_sentence(manifest)}; {done.files_written} files written, in {done.seconds:.1f} s.",
        highlight=False,
    )
    if done.aside:
        console.print(f"What was there before is called {done.aside}.", highlight=False)
    console.print(
        "What happened since stands elsewhere: read “After a restore” in the runbook before you start."
    )


@backup_commands.command()
def prune(
    place: Place,
    keep: Annotated[int, typer.Option(min=1, help="so many of the newest stay")],
    data_dir: DataDir = None,
) -> None:
    """Forget older backups, and files that none of the others speaks of."""
    shelf = shelf_at(settings_or_exit(None, data_dir), place)
    pruned = run_to_end(asyncio.to_thread(prune_backups, shelf, utc_clock, keep=keep))
    console.print(f"{len(pruned.names)} backups and {pruned.files} files are gone.")
    if pruned.waits:
        console.print("A backup is being made: files are looked through the next time.")


def shelf_at(settings: Settings, place: str) -> Shelf:
    """A folder or a bucket; buckets with the key and endpoint of the storage."""
    url = place if "://" in place else f"file://{Path(place).absolute()}"
    told = settings.storage
    store = open_store(
        url,
        endpoint=told.s3_endpoint,
        region=told.s3_region,
        access_key=told.s3_access_key,
        secret_key=told.s3_secret_key.get_secret_value(),
    )
    return Shelf(store)


def _sentence(manifest: Manifest) -> str:
    rows = sum(manifest.rows.values())
    return (
        f"database {_size(manifest.database.size)} with {rows} rows, {manifest.file_count} files"
        f" ({_size(manifest.file_bytes)})"
    )


def _size(size: int) -> str:
    return f"{size / 1024:.0f} KiB" if size < 1024**2 else f"{size / 1024**2:.1f} MiB"
