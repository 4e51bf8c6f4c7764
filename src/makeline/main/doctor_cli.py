"""``makeline doctor``."""

import json
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from makeline.foundation.logs import set_up_logs
from makeline.foundation.settings import gather_settings
from makeline.main.console import DataDir, Port, console, place_said, run_to_end
from makeline.main.doctor.diagnosis import Diagnosis, Severity, fail
from makeline.main.doctor.examine import CHECKS, examine_deployment

_COLOURS = {Severity.OK: "green", Severity.WARN: "yellow", Severity.FAIL: "red"}


def doctor(
    port: Port = None,
    data_dir: DataDir = None,
    only: Annotated[
        list[str] | None, typer.Option(help=f"one of {', '.join(CHECKS)}; may be said several times")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Look a deployment over by its settings, and say what to do; 1 when something is broken."""
    unknown = set(only or ()) - CHECKS.keys()
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: there are {', '.join(CHECKS)}")
    place_said(port, data_dir)
    # What is found is told here, in words.
    set_up_logs("error", plain=True)
    try:
        settings = gather_settings()
    except ValidationError as error:
        found = [_unreadable(fault) for fault in error.errors(include_input=False, include_url=False)]
    else:
        found = run_to_end(examine_deployment(settings, only))
    broken = sum(diagnosis.severity is Severity.FAIL for diagnosis in found)
    if as_json:
        typer.echo(
            json.dumps({"ok": not broken, "found": [one._asdict() for one in found]}, ensure_ascii=False)
        )
    else:
        _say(found, broken)
    raise typer.Exit(1 if broken else 0)


def _unreadable(fault: object) -> Diagnosis:
    assert isinstance(fault, dict)
    # The value itself is not shown: it may be a secret.
    name = "_".join(str(part) for part in fault["loc"]).upper()
    return fail(name, str(fault["msg"]), "docs/settings.md tells what it may be")


def _say(found: list[Diagnosis], broken: int) -> None:
    for one in found:
        told = f"{escape(one.subject)}: {escape(one.found)}"
        console.print(
            f"[{_COLOURS[one.severity]}]{one.severity:>4}[/]  {told}", highlight=False, soft_wrap=True
        )
        if one.advice:
            console.print(f"      [dim]{escape(one.advice)}[/]", highlight=False, soft_wrap=True)
    warnings = sum(one.severity is Severity.WARN for one in found)
    console.print(f"\n{len(found)} looked at, {warnings} to look after, {broken} broken.", highlight=False)
