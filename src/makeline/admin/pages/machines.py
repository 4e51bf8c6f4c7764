"""All machines: how each stands, on a map and in a list; pause and resume several at once."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from makeline.admin.map_grid import Spot, map_of
from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.fleet_board import Stand, fleet_board
from makeline.admin.visit import Visit
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.places import degrees
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_PATH = "/staff/machines"
_MOST_AT_ONCE = 500
# The worst first: what several in one place are coloured by.
_BADNESS = (
    Condition.OFFLINE,
    Condition.STOPPED,
    Condition.OUT_OF_STOCK,
    Condition.PAUSED,
    Condition.UNKNOWN,
    Condition.BUSY,
    Condition.ONLINE,
)


async def show(visit: Visit) -> Response:
    """The board, in the order of how bad it is for those who look for trouble; the map beside it."""
    board = await visit.read(partial(fleet_board, silence=visit.office.silence))
    wanted = visit.query("condition")
    shown = [stand for stand in board if wanted in ("", stand.condition.value)]
    tally = Counter(stand.condition for stand in board)
    return visit.render(
        "machines.html",
        stands=shown,
        total=len(board),
        tally=[(condition.value, tally[condition]) for condition in Condition if tally[condition]],
        wanted=wanted,
        map=map_of(_spots(shown), around=visit.query("around")),
        around=visit.query("around"),
        nowhere=sum(stand.machine.latitude is None for stand in shown),
        undo=_known(board, visit.query("paused")),
        now=visit.now,
    )


async def pause(visit: Visit) -> Response:
    """Those that are ticked rest, all for one reason; the page that follows offers to take it back."""
    keys, reason = _ticked(visit), visit.form.text("reason")

    def work(unit: UnitOfWork) -> None:
        for key in keys:
            pause_machine(unit, key, reason=reason)

    await visit.begin(work)
    return visit.go(f"{_PATH}?paused={','.join(keys)}", "machines_paused", n=len(keys))


async def resume(visit: Visit) -> Response:
    """Those that are ticked go on."""
    keys, reason = _ticked(visit), visit.form.text("reason") or "it can go on"

    def work(unit: UnitOfWork) -> None:
        for key in keys:
            resume_machine(unit, key, reason=reason)

    await visit.begin(work)
    return visit.go(_PATH, "machines_resumed", n=len(keys))


def _ticked(visit: Visit) -> Sequence[str]:
    keys = list(dict.fromkeys(visit.form.many("machine")))[:_MOST_AT_ONCE]
    if not keys:
        raise Invalid(FieldProblem("machine", visit.say("machines_tick_some")))
    return keys


def _known(board: Sequence[Stand], said: str) -> Sequence[str]:
    """Of the machines that were just paused those that are paused still."""
    paused = {stand.machine.key for stand in board if stand.condition is Condition.PAUSED}
    return [key for key in said.split(",") if key in paused]


def _spots(board: Sequence[Stand]) -> Sequence[Spot]:
    return [
        Spot(
            machine.key,
            float(degrees(machine.latitude)),
            float(degrees(machine.longitude)),
            condition.value,
            _BADNESS.index(condition),
        )
        for machine, condition in ((stand.machine, stand.condition) for stand in board)
        if machine.latitude is not None and machine.longitude is not None
    ]


PAGE = Page(
    _PATH,
    "machines",
    show,
    group=Group.FLOOR,
    key="m",
    posts=(Post(f"{_PATH}/pause", pause), Post(f"{_PATH}/resume", resume)),
)
