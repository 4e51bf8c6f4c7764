"""``makeline create-admin``: the first person who may say who is what. ``makeline account``: what admins do for people who are
locked out. Works beside a running server."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.schemas import Email, NewPassword, Username
from makeline.commerce.accounts.second_factor import reset_second_factor
from makeline.commerce.accounts.sign_up import NewUser, add_admin, checked_password
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.main.console import act_on_database, console, run_to_end, settings_or_exit
from makeline.main.migrate import migrate
from makeline.main.subscriptions import PROMISES

account_commands = typer.Typer(no_args_is_help=True, help="People who cannot get in.")


class _Wanted(BaseModel):
    username: Username
    password: NewPassword
    email: Email | None = None


def create_admin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="user name of the new admin")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="read the password from standard input")
    ] = False,
    email: Annotated[str | None, typer.Option(help="e-mail address")] = None,
    more: Annotated[bool, typer.Option("--more", help="although there is an admin already")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")] = None,
) -> None:
    """Make the first admin; the password never stands on the command line."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        wanted = _Wanted(username=name, password=password, email=email or None)
    except ValidationError as error:
        # The value itself is not shown: it may be the password.
        for fault in error.errors(include_input=False, include_url=False):
            console.print(f"[red]{fault['loc'][0]}: {fault['msg']}[/red]")
        raise typer.Exit(2) from None
    settings = settings_or_exit(None, data_dir)
    migrate(settings.database_url)
    user_id = run_to_end(_create(settings, wanted, further=more))
    console.print(
        f"{wanted.username} is an admin now (user {user_id}). Sign in at /staff, or with POST /login"
    )


@account_commands.command("reset-second-factor")
def take_second_factor_away(
    name: Annotated[str, typer.Argument(metavar="NAME", help="user name of who has lost it")],
    data_dir: Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")] = None,
) -> None:
    """Take somebody's second factor away and end all his sign-ins; he sets up a new one when he signs in next."""

    def reset(unit: UnitOfWork) -> None:
        known = known_by_name(unit, name)
        if known is None:
            raise NotFound(f"there is no user {name}")
        reset_second_factor(unit, known.user_id)

    act_on_database(data_dir, reset)
    console.print(f"{name} has no second factor any more, and is signed out everywhere")


async def _create(settings: Settings, wanted: _Wanted, *, further: bool) -> int:
    passwords = PasswordPool(waiting=1)
    password_hash = await passwords.hash(checked_password(wanted.password, wanted.username))
    await passwords.close()
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    new = NewUser(wanted.username, wanted.email or "")
    try:
        return await database.begin(
            lambda unit: add_admin(unit, new, password_hash=password_hash, further=further),
            actor="command line",
        )
    finally:
        await database.close()
