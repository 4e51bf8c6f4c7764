"""``makeline partner check``: our own side of the connection, looked over without leaving anything behind."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx2
import typer

from makeline.adapters.print_partner.causes import words_for
from makeline.adapters.print_partner.certify import Outcome, examine
from makeline.cases.machines.access import KEYS, NETWORKS
from makeline.cases.machines.partners import partner_called
from makeline.cases.machines.queries import fleet
from makeline.cases.machines.refused_calls import refused_calls_of
from makeline.foundation.clock import utc_clock
from makeline.foundation.database import open_database
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import Reading
from makeline.main.certify_cli import say
from makeline.main.console import console, run_to_end, settings_or_exit
from makeline.main.subscriptions import PROMISES
from makeline.main.wiring import partner_account

_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104
_PATIENCE = 5.0
# An answer's Date is in whole seconds and took a while; signed calls are refused beyond 5 minutes.
_MOST_SKEW = 5.0

_MOST_REFUSED = 5

Found = tuple[Outcome, str, str]


def check(
    name: Annotated[str | None, typer.Argument(help="this partner's machines alone")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")] = None,
) -> None:
    """Is the partner's server open to us, are our machines there with sizes, can printers reach our pictures?"""
    settings = settings_or_exit(None, data_dir)
    outcomes = run_to_end(_check(settings, name))
    raise typer.Exit(1 if Outcome.FAILED in outcomes else 0)


async def _check(settings: Settings, name: str | None) -> list[Outcome]:
    database = await open_database(settings.database_url, promises=PROMISES, connections=2)
    try:
        devices, about = await database.read(lambda unit: _of(unit, name))
    finally:
        await database.close()
    for line in about:
        console.print(line, highlight=False, markup=False)
    account = partner_account(settings)
    console.print(f"partner's server: {account.base_url}", highlight=False, markup=False)
    found: list[Found] = []
    async for verdict in examine(account, devices=devices, now=utc_clock(), clock=time.monotonic):
        text = verdict.name if verdict.section == "account" else f"{verdict.section}: {verdict.name}"
        found.append((verdict.outcome, text, verdict.found))
        say(*found[-1])
    for each in await _pictures(settings.base_url):
        found.append(each)
        say(*each)
    return [outcome for outcome, _, _ in found]


def _of(unit: Reading, name: str | None) -> tuple[list[str], list[str]]:
    """The devices to ask about, and what we know of the partner ourselves."""
    machines = sorted(fleet(unit).by_id.values(), key=lambda machine: machine.position)
    if name is None:
        return [machine.device for machine in machines], [f"all partners: {len(machines)} machines"]
    partner_id = partner_called(unit, name)
    own = [machine for machine in machines if machine.partner_id == partner_id]
    keys = [key for key in unit.all(KEYS) if key.partner == name and key.revoked_at is None]
    used = max((key.last_used_at for key in keys if key.last_used_at), default=None)
    networks = [network.text for network in unit.all(NETWORKS) if network.partner == name]
    return [machine.device for machine in own], [
        f"{name}: machines {', '.join(machine.key for machine in own) or 'none'}",
        f"keys: {len(keys)}, last used {f'{used:%Y-%m-%d %H:%M} UTC' if used else 'never'}",
        f"networks: {', '.join(networks) or 'none'}",
        *_refused(unit, partner_id),
    ]


def _refused(unit: Reading, partner_id: int) -> Iterator[str]:
    """His latest refused calls, in the words that he is told himself."""
    for call in refused_calls_of(unit, partner_id, machine_id=None, before_id=None, most=_MOST_REFUSED):
        words = words_for(call.code, call.reason)["en"]
        why = f"{call.code} {call.reason}" if call.reason else call.code
        who = "" if call.proven else ", by somebody who proved nothing"
        about = f"{call.method} {call.path}: {why}"
        yield f"refused {call.last_at:%Y-%m-%d %H:%M} UTC, {call.times}×{who}: {about}"
        yield f"  {call.message}"
        yield f"  {words.cause} {words.advice}"


async def _pictures(base_url: str) -> list[Found]:
    """Whether the address in our picture links is one for others, answers, and agrees with us about the time."""
    name = "Printers reach our pictures"
    host = urlsplit(base_url).hostname or ""
    try:
        async with httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False) as http:
            answer = await http.get(f"{base_url.rstrip('/')}/live")
            date = answer.headers.get("date", "")
    except (httpx2.HTTPError, OSError) as error:
        return [(Outcome.FAILED, name, f"BASE_URL {base_url} does not answer ({type(error).__name__})")]
    if answer.status_code != 200:
        return [(Outcome.FAILED, name, f"{base_url}/live answers {answer.status_code}")]
    reach = (Outcome.PASSED, name, "")
    if host in _HERE:
        reach = (
            Outcome.NOT_TRIED,
            name,
            f"BASE_URL {base_url} is this machine; other networks cannot reach it",
        )
    return [reach, _clocks(date)]


def _clocks(date: str) -> Found:
    name = "Our clock and that of our public address agree"
    try:
        skew = abs((parsedate_to_datetime(date) - utc_clock()).total_seconds())
    except (ValueError, TypeError):
        return Outcome.NOT_TRIED, name, "its answers carry no date"
    outcome = Outcome.PASSED if skew <= _MOST_SKEW else Outcome.FAILED
    return outcome, name, f"{skew:.0f} s apart"
