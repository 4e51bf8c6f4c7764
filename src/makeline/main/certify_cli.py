"""``makeline partner certify``: plays a whole integration against a partner's server and writes down what held."""

import asyncio
import ipaddress
import os
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.markup import escape

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.certify import (
    Outcome,
    Plan,
    Verdict,
    as_json,
    as_markdown,
    standing,
)
from makeline.adapters.print_partner.certify import certify as play
from makeline.adapters.print_partner.certify.reports import summary
from makeline.foundation.clock import utc_clock
from makeline.main.console import console, run_to_end

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.NOT_TRIED: "yellow"}


def certify(
    base_url: Annotated[str, typer.Argument(help="base address of the partner's protocol")],
    device: Annotated[str, typer.Option(help="one of the account's machines, in stock")],
    account: Annotated[str, typer.Option(envvar="PARTNER_ACCOUNT", help="account at the partner")],
    password_file: Annotated[Path | None, typer.Option(help="instead of PARTNER_PASSWORD")] = None,
    key_file: Annotated[Path | None, typer.Option(help="instead of PARTNER_KEY")] = None,
    report: Annotated[Path | None, typer.Option(help="FILE.md; FILE.json is written beside it")] = None,
    prints: Annotated[
        bool | None, typer.Option("--print/--no-print", help="print one case; default: on loopback only")
    ] = None,
    public_url: Annotated[str | None, typer.Option(help="how the printer reaches our picture")] = None,
    notice_url: Annotated[str | None, typer.Option(help="how the partner's notices reach us")] = None,
    listen: Annotated[str, typer.Option(help="HOST:PORT of pictures and notices; port 0: a free one")] = (
        "127.0.0.1:0"
    ),
    patience: Annotated[float, typer.Option(min=0.5, help="seconds for a first notice")] = 60.0,
    print_patience: Annotated[float, typer.Option(min=0.5, help="seconds for a print to end")] = 240.0,
) -> None:
    """Play a whole integration against a partner's server; 1 when something is not as the documents say."""
    try:
        partner = PartnerAccount(
            base_url.rstrip("/"),
            account,
            _secret(password_file, "PARTNER_PASSWORD"),
            _secret(key_file, "PARTNER_KEY"),
        )
        host, port = _place(listen)
    except (ValueError, OSError) as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(2) from None
    plan = Plan(
        device=device,
        prints=_is_loopback(base_url) if prints is None else prints,
        reached=notice_url is not None,
        patience=patience,
        print_patience=print_patience,
    )
    verdicts = run_to_end(_play(partner, plan, (host, port, public_url or notice_url)))
    if report is not None:
        at, about = utc_clock(), {"base_url": partner.base_url, "device": device}
        report.write_text(as_markdown(verdicts, **about, at=at), "utf-8")
        report.with_suffix(".json").write_text(as_json(verdicts, **about, at=at), "utf-8")
        console.print(f"Written to {report} and {report.with_suffix('.json')}.", highlight=False)
    raise typer.Exit(1 if any(verdict.outcome is Outcome.FAILED for verdict in verdicts) else 0)


async def _play(account: PartnerAccount, plan: Plan, place: tuple[str, int, str | None]) -> list[Verdict]:
    host, port, url = place
    verdicts: list[Verdict] = []
    async with standing(host=host, port=port, url=url) as stand:
        async for verdict in play(account, plan=plan, stand=stand, now=utc_clock(), clock=time.monotonic):
            verdicts.append(verdict)
            say(verdict.outcome, verdict.name, verdict.found)
            await asyncio.sleep(0)
    console.print(f"{summary(verdicts)}.")
    return verdicts


def say(outcome: Outcome, name: str, found: str) -> None:
    """One line for a check; a second one with what was found unless it passed."""
    console.print(f"[{_COLOURS[outcome]}]{outcome:>18}[/]  {escape(name)}", highlight=False)
    if outcome is not Outcome.PASSED:
        console.print(f"{'':>20}{escape(found)}", highlight=False)


def _secret(file: Path | None, name: str) -> str:
    text = file.read_text("utf-8").strip() if file else os.environ.get(name, "")
    if not text:
        raise ValueError(f"give a file, or {name} in the environment")
    return text


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not HOST:PORT")
    return host, int(port)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
