"""``makeline crm …``: connect a CRM: what it is like, and what has to be made there once."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from makeline.adapters.bitrix24.checkup import Finding, Grade, check_portal
from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.setup import Plan, make_lacking, make_pipeline, plan_pipeline, plan_setup
from makeline.crm.gateway import CrmTrouble
from makeline.crm.stage_table import USUAL_STAGES
from makeline.foundation.settings import Settings
from makeline.main.console import console, run_to_end, settings_or_exit
from makeline.main.mirror import portal_client_of

T = TypeVar("T")
DataDir = Annotated[Path | None, typer.Option(help="folder of database and files (DATA_DIR)")]
Port = Annotated[int | None, typer.Option(help="port of the server, to find the simulated portal beside it")]

crm_commands = typer.Typer(no_args_is_help=True, help=__doc__)

_COLOURS = {Grade.GOOD: "green", Grade.NOTE: "yellow", Grade.BAD: "red"}


@crm_commands.command()
def setup(
    pipeline: Annotated[
        str, typer.Option(help="name of the funnel, made if it is not there; CRM_FUNNEL if not said")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it would make")] = False,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Make the funnel, stages and fields that the CRM lacks. A second run makes nothing; nothing is changed or deleted."""
    settings = settings_or_exit(port, data_dir)

    async def work(client: Client) -> None:
        plan = await _planned(client, settings, pipeline)
        _say_plan(plan, pipeline)
        if dry_run:
            console.print("Nothing was made.")
            return
        funnel = plan.funnel
        if funnel is None:
            funnel = await make_pipeline(client, pipeline)
            plan = await plan_setup(client, funnel, USUAL_STAGES)
        await make_lacking(client, plan.lacks)
        left = (await plan_setup(client, funnel, USUAL_STAGES)).lacks
        for lack in left:
            console.print(f"[red]still missing: {lack.words}[/red]", highlight=False)
        if left:
            raise typer.Exit(1)
        console.print("Everything that is needed is there.")
        if funnel != settings.crm.crm_funnel:
            console.print(f"Deals go there with the setting [bold]CRM_FUNNEL={funnel}[/bold].")

    _with_portal(settings, work)


@crm_commands.command()
def check(port: Port = None, data_dir: DataDir = None) -> None:
    """Look at rights, mode, funnel and templates of the CRM; 1 when something is missing."""
    settings = settings_or_exit(port, data_dir)

    async def look(client: Client) -> list[Finding]:
        return await check_portal(client, settings.crm.crm_funnel, USUAL_STAGES)

    found = _with_portal(settings, look)
    for finding in found:
        colour = _COLOURS[finding.grade]
        console.print(f"{finding.what:20}[{colour}]{finding.words}[/{colour}]", highlight=False)
    if any(finding.grade is Grade.BAD for finding in found):
        console.print("What is missing is made by [bold]makeline crm setup[/bold].")
        raise typer.Exit(1)


async def _planned(client: Client, settings: Settings, pipeline: str) -> Plan:
    if pipeline:
        return await plan_pipeline(client, pipeline, USUAL_STAGES)
    return await plan_setup(client, settings.crm.crm_funnel, USUAL_STAGES)


def _say_plan(plan: Plan, pipeline: str) -> None:
    if plan.funnel is None:
        console.print(
            f"missing: funnel {pipeline}, with the stages that a funnel comes with", highlight=False
        )
    for lack in plan.lacks:
        console.print(f"missing: {lack.words}", highlight=False)
    if plan.funnel is not None and not plan.lacks:
        console.print("Nothing is missing.")


def _with_portal(settings: Settings, work: Callable[[Client], Awaitable[T]]) -> T:
    """Work over the line that is set; without one, or when it fails, one sentence and exit code 1."""
    client = portal_client_of(settings)
    if client is None:
        console.print("[red]No CRM is connected: set CRM_WEBHOOK_URL.[/red]")
        raise typer.Exit(1)

    async def run() -> T:
        try:
            return await work(client)
        finally:
            await client.close()

    try:
        return run_to_end(run())
    except CrmTrouble as trouble:
        console.print(f"[red]{trouble.reason}[/red]", highlight=False)
        raise typer.Exit(1) from None
