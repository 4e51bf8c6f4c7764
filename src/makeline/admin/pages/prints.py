"""Prints with their pictures: by where they stand, by machine, by what is doubted; several may be put first at once."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.lists import ROWS, choices_of, cursor, cut, days_wanted, table_of, word_wanted
from makeline.admin.page import Group, Page, Post
from makeline.admin.pages.orders import STOREFRONTS
from makeline.admin.questions.prints import PrintRow, prints_by_status, prints_in_all, prints_page
from makeline.admin.visit import Visit
from makeline.cases.machines.queries import fleet
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.production.rearrange import change_priority
from makeline.cases.production.states import JobState
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Refusal

PATH = "/staff/prints"
_CASES = ("cases", "webstore")
_COLUMNS = (
    *("reference", "attempt", "order", "storefront", "machine", "status", "step", "queue_number", "priority"),
    *("trouble", "content", "queued_at_utc", "printed_at_utc"),
)


class Prints(NamedTuple):
    """What the page shows; ``held`` prints are doubted and wait for a decision."""

    rows: Sequence[PrintRow]
    tally: Mapping[str, int]
    held: int
    machines: Sequence[str]


async def show(visit: Visit) -> Response:
    """A page of them."""
    wish = _wish(visit)

    def look(unit: Reading) -> Prints:
        return Prints(
            prints_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit)),
            prints_by_status(unit, wish),
            prints_in_all(unit, {"held": True, "latest": True}),
            [machine.key for machine in fleet(unit).by_id.values()],
        )

    found = await visit.read(look)
    shops = [each for each in STOREFRONTS if each in _CASES]
    return visit.render(
        "prints.html",
        cut=cut(found.rows),
        tally=found.tally,
        total=sum(found.tally.values()),
        held=found.held,
        statuses=tuple(JobState),
        machines=[(key, key) for key in found.machines],
        storefronts=choices_of(visit, shops, "storefront_"),
        undo=visit.request.query_params.get("undo", "")[:4000],
    )


async def table(visit: Visit) -> Response:
    """What the page would list, as CSV."""
    return await table_of(visit, partial(prints_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


async def prioritise(visit: Visit) -> Response:
    """All that were ticked, or none of them; what they were before stands in the address, to be taken back."""
    wanted = visit.form.number("priority")
    chosen = list(dict.fromkeys(visit.form.many("print")))[:ROWS]
    if not chosen:
        raise Invalid(FieldProblem("print", visit.say("tick_some_first")))
    before = await visit.begin(lambda unit: _change_all(unit, [(one, wanted) for one in chosen]))
    undo = "~".join(f"{reference}.{priority}" for reference, priority in before)
    return visit.go(f"{PATH}?undo={undo}" if undo else PATH, "priorities_changed", n=len(before))


async def take_back(visit: Visit) -> Response:
    """The priorities from before."""
    wishes = []
    for entry in visit.form.text("undo").split("~")[:ROWS]:
        reference, _, priority = entry.rpartition(".")
        if not (reference and priority.isascii() and priority.isdigit()):
            raise Invalid(FieldProblem("undo", "says nothing that could be taken back"))
        wishes.append((reference, int(priority)))
    await visit.begin(lambda unit: _change_all(unit, wishes))
    return visit.go(PATH, "priorities_back", n=len(wishes))


def _change_all(unit: UnitOfWork, wishes: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """What each of them was before; whatever changes nothing is left out."""
    before = []
    # Locked in one order, so that two of staff who do this at once do not wait for each other for ever.
    for reference, priority in sorted(wishes):
        job = job_called_for_update(unit, reference)
        try:
            change_priority(unit, reference, priority, reason="by staff, several at once")
        except Refusal as refusal:
            raise Invalid(FieldProblem("print", f"{reference}: {refusal.message}")) from None
        if job is not None and job.priority != priority:
            before.append((reference, job.priority))
    return before


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {
        "status": word_wanted(visit, "status", JobState),
        "machine": visit.query("machine") or None,
        "storefront": word_wanted(visit, "storefront", _CASES),
        "held": True if visit.query("held") == "yes" else None,
        **days_wanted(visit),
    }


def _cells(row: PrintRow) -> Sequence[Any]:
    return (
        *(row.reference, row.attempt, row.order_number, row.storefront, row.machine, row.status, row.step),
        *(row.queue_number, row.priority, row.trouble, row.content, row.created_at, row.printed_at),
    )


PAGE = Page(
    PATH,
    "prints",
    show,
    group=Group.WORK,
    key="i",
    posts=(Post(f"{PATH}/priority", prioritise), Post(f"{PATH}/priority-back", take_back)),
)
TABLE = Page("/staff/prints.csv", "prints", table)
