"""``makeline partner …``: who may call, with which keys, from which networks. Works beside a running server."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from makeline.adapters.print_partner.client import PartnerClient
from makeline.cases.machines.access import KEYS, NETWORKS, KnownKey
from makeline.cases.machines.assign import assign_machine
from makeline.cases.machines.audit import signed_calls_of
from makeline.cases.machines.free_orders import CURRENCY, choose_free_order_amount
from makeline.cases.machines.keys import IssuedKey, issue_key, revoke_key
from makeline.cases.machines.partners import (
    add_partner,
    choose_limit,
    choose_version,
    list_networks,
    partner_called,
)
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import scopes_named
from makeline.cases.machines.signatures import signing_secrets
from makeline.cases.stock.sync import Listing, sync_stock
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money, NotMoney
from makeline.main.certify_cli import certify
from makeline.main.console import DataDir, act_on_database, console, run_to_end, settings_or_exit
from makeline.main.partner_check_cli import check
from makeline.main.subscriptions import PROMISES
from makeline.main.wiring import partner_account

Name = Annotated[str, typer.Argument(help="the partner's name")]
_SHOWN_ONCE = (
    "Both are shown this once. Keep them where secrets are kept; whoever holds one of them is the partner."
)


partner_commands = typer.Typer(no_args_is_help=True, help=__doc__)
partner_commands.command()(certify)
partner_commands.command()(check)


@partner_commands.command()
def add(name: Name, data_dir: DataDir = None) -> None:
    """A new partner, without machines and keys."""
    act_on_database(data_dir, lambda unit: add_partner(unit, name))
    console.print(f"{name} is a partner now. Next: makeline partner machines {name} KEY…")


@partner_commands.command()
def version(
    name: Name, number: Annotated[str, typer.Argument(help="2.1 or 2.2")], data_dir: DataDir = None
) -> None:
    """Which version of the documents a partner reads where his calls name none."""
    act_on_database(data_dir, lambda unit: choose_version(unit, partner_called(unit, name), number))
    console.print(f"{name} is answered as version {number} has it.")


@partner_commands.command()
def limit(
    name: Name,
    calls: Annotated[int | None, typer.Argument(help="calls a minute; none: the usual again")] = None,
    data_dir: DataDir = None,
) -> None:
    """How often a minute a partner, or a machine of his that a call names, may call; acts at once."""
    act_on_database(data_dir, lambda unit: choose_limit(unit, partner_called(unit, name), calls))
    console.print(f"{name} may call {calls} times a minute." if calls else f"{name} has the usual limit.")


@partner_commands.command()
def free(
    name: Name,
    amount: Annotated[str, typer.Argument(help="in pounds, as 0.01; off: no more")],
    data_dir: DataDir = None,
) -> None:
    """Whether a partner's machines make free orders of the webstore, and what he is told that one costs."""
    told = None if amount == "off" else _pounds(amount)
    act_on_database(data_dir, lambda unit: choose_free_order_amount(unit, partner_called(unit, name), told))
    if told is None:
        console.print(f"{name}'s machines make no free orders.")
    else:
        console.print(f"{name}'s machines make free orders; he is told that one costs {told}.")


@partner_commands.command()
def calls(
    name: Name,
    most: Annotated[int, typer.Option(min=1, max=1000, help="so many")] = 50,
    data_dir: DataDir = None,
) -> None:
    """Signed calls of a partner that changed something, newest first, with the hash of what was sent."""
    found = act_on_database(
        data_dir, lambda unit: signed_calls_of(unit, partner_called(unit, name), most=most)
    )
    for call in found:
        line = (
            f"{call.at:%Y-%m-%d %H:%M:%S} {call.key} {call.method} {call.path} from {call.address}, "
            f"{call.body_bytes} bytes {call.body_sha256}, request {call.request_id or 'unknown'}"
        )
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if not found:
        console.print("None.")


@partner_commands.command()
def machines(
    name: Name, keys: Annotated[list[str], typer.Argument(help="machines")], data_dir: DataDir = None
) -> None:
    """Let a partner operate these machines from now on."""
    act_on_database(data_dir, lambda unit: _assign(unit, name, keys))
    console.print(f"{name} operates {', '.join(keys)}.")


