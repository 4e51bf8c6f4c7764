"""``makeline create-admin``: the first person who may say who is what. Works beside a running server."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.schemas import Email, NewPassword, Username
from makeline.commerce.accounts.sign_up import NewUser, add_admin, checked_password
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.main.console import console, run_to_end, settings_or_exit
from makeline.main.migrate import migrate
from makeline.main.subscriptions import PROMISES


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
    console.print(f"{wanted.username} is an admin now (user {user_id}). Sign in with POST /login")


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
