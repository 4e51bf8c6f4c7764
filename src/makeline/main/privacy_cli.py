"""``makeline privacy …``: customers' pictures, erased on request. Works beside a running server."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from makeline.cases.privacy.belongings import files_called
from makeline.cases.privacy.clocks import Clocks
from makeline.cases.privacy.erase import Erased, erase_order, erase_session
from makeline.commerce.files.accesses import Access, accesses_to
from makeline.commerce.files.links import Audience
from makeline.commerce.files.models import StoredFile
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.console import DataDir, act_on_database, console, settings_or_exit

privacy_commands = typer.Typer(no_args_is_help=True, help=__doc__)


def clocks_of(settings: Settings) -> Clocks:
    """How long pictures stay, as the settings have it."""
    told = settings.privacy
    return Clocks(
        unordered=timedelta(hours=told.keep_unordered_hours),
        photos=timedelta(days=told.keep_photos_days),
        prints=timedelta(days=told.keep_prints_days),
        drafts=timedelta(days=told.keep_drafts_days),
    )


@privacy_commands.command()
def erase(
    called: Annotated[
        str, typer.Argument(metavar="ORDER|SESSION", help="an order's number, or a session's id")
    ],
    by: Annotated[str, typer.Option("--by", help="who decides; it stands in the history")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Erase a customer's photographs and what was made of them; a print that is paid is made before its file goes."""
    clocks = clocks_of(settings_or_exit(None, data_dir))

    def work(unit: UnitOfWork) -> Erased:
        if called.startswith("ORDER_"):
            return erase_order(unit, called, clocks)
        return erase_session(unit, called, clocks)

    erased = act_on_database(data_dir, work, actor=by)
    waits = f" {erased.waiting} wait until their print is made, or are another customer's too." * bool(
        erased.waiting
    )
    console.print(f"{erased.gone} files of {called} are gone for everybody.{waits}", soft_wrap=True)


@privacy_commands.command()
def accesses(
    called: Annotated[
        str, typer.Argument(metavar="ORDER|SESSION", help="an order's number, or a session's id")
    ],
    data_dir: DataDir = None,
) -> None:
    """Tell who fetched a customer's pictures and when; places are marks that change every day, not addresses."""
    settings_or_exit(None, data_dir)

    def look(unit: UnitOfWork) -> list[tuple[StoredFile, list[Access]]]:
        return [(file, accesses_to(unit, file.id)) for file in files_called(unit, called)]

    found = act_on_database(data_dir, look)
    table = Table("file", "for whom", "from", "times", "first", "last")
    for file, fetched in found:
        for access in fetched:
            first, last = (f"{at:%Y-%m-%d %H:%M:%S}" for at in (access.first_at, access.last_at))
            whom = "print partner" if access.audience is Audience.MANUFACTURER else "customer"
            table.add_row(file.name, whom, access.place, str(access.times), first, last)
    console.print(table)
    over = sum(file.ended_at is not None for file, _ in found)
    console.print(f"{len(found)} files, {over} of them gone.")