@partner_commands.command()
def key(
    name: Name,
    scope: Annotated[
        list[str] | None, typer.Option(help="pay, print, stock, images, sessions or all; repeatable")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="for this machine of his alone")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="days until it expires")] = None,
    data_dir: DataDir = None,
) -> None:
    """A further API key; keys that exist stay good until they are revoked."""
    issued = act_on_database(data_dir, lambda unit: _issue(unit, name, scope or [], machine, days))
    secret = signing_secrets(settings_or_exit(None, data_dir).signing_keys, issued.secret_hash)[0]
    console.print(f"API key   [bold]{issued.text}[/bold]", highlight=False, soft_wrap=True)
    console.print(f"signing   [bold]{secret}[/bold]  (for signed calls)", highlight=False, soft_wrap=True)
    console.print(_SHOWN_ONCE)


@partner_commands.command()
def keys(
    name: Annotated[str | None, typer.Argument(help="of this partner alone")] = None,
    data_dir: DataDir = None,
) -> None:
    """All keys with what they are good for; never the secret part."""
    found = act_on_database(data_dir, lambda unit: unit.all(KEYS))
    console.print(_table([known for known in found if name in (None, known.partner)]))


@partner_commands.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="first part of the key: mk_XXXXXXXX")],
    data_dir: DataDir = None,
) -> None:
    """The key opens nothing any more, on a running server within half a second."""
    done = act_on_database(data_dir, lambda unit: revoke_key(unit, prefix))
    console.print(f"{prefix[:11]} is revoked." if done else f"{prefix[:11]} was revoked already.")


@partner_commands.command()
def networks(
    name: Name,
    cidr: Annotated[list[str] | None, typer.Argument(help="these and no others; none: show")] = None,
    none: Annotated[bool, typer.Option("--none", help="take all of them away")] = False,
    data_dir: DataDir = None,
) -> None:
    """Networks whose callers count as this partner when they show nothing else."""
    if cidr or none:
        act_on_database(data_dir, lambda unit: list_networks(unit, partner_called(unit, name), cidr or []))
    for known in act_on_database(data_dir, lambda unit: unit.all(NETWORKS)):
        if known.partner == name:
            console.print(known.text, highlight=False)


@partner_commands.command()
def sync(
    machine: Annotated[list[str] | None, typer.Argument(help="these; none: all but test machines")] = None,
    data_dir: DataDir = None,
) -> None:
    """Ask the print partner what lies in the machines: sizes, and new counts of blanks. Fresh answers are kept."""
    found = run_to_end(_sync(settings_or_exit(None, data_dir), machine or []))
    table = Table("machine", "brand", "as of", "incomplete", "trouble")
    for listing in found:
        as_of = f"{listing.heard_at:%Y-%m-%d %H:%M:%S}" if listing.heard_at else "never"
        old = " (old)" if listing.trouble else ""
        incomplete = ", ".join(listing.incomplete)
        table.add_row(listing.machine, listing.partner_brand, as_of + old, incomplete, listing.trouble or "")
    console.print(table)


async def _sync(settings: Settings, machine_keys: list[str]) -> list[Listing]:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    client = PartnerClient(partner_account(settings))
    try:
        return await sync_stock(database.begin, client, machine_keys)
    finally:
        await client.close()
        await database.close()


def _pounds(text: str) -> Money:
    try:
        return Money.of(text, CURRENCY)
    except NotMoney as error:
        raise typer.BadParameter(f"an amount such as 0.01, or off: {error}") from None


def _assign(unit: UnitOfWork, name: str, keys: list[str]) -> None:
    partner_id = partner_called(unit, name)
    for key in keys:
        assign_machine(unit, key, partner_id)


def _issue(
    unit: UnitOfWork, name: str, scopes: list[str], machine_key: str | None, days: int | None
) -> IssuedKey:
    machine = machine_called(unit, machine_key) if machine_key else None
    if machine_key and machine is None:
        raise NotFound(f"there is no machine {machine_key}")
    return issue_key(
        unit,
        partner_called(unit, name),
        scopes=scopes_named(scopes),
        machine=machine,
        lifetime=timedelta(days=days) if days else None,
    )


def _table(keys: list[KnownKey]) -> Table:
    table = Table("key", "partner", "machine", "scopes", "created", "last used", "good until")
    for key in keys:
        until = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "revoked or replaced"
        table.add_row(
            key.prefix,
            key.partner,
            key.machine or "all of his",
            key.scopes_text,
            f"{key.created_at:%Y-%m-%d}",
            f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
            f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else until,
        )
    return table
