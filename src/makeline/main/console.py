"""How the command line reads settings, runs work and speaks."""

import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console

from makeline.foundation.database import open_database
from makeline.foundation.logs import set_up_logs
from makeline.foundation.settings import InsecureSettings, Settings, read_settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Refusal
from makeline.main.subscriptions import PROMISES

T = TypeVar("T")

Port = Annotated[int | None, typer.Option(help="port to listen on (PORT)")]
DataDir = Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")]

# Tables need room; a pipe has no width of its own.
console = Console(width=None if sys.stdout.isatty() else 132)


def settings_or_exit(port: int | None, data_dir: Path | None) -> Settings:
    """The settings, with these two from the command line; what is wrong with them is said in sentences."""
    place_said(port, data_dir)
    try:
        settings = read_settings()
    except InsecureSettings as error:
        console.print(f"[red]Makeline does not start: {error}[/red]")
        raise typer.Exit(2) from None
    except ValidationError as error:
        # The value itself is not shown: it may be a secret.
        for fault in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in fault["loc"]).upper()
            console.print(f"[red]{name}: {fault['msg']}[/red]")
        raise typer.Exit(2) from None
    set_up_logs(settings.place.log_level, plain=settings.place.log_plain)
    return settings


def place_said(port: int | None, data_dir: Path | None) -> None:
    """What the command line says about the place wins over the environment."""
    if port is not None:
        os.environ["PORT"] = str(port)
    if data_dir is not None:
        os.environ["DATA_DIR"] = str(data_dir)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; a refusal is one sentence and exit code 1."""
    try:
        return uvloop.run(work)
    except Refusal as refusal:
        console.print(f"[red]{refusal.message}[/red]")
        raise typer.Exit(1) from None


def act_on_database(
    data_dir: Path | None, work: Callable[[UnitOfWork], T], *, actor: str = "command line"
) -> T:
    """Run one unit on the server's database, which may be running; ``actor`` stands in the history."""
    return run_to_end(_in_a_unit(settings_or_exit(None, data_dir), work, actor))


async def _in_a_unit(settings: Settings, work: Callable[[UnitOfWork], T], actor: str) -> T:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    try:
        return await database.begin(work, actor=actor)
    finally:
        await database.close()
