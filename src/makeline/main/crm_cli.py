"""``makeline crm …``: connect a CRM: what it is like, what has to be made there once, and which stages stand for what."""

import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, NamedTuple, TypeVar
from urllib.parse import quote

import typer
from rich.table import Table

from makeline.adapters.bitrix24.checkup import Finding, Grade, check_portal
from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.crm import BitrixCrm
from makeline.adapters.bitrix24.setup import Plan, make_lacking, make_pipeline, plan_pipeline, plan_setup
from makeline.crm.gateway import CrmTrouble
from makeline.crm.line import wake_line
from makeline.crm.records import Entity, Step
from makeline.crm.stage_book import change_stages, stage_tables, table_now
from makeline.crm.stage_preview import Preview, look_again, preview_stages
from makeline.crm.stage_table import StageTable, StageTables
from makeline.foundation.database import Database, open_database
from makeline.foundation.settings import Settings
from makeline.main.console import DataDir, Port, act_on_database, console, run_to_end, settings_or_exit
from makeline.main.mirror import app_account_of, crm_of
from makeline.main.subscriptions import PROMISES

T = TypeVar("T")

crm_commands = typer.Typer(no_args_is_help=True, help=__doc__)

_COLOURS = {Grade.GOOD: "green", Grade.NOTE: "yellow", Grade.BAD: "red"}


class _Office(NamedTuple):
    """What a command works with: the database, the CRM, the line to it, and the stages that count now."""

    database: Database
    crm: BitrixCrm
    tables: StageTables
    funnel: int

    @property
    def client(self) -> Client:
        return self.crm.client


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

    async def work(office: _Office) -> None:
        plan = await _planned(office, pipeline)
        _say_plan(plan, pipeline)
        if dry_run:
            console.print("Nothing was made.")
            return
        funnel = plan.funnel
        if funnel is None:
            funnel = await make_pipeline(office.client, pipeline)
            plan = await plan_setup(office.client, funnel, office.tables)
        await make_lacking(office.client, plan.lacks)
        left = (await plan_setup(office.client, funnel, office.tables)).lacks
        for lack in left:
            console.print(f"[red]still missing: {lack.words}[/red]", highlight=False)
        if left:
            raise typer.Exit(1)
        await office.database.begin(wake_line, actor="command line")
        console.print("Everything that is needed is there.")
        if funnel != office.funnel:
            console.print(f"Deals go there with the setting [bold]CRM_FUNNEL={funnel}[/bold].")

    _in_office(settings_or_exit(port, data_dir), work)


@crm_commands.command("sign-in")
def sign_in(data_dir: DataDir = None) -> None:
    """Let our application into the portal: shows where an administrator gets a code, and reads it from the standard input."""
    settings = settings_or_exit(None, data_dir)
    account = app_account_of(settings)
    if account is None:
        console.print("[red]No application is set: CRM_PORTAL, CRM_CLIENT_ID and CRM_CLIENT_SECRET.[/red]")
        raise typer.Exit(1)
    portal, client_id = settings.crm.crm_portal.rstrip("/"), quote(settings.crm.crm_client_id, safe="")
    console.print("As an administrator of the portal, open", highlight=False)
    console.print(f"{portal}/oauth/authorize/?client_id={client_id}&response_type=code", soft_wrap=True)
    console.print("and give the code that it shows, within half a minute:", highlight=False)
    code = sys.stdin.readline().strip()
    try:
        run_to_end(account.let_in(code))
    except CrmTrouble as trouble:
        console.print(f"[red]{trouble.reason}[/red]", highlight=False)
        raise typer.Exit(1) from None
    act_on_database(data_dir, wake_line)
    console.print("We are let in.")


@crm_commands.command()
def check(port: Port = None, data_dir: DataDir = None) -> None:
    """Look at rights, mode, funnel and templates of the CRM; 1 when something is missing."""

    async def look(office: _Office) -> list[Finding]:
        return await check_portal(office.client, office.funnel, office.tables)

    found = _in_office(settings_or_exit(port, data_dir), look)
    for finding in found:
        colour = _COLOURS[finding.grade]
        console.print(f"{finding.what:20}[{colour}]{finding.words}[/{colour}]", highlight=False)
    if any(finding.grade is Grade.BAD for finding in found):
        console.print("What is missing is made by [bold]makeline crm setup[/bold].")
        raise typer.Exit(1)


