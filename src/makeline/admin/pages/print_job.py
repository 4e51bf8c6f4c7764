"""One print: its picture, its verdict, whether somebody doubts it, what happened, and what staff may decide."""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin import print_deeds
from makeline.admin.lists import priorities_of
from makeline.admin.page import Page, Post
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.prints import PrintFile, print_file
from makeline.admin.roads import road
from makeline.admin.visit import Visit
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.production.rearrange import change_priority
from makeline.cases.production.states import JOB_STATES, ContentState, JobState
from makeline.commerce.orders.states import COVERED, OrderStatus
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_AT = "/staff/prints/{reference}"
_USUAL = (JobState.QUEUED, JobState.SENT, JobState.PRINTING, JobState.PRINTED, JobState.COLLECTED)
_LONGEST_REASON = 300


class Shown(NamedTuple):
    """What the page shows."""

    file: PrintFile
    machine: Machine
    names: Mapping[str, str]


async def show(visit: Visit) -> Response:
    """Everything about it."""

    def look(unit: Reading) -> Shown:
        found = print_file(unit, visit.value("reference"))
        names = names_of_actors(unit, [entry.actor for entry in found.story])
        return Shown(found, fleet(unit).by_id[found.job.machine_id], names)

    shown = await visit.read(look)
    been = {entry.to_state for entry in shown.file.story if entry.noun == JOB_STATES.noun}
    return visit.render(
        "print.html",
        file=shown.file,
        job=shown.file.job,
        machine=shown.machine,
        names=shown.names,
        road=road(JOB_STATES, _USUAL, shown.file.job.status, been=been),
        doubted=_is_doubted(shown.file),
        may=_may(shown.file),
        priorities=priorities_of(visit),
    )


def _is_doubted(file: PrintFile) -> bool:
    waits = file.job.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF)
    return waits and file.check is not None and file.check.state is ContentState.HELD


def _may(file: PrintFile) -> frozenset[str]:
    """The forms that make sense where it stands; the verbs decide."""
    job, order = file.job, file.order
    found = set()
    wanted = order.status is not OrderStatus.CANCELLED and order.payment_status in COVERED
    waits = job.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF) and job.offered_at is None
    if job.replaced_at is not None:
        return frozenset()
    if wanted and job.status is JobState.WAITING_FOR_STAFF:
        found.add("release")
    if wanted and job.status in (JobState.FAILED, JobState.PRINTED, JobState.COLLECTED):
        found.add("reprint")
    if waits or job.status is JobState.FAILED:
        found.add("refuse")
    if waits:
        found.add("priority")
    return frozenset(found)


async def release(visit: Visit) -> Response:
    """It goes on; who doubted what it shows is overruled with it."""
    number, reason = visit.value("reference"), _reason(visit, "release_reason")
    await visit.begin(lambda unit: print_deeds.release(unit, number, reason=reason))
    return _back(visit, "print_released")


async def refuse(visit: Visit) -> Response:
    """It is not made. An order of the webstore ends with it, and its money goes back by itself."""
    reference, reason = visit.value("reference"), _reason(visit, "refuse_reason")

    def work(unit: UnitOfWork) -> None:
        order = print_file(unit, reference).order
        print_deeds.refuse(unit, order.id, order.number, reason=reason)

    await visit.begin(work)
    return _back(visit, "print_cancelled")


async def print_again(visit: Visit) -> Response:
    """Another print of the same case."""
    reference, reason = visit.value("reference"), _reason(visit, "reprint_reason")
    await visit.begin(lambda unit: print_deeds.print_again(unit, reference, reason=reason))
    return _back(visit, "print_repeated")


async def priority(visit: Visit) -> Response:
    """Sooner or later than others."""
    reference, wanted = visit.value("reference"), visit.form.number("priority")
    await visit.begin(lambda unit: change_priority(unit, reference, wanted, reason="by staff"))
    return _back(visit, "priority_changed", n=wanted)


def _reason(visit: Visit, name: str) -> str:
    text = visit.form.text(name)
    if not 0 < len(text) <= _LONGEST_REASON:
        raise Invalid(FieldProblem(name, f"must say why in 1 to {_LONGEST_REASON} characters", text[:40]))
    return text


def _back(visit: Visit, notice: str, **values: object) -> Response:
    return visit.go(_AT.format(reference=visit.value("reference")), notice, **values)


PAGE = Page(
    _AT,
    "print",
    show,
    posts=(
        Post(f"{_AT}/release", release),
        Post(f"{_AT}/refuse", refuse),
        Post(f"{_AT}/reprint", print_again),
        Post(f"{_AT}/change-priority", priority),
    ),
)
