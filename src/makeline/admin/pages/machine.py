"""One machine: its live queue and what may be done about each print, its pause, place, keys and codes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from urllib.parse import quote

from starlette.responses import Response

from makeline.admin import print_deeds
from makeline.admin.page import Page, Post
from makeline.admin.questions.audit_names import actors_named
from makeline.admin.questions.machine_file import MachineFile, machine_file
from makeline.admin.visit import Visit
from makeline.cases.machines.enrol import make_enrolment_code
from makeline.cases.machines.keys import issue_key, revoke_key
from makeline.cases.machines.models import Machine
from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.places import place_text, set_place
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import Scope, scopes_named
from makeline.cases.production.rearrange import change_priority, move_print
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

_PATH = "/staff/machines/{machine}"
_LONGEST_REASON = 500
_LONGEST_LIFE = 3650


async def show(visit: Visit) -> Response:
    """All of it."""

    def look(unit: Reading) -> tuple[MachineFile, dict[str, str]]:
        found = machine_file(unit, visit.value("machine"), silence=visit.office.silence)
        return found, actors_named(unit, {one.actor for one in found.history})

    found, names = await visit.read(look)
    return visit.render(
        "machine.html",
        file=found,
        machine=found.machine,
        place=place_text(found.machine),
        names=names,
        scopes=[scope.value for scope in Scope],
        path=_path(found.machine.key),
        now=visit.now,
    )


async def pause(visit: Visit) -> Response:
    """It rests."""
    await visit.begin(partial(pause_machine, key=visit.value("machine"), reason=_reason(visit)))
    return _back(visit, "machine_is_paused")


async def resume(visit: Visit) -> Response:
    """It goes on."""
    reason = visit.form.text("reason") or "it can go on"
    await visit.begin(partial(resume_machine, key=visit.value("machine"), reason=reason))
    return _back(visit, "machine_goes_on")


async def place(visit: Visit) -> Response:
    """Where it stands."""
    north, east = _degrees(visit, "latitude"), _degrees(visit, "longitude")
    await visit.begin(partial(set_place, key=visit.value("machine"), latitude=north, longitude=east))
    return _back(visit, "machine_is_placed")


async def prioritise(visit: Visit) -> Response:
    """A print goes earlier or later."""
    level = visit.form.number("priority")
    return await _with_print(
        visit,
        "print_has_priority",
        lambda unit, called, *, reason: change_priority(unit, called, level, reason=reason),
    )


async def move(visit: Visit) -> Response:
    """Another machine makes a print."""
    target = visit.form.text("target")

    def work(unit: UnitOfWork, called: str, *, reason: str) -> object:
        return move_print(unit, called, _known(unit, target), reason=reason)

    return await _with_print(visit, "print_is_moved", work)


async def release(visit: Visit) -> Response:
    """A print that waits for staff goes on."""
    return await _with_print(visit, "print_is_released", print_deeds.release)


async def again(visit: Visit) -> Response:
    """A print that failed is made again."""
    return await _with_print(visit, "print_is_made_again", print_deeds.print_again)


async def cancel(visit: Visit) -> Response:
    """A print is taken back."""
    return await _with_print(visit, "print_is_cancelled", print_deeds.take_back)


async def new_key(visit: Visit) -> Response:
    """A further key of this machine, shown once: the answer of the form itself, which nobody can load again."""
    scopes = scopes_named(visit.form.many("scope"))
    days = visit.form.number("days") if visit.form.text("days") else 0
    if days > _LONGEST_LIFE:
        raise Invalid(FieldProblem("days", f"must be at most {_LONGEST_LIFE}, or empty", days))

    def work(unit: UnitOfWork) -> str:
        machine = _known(unit, visit.value("machine"))
        if machine.partner_id is None:
            raise Invalid(
                FieldProblem("scope", "the machine is operated by nobody: there is nobody to speak for")
            )
        life = timedelta(days=days) if days else None
        return issue_key(unit, machine.partner_id, scopes=scopes, machine=machine, lifetime=life).text

    text = await visit.begin(work)
    return visit.render("machine_secret.html", path=_here(visit), kind="key", secret=text)


async def revoke(visit: Visit) -> Response:
    """A key opens nothing any more."""
    prefix = visit.form.text("key")

    def work(unit: UnitOfWork) -> None:
        own = {
            known.prefix
            for known in machine_file(unit, visit.value("machine"), silence=visit.office.silence).keys
        }
        if prefix not in own:
            raise NotFound("this machine has no such key")
        revoke_key(unit, prefix)

    await visit.begin(work)
    return _back(visit, "key_is_revoked", key=prefix)


async def code(visit: Visit) -> Response:
    """A code to set the machine up with, shown once."""
    text = await visit.begin(lambda unit: make_enrolment_code(unit, _known(unit, visit.value("machine"))))
    return visit.render("machine_secret.html", path=_here(visit), kind="code", secret=text)


async def _with_print(visit: Visit, notice: str, act: Callable[..., object]) -> Response:
    called, reason = visit.form.text("print"), _reason(visit)
    await visit.begin(lambda unit: act(unit, called, reason=reason))
    return _back(visit, notice, name=called)


def _reason(visit: Visit) -> str:
    reason = visit.form.text("reason")
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise Invalid(FieldProblem("reason", f"say why, in 1 to {_LONGEST_REASON} characters"))
    return reason


def _degrees(visit: Visit, name: str) -> Decimal:
    text = visit.form.text(name)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Invalid(FieldProblem(name, "must be degrees, as 51.50103", text[:40])) from None


def _known(unit: Reading, key: str) -> Machine:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key[:60]}")
    return machine


def _path(key: str) -> str:
    return _PATH.format(machine=quote(key, safe=""))


def _here(visit: Visit) -> str:
    return _path(visit.value("machine"))


def _back(visit: Visit, notice: str, **values: str) -> Response:
    return visit.go(_here(visit), notice, **values)


PAGE = Page(
    _PATH,
    "machine",
    show,
    posts=(
        Post(f"{_PATH}/pause", pause),
        Post(f"{_PATH}/resume", resume),
        Post(f"{_PATH}/place", place),
        Post(f"{_PATH}/priority", prioritise),
        Post(f"{_PATH}/move", move),
        Post(f"{_PATH}/release", release),
        Post(f"{_PATH}/reprint", again),
        Post(f"{_PATH}/cancel", cancel),
        Post(f"{_PATH}/key", new_key),
        Post(f"{_PATH}/revoke", revoke),
        Post(f"{_PATH}/code", code),
    ),
)
