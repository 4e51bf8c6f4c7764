"""The operator wants a paid order printed. It is queued already: he hears which job it is, and may say more."""

from typing import Any

from sqlalchemy import bindparam, update

from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.models import CommandKind, PrintCommand, PrintJob, print_commands
from makeline.cases.production.ordered import OrderedPrint, commands_about, ordered_print
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.production.rearrange import change_priority, move_print
from makeline.cases.production.report import standing_of
from makeline.cases.production.states import JobState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound
from makeline.kernel.states import IllegalMove

_DEAD = (JobState.FAILED, JobState.CANCELLED)
_WAITING = (JobState.QUEUED, JobState.WAITING_FOR_STAFF)
_AGAIN = Change(
    update(print_commands)
    .where(print_commands.c.id == bindparam("command_id"))
    .values(details=bindparam("details"), actor=bindparam("actor"), received_at=bindparam("at"))
)


def trigger_print(
    unit: UnitOfWork, caller: Caller, called: str, *, machine_key: str | None, details: dict[str, Any]
) -> tuple[OrderedPrint, PrintJob]:
    """The order's print job, the same however often it is asked for; ``details`` are kept and never used.

    Another machine of the same partner gets the job while it is unsent. Raises ``NotFound``, ``IllegalMove`` for
    an order that is not paid or whose print ended badly, ``OutOfStock``.
    """
    ordered, job = _paid_print(unit, caller, called)
    if machine_key is not None:
        job = _at_machine(unit, caller, job, machine_key)
    if details:
        _keep(unit, job, CommandKind.TRIGGER, details)
    return ordered_print(unit, caller, ordered.number), job


def command_print(
    unit: UnitOfWork,
    caller: Caller,
    called: str,
    *,
    model_key: str,
    priority: int | None,
    details: dict[str, Any],
) -> tuple[OrderedPrint, PrintJob, int]:
    """The same job with a priority (1 is first); returns also the id of what was kept of the command.

    ``model_key`` in any spelling must be the order's phone model, or the command is about another one (``Invalid``).

    A print that the partner may have already keeps its place: the answer tells which priority holds.

    What the command names as pictures is never fetched: the order's own stored file is printed.
    """
    ordered, job = _paid_print(unit, caller, called)
    _must_be_its_model(catalogue(unit), ordered, model_key)
    if (
        priority is not None
        and priority != job.priority
        and job.status in _WAITING
        and job.offered_at is None
    ):
        job = change_priority(unit, ordered.number, priority, reason="the operator asked for it")
    return ordered, job, _keep(unit, job, CommandKind.COMMAND, details)


def _paid_print(unit: UnitOfWork, caller: Caller, called: str) -> tuple[OrderedPrint, PrintJob]:
    if caller.from_browser:
        raise NotAllowed("a browser cannot print")
    ordered = ordered_print(unit, caller, called)
    job = job_called_for_update(unit, ordered.number)
    standing = standing_of(unit, ordered.id)
    if job is None:
        raise IllegalMove("the order is not paid yet", current_status=standing, allowed=[])
    if job.status in _DEAD:
        message = f"the print is {job.status.value}; staff decides whether there is another"
        raise IllegalMove(message, current_status=standing, allowed=[])
    return ordered, job


def _must_be_its_model(shop: Catalogue, ordered: OrderedPrint, model_key: str) -> None:
    model = shop.model(model_key)
    if model is None:
        raise Invalid(FieldProblem("phone_model", "is not a phone model of ours", model_key[:100]))
    if model.id != shop.shells[ordered.shell_id].phone_model_id:
        told = f"is not the model of this order, which is {ordered.model_name}"
        raise Invalid(FieldProblem("phone_model", told, model_key[:100]))


def _at_machine(unit: UnitOfWork, caller: Caller, job: PrintJob, machine_key: str) -> PrintJob:
    target = machine_called(unit, machine_key)
    if target is None or not caller.operates(target):
        raise NotFound(f"there is no machine {machine_key[:100]}")
    if target.id == job.machine_id:
        return job
    return move_print(unit, job.reference, target, reason=f"{caller.name} triggered it there")


def _keep(unit: UnitOfWork, job: PrintJob, kind: CommandKind, details: dict[str, Any]) -> int:
    """The latest of each kind is kept for a job, so that repeats cannot fill the house."""
    for known in commands_about(unit, job.id):
        if known.kind is kind:
            unit.put(_AGAIN, command_id=known.id, details=details, actor=unit.actor, at=unit.now)
            return known.id
    command = PrintCommand(unit.new_id(print_commands), job.id, kind, details, unit.actor, unit.now)
    unit.add(print_commands, **command._asdict())
    return command.id