@crm_commands.command()
def stages(port: Port = None, data_dir: DataDir = None) -> None:
    """Every stage of deals and leads in the CRM, and the step of ours that it stands for."""

    async def show(office: _Office) -> None:
        shown = Table("of a", "stage", "called", "stands for", "sent")
        for entity, table in office.tables.items():
            for stage in await office.crm.stages(entity):
                step = stage.ended or table.step_of(stage.name)
                sent = "yes" if stage.name in table.needed else ""
                word = step.value if step else "[yellow]nothing[/yellow]"
                shown.add_row(entity.value, stage.name, stage.title, word, sent)
        console.print(shown)

    _in_office(settings_or_exit(port, data_dir), show)


@crm_commands.command("map")
def map_stages(
    entity: Annotated[Entity, typer.Argument(help="deal or lead")],
    step: Annotated[Step, typer.Argument(help="our step")],
    names: Annotated[list[str], typer.Argument(help="its stages; the first is the one we send")],
    note: Annotated[str, typer.Option(help="why; it stands in the history")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it would move")] = False,
    by: Annotated[str, typer.Option("--by", help="who decides; it stands in the history")] = "command line",
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Let other stages stand for a step, or see first which open orders and calls that would move."""
    if not dry_run and not note.strip():
        console.print("[red]Say with --note why, or look first with --dry-run.[/red]")
        raise typer.Exit(2)

    async def work(office: _Office) -> None:
        now, version = await office.database.read(partial(table_now, entity=entity, funnel=office.funnel))
        taken = {each: tuple(name for name in have if name not in names) for each, have in now.stages.items()}
        table = StageTable({**taken, step: tuple(names)})
        preview = await preview_stages(office.database.begin, office.crm, entity, table)
        _say_preview(preview)
        if dry_run or preview.lacking:
            console.print("Nothing was changed.")
            raise typer.Exit(1 if preview.lacking else 0)
        change = partial(
            change_stages, entity=entity, funnel=office.funnel, table=table, based_on=version, note=note
        )
        await office.database.begin(change, actor=by)
        await office.database.begin(partial(look_again, entity=entity), actor=by)
        console.print("It counts from now on.")

    _in_office(settings_or_exit(port, data_dir), work)


async def _planned(office: _Office, pipeline: str) -> Plan:
    if pipeline:
        return await plan_pipeline(office.client, pipeline, office.tables)
    return await plan_setup(office.client, office.funnel, office.tables)


def _say_plan(plan: Plan, pipeline: str) -> None:
    if plan.funnel is None:
        console.print(
            f"missing: funnel {pipeline}, with the stages that a funnel comes with", highlight=False
        )
    for lack in plan.lacks:
        console.print(f"missing: {lack.words}", highlight=False)
    if plan.funnel is not None and not plan.lacks:
        console.print("Nothing is missing.")


def _say_preview(preview: Preview) -> None:
    for name in preview.lacking:
        console.print(f"[red]the CRM has no stage {name}[/red]", highlight=False)
    for stage in preview.unmapped:
        console.print(f"[yellow]{stage.name} stands for nothing[/yellow]", highlight=False)
    for move in preview.moves:
        words = "moves" if move.allowed else "would move, and may not,"
        console.print(
            f"{move.name} at {move.stage} {words} from {move.before} to {move.after}", highlight=False
        )
    console.print(
        f"{preview.looked_at} of {preview.open_things} open ones looked at, {len(preview.moves)} move."
    )


def _in_office(settings: Settings, work: Callable[[_Office], Awaitable[T]]) -> T:
    """Work over the line that is set; without one, or when it fails, one sentence and exit code 1."""

    async def run() -> T:
        database = await open_database(settings.database_url, promises=PROMISES, connections=2)
        try:
            crm = crm_of(settings, database.read)
            if crm is None:
                console.print("[red]No CRM is connected: set CRM_WEBHOOK_URL.[/red]")
                raise typer.Exit(1)
            funnel = settings.crm.crm_funnel
            try:
                tables = await database.read(partial(stage_tables, funnel=funnel))
                return await work(_Office(database, crm, tables, funnel))
            finally:
                await crm.close()
        finally:
            await database.close()

    try:
        return run_to_end(run())
    except CrmTrouble as trouble:
        console.print(f"[red]{trouble.reason}[/red]", highlight=False)
        raise typer.Exit(1) from None
