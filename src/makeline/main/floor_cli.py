"""``makeline job | outbox …``: what staff do on the shop floor. Works beside a running server."""

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.rearrange import change_priority, move_print
from makeline.cases.production.release import release_print
from makeline.cases.production.reprint import reprint
from makeline.cases.production.states import JobState
from makeline.cases.production.withdraw import cancel_print
from makeline.commerce.orders.models import orders
from makeline.foundation.columns import among
from makeline.foundation.promises import dead_promises, revive
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.main.console import DataDir, act_on_database, console

Called = Annotated[str, typer.Argument(metavar="ORDER", help="the order's number, or the print's reference")]
Reason = Annotated[str, typer.Option(help="why; it stands in the history")]
By = Annotated[str, typer.Option("--by", help="who decides; it stands in the history")]

job_commands = typer.Typer(no_args_is_help=True, help="Prints: list, reprint, release, cancel, move, order.")
outbox_commands = typer.Typer(no_args_is_help=True, help="Promises that were given up: list, retry.")

_USUAL = "command line"
_OPEN = Query(
    select(orders.c.number, print_jobs)
    .join(orders, orders.c.id == print_jobs.c.order_id)
    .where(
        among(
            print_jobs.c.status,
            *(JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING, JobState.FAILED),
        ),
        print_jobs.c.replaced_at.is_(None),
    )
    .order_by(print_jobs.c.machine_id, print_jobs.c.priority, print_jobs.c.id),
    tuple,
)


@job_commands.command("list")
def list_jobs(data_dir: DataDir = None) -> None:
    """Prints that are not out yet, and failed ones, in the order of each machine's queue."""
    found, machines = act_on_database(data_dir, lambda unit: (unit.all(_OPEN), fleet(unit).by_id))
    table = Table("order", "machine", "queue", "priority", "attempt", "state", "trouble")
    for number, *columns in found:
        job = PrintJob._make(columns)
        key = machines[job.machine_id].key
        words = (number, key, job.queue_number, str(job.priority), str(job.attempt), job.status.value)
        table.add_row(*words, job.trouble or job.reprint_reason or "")
    console.print(table)
    console.print(f"{len(found)} prints.")


@job_commands.command("reprint")
def reprint_job(called: Called, reason: Reason, by: By = _USUAL, data_dir: DataDir = None) -> None:
    """Print a failed or spoilt case once more, with another blank if the first is used up."""
    _say(act_on_database(data_dir, lambda unit: reprint(unit, called, reason=reason), actor=by))


@job_commands.command()
def release(called: Called, reason: Reason, by: By = _USUAL, data_dir: DataDir = None) -> None:
    """Let a print that waits for staff go on."""
    _say(act_on_database(data_dir, lambda unit: release_print(unit, called, reason=reason), actor=by))


@job_commands.command()
def cancel(called: Called, reason: Reason, by: By = _USUAL, data_dir: DataDir = None) -> None:
    """Take a print back that the partner does not have; the refund is put on the list of anomalies."""
    _say(act_on_database(data_dir, lambda unit: cancel_print(unit, called, reason=reason), actor=by))


@job_commands.command()
def move(
    called: Called,
    to: Annotated[str, typer.Argument(metavar="KEY", help="machine")],
    reason: Reason,
    by: By = _USUAL,
    data_dir: DataDir = None,
) -> None:
    """Let another machine of the same partner make it."""
    _say(
        act_on_database(
            data_dir, lambda unit: move_print(unit, called, _machine(unit, to), reason=reason), actor=by
        )
    )


@job_commands.command()
def priority(
    called: Called,
    level: Annotated[int, typer.Argument(min=1, max=10, help="1 goes first, 10 last")],
    reason: Reason = "put into another order",
    by: By = _USUAL,
    data_dir: DataDir = None,
) -> None:
    """Change the order of a machine's queue."""
    _say(
        act_on_database(data_dir, lambda unit: change_priority(unit, called, level, reason=reason), actor=by)
    )


@outbox_commands.command()
def dead(data_dir: DataDir = None) -> None:
    """Promises that were given up, oldest first."""
    found = act_on_database(data_dir, dead_promises)
    table = Table("number", "promise", "about", "kind", "why")
    for each in found:
        kind = each.failure_kind.value if each.failure_kind else ""
        table.add_row(str(each.id), each.subscriber, str(each.payload), kind, each.last_error)
    console.print(table)
    console.print(f"{len(found)} are dead.")


@outbox_commands.command()
def retry(
    number: Annotated[int, typer.Argument(help="its number in the list of the dead")],
    data_dir: DataDir = None,
) -> None:
    """Try one of them again, with all its attempts. A print that waits for staff needs ``job release`` instead."""
    if not act_on_database(data_dir, lambda unit: revive(unit, number)):
        console.print(f"[red]{number} is not dead.[/red]")
        raise typer.Exit(1)
    console.print(f"{number} is due now.")


def _machine(unit: UnitOfWork, key: str) -> Machine:
    found = machine_called(unit, key)
    if found is None:
        raise NotFound(f"there is no machine {key}")
    return found


def _say(job: PrintJob) -> None:
    console.print(
        f"{job.reference}: attempt {job.attempt}, {job.status.value}, {job.queue_number}, priority {job.priority}."
    )
