"""The command line: run · serve · work · migrate · seed · verify · doctor · backup · demo · create-admin · account · partner · machine · order · job ·
anomaly · outbox · catalogue · rates · crm · privacy."""

import gc
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
import uvloop
from typer.core import TyperGroup
from typer.main import get_group

from makeline import __version__

# Where each command lies: it is loaded when it is called, for all of them together take longer than most of them work.
COMMANDS: Mapping[str, str] = {
    "run": "run_cli:run",
    "serve": "serve_cli:serve",
    "work": "work_cli:work",
    "migrate": "data_cli:migrate",
    "seed": "data_cli:seed",
    "verify": "data_cli:verify",
    "backup": "backup_cli:backup_commands",
    "doctor": "doctor_cli:doctor",
    "demo": "demo_cli:demo",
    "create-admin": "account_cli:create_admin",
    "account": "account_cli:account_commands",
    "partner": "partner_cli:partner_commands",
    "job": "floor_cli:job_commands",
    "order": "order_cli:order_commands",
    "privacy": "privacy_cli:privacy_commands",
    "outbox": "floor_cli:outbox_commands",
    "anomaly": "anomaly_cli:anomaly_commands",
    "machine": "machine_cli:machine_commands",
    "catalogue": "catalogue_cli:catalogue_commands",
    "rates": "rates_cli:rates_commands",
    "crm": "crm_flow_cli:crm_commands",
}


class LateCommands(TyperGroup):
    """A group whose commands are loaded when they are called, or listed with their help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the group above has it
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the group above has it
        """The command or group of that name."""
        return command(cmd_name) if cmd_name in COMMANDS else None


@cache
def command(name: str) -> Any:
    """Load one of ``COMMANDS``."""
    module, _, what = COMMANDS[name].partition(":")
    # Nothing of what is imported is garbage: looking for some takes a third of the start.
    gc.disable()
    found = getattr(import_module(f"makeline.main.{module}"), what)
    gc.freeze()
    gc.enable()
    around = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return get_group(around).commands[name]


cli = typer.Typer(cls=LateCommands, no_args_is_help=True, add_completion=False, help=__doc__)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"makeline {__version__}")
        raise typer.Exit


@cli.callback()
def about(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="which version this is")
    ] = False,
) -> None:
    """What holds for every command; the help is the module's."""


def main() -> int:
    """Entry of the ``makeline`` command."""
    uvloop.install()
    cli()
    return 0


if __name__ == "__main__":
    sys.exit(main())
