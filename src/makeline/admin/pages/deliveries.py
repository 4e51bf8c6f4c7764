"""What did not get through: prints that nobody takes, promises that were given up, and those tried in vain; with the
cause in words, and the way to repair it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin import print_deeds
from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.held_prints import (
    SUBMITS,
    HeldPrint,
    held_prints,
    must_be_handed_over,
)
from makeline.admin.questions.promises import (
    About,
    Delivery,
    about,
    delivery_numbered,
    given_up,
    given_up_tallies,
    in_vain_tallies,
    tried_in_vain,
)
from makeline.admin.visit import Visit
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.production.models import PrintJob
from makeline.cases.production.rearrange import move_print
from makeline.cases.production.states import JobState
from makeline.crm.models import SyncStatus
from makeline.crm.queries import tallies as crm_tallies
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.promises import let_go, revive
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

_PATH = "/staff/deliveries"
_ROWS = 50
_MOST_AT_ONCE = 500
_LONGEST_REASON = 500


class _Board(NamedTuple):
    """What the page shows."""

    prints: Sequence[HeldPrint]
    siblings: Mapping[int, Sequence[Machine]]
    dead: Sequence[Delivery]
    more: int | None
    dead_by: Mapping[str, int]
    waiting: Sequence[Delivery]
    waiting_by: Mapping[str, int]
    about: Mapping[int, About | None]
    crm_stuck: int


async def show(visit: Visit) -> Response:
    """All of it, what is worst first."""
    subscriber, after = visit.query("promise"), visit.query("after")
    before_id = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None
    board = await visit.read(partial(_board, subscriber=subscriber, before_id=before_id))
    return visit.render(
        "deliveries.html",
        board=board,
        subscriber=subscriber,
        now=visit.now,
        path=_PATH,
        reference=visit.form.text("print"),
    )


async def try_again(visit: Visit) -> Response:
    """Those that are ticked are due at once, with all their attempts."""
    wanted = _ticked(visit)
    done = await visit.begin(lambda unit: sum(revive(unit, one) for one in wanted))
    return visit.go(_PATH, "deliveries_tried", n=done)


async def drop(visit: Visit) -> Response:
    """Those that are ticked are off the list: nobody needs them any more."""
    wanted, reason = _ticked(visit), _reason(visit)

    def work(unit: UnitOfWork) -> int:
        for one in wanted:
            found = delivery_numbered(unit, one)
            if found is not None and must_be_handed_over(unit, found.subscriber, found.payload):
                raise Invalid(FieldProblem("delivery", visit.say("deliveries_needed", number=one)))
        return sum(let_go(unit, one, reason=reason) for one in wanted)

    done = await visit.begin(work)
    return visit.go(_PATH, "deliveries_dropped", n=done)


async def release(visit: Visit) -> Response:
    """A print that waits goes on."""
    return await _mend(visit, "print_is_released", print_deeds.release)


async def again(visit: Visit) -> Response:
    """A print that failed is made again."""
    return await _mend(visit, "print_is_made_again", print_deeds.print_again)


async def cancel(visit: Visit) -> Response:
    """A print is taken back."""
    return await _mend(visit, "print_is_cancelled", print_deeds.take_back)


async def move(visit: Visit) -> Response:
    """Another machine makes it: it goes on there at once."""
    key = visit.form.text("target")

    def work(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
        target = machine_called(unit, key)
        if target is None:
            raise NotFound(f"there is no machine {key[:60]}")
        moved = move_print(unit, called, target, reason=reason)
        held = moved.status is JobState.WAITING_FOR_STAFF
        return print_deeds.release(unit, called, reason=reason) if held else moved

    return await _mend(visit, "print_is_moved", work)


async def _mend(visit: Visit, notice: str, act: Callable[..., PrintJob]) -> Response:
    called, reason = visit.form.text("print"), _reason(visit)
    await visit.begin(lambda unit: act(unit, called, reason=reason))
    return visit.go(_PATH, notice, name=called)


def _board(unit: Reading, subscriber: str, before_id: int | None) -> _Board:
    dead = given_up(unit, subscriber=subscriber, limit=_ROWS + 1, before_id=before_id)
    shown, waiting = dead[:_ROWS], tried_in_vain(unit, most=_ROWS)
    prints = held_prints(unit, most=_ROWS)
    machines = fleet(unit).by_id
    return _Board(
        prints=prints,
        siblings={
            one.id: [
                other
                for other in machines.values()
                if (other.partner_id, other.is_test)
                == (machines[one.machine_id].partner_id, machines[one.machine_id].is_test)
                and other.id != one.machine_id
            ]
            for one in prints
        },
        # What ended a promise to hand a print over is told by the print, as long as that waits.
        dead=[one for one in shown if not _told_by_its_print(one, prints)],
        more=shown[-1].id if len(dead) > _ROWS else None,
        dead_by={tally.subscriber: tally.count for tally in given_up_tallies(unit)},
        waiting=waiting,
        waiting_by={tally.subscriber: tally.count for tally in in_vain_tallies(unit)},
        about={one.id: about(unit, one.payload) for one in (*shown, *waiting)},
        crm_stuck=sum(
            tally.count for tally in crm_tallies(unit) if tally.status in (SyncStatus.DEAD, SyncStatus.FAILED)
        ),
    )


def _told_by_its_print(one: Delivery, prints: Sequence[HeldPrint]) -> bool:
    order_id = one.payload.get("order_id")
    return one.subscriber in SUBMITS and any(held.order_id == order_id for held in prints)


def _ticked(visit: Visit) -> Sequence[int]:
    wanted = [
        int(said)
        for said in visit.form.many("delivery")
        if said.isascii() and said.isdigit() and len(said) < 16
    ]
    if not wanted:
        raise Invalid(FieldProblem("delivery", visit.say("deliveries_tick_some")))
    return wanted[:_MOST_AT_ONCE]


def _reason(visit: Visit) -> str:
    reason = visit.form.text("reason")
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise Invalid(FieldProblem("reason", visit.say("say_why")))
    return reason


async def show_one(visit: Visit) -> Response:
    """One promise with everything that is known of it."""

    def look(unit: Reading) -> tuple[Delivery, About | None, bool]:
        found = delivery_numbered(unit, visit.id("delivery"))
        if found is None:
            raise NotFound("there is no such promise")
        held = found.subscriber in SUBMITS and _told_by_its_print(
            found, held_prints(unit, most=_MOST_AT_ONCE)
        )
        return found, about(unit, found.payload), held

    delivery, its, held = await visit.read(look)
    dead = delivery.state is DeliveryState.DEAD
    return visit.render(
        "delivery.html", one=delivery, its=its, dead=dead, held=held and dead, now=visit.now, path=_PATH
    )


PAGE = Page(
    _PATH,
    "deliveries",
    show,
    group=Group.FLOOR,
    key="x",
    posts=(
        Post(f"{_PATH}/retry", try_again),
        Post(f"{_PATH}/drop", drop),
        Post(f"{_PATH}/release", release),
        Post(f"{_PATH}/reprint", again),
        Post(f"{_PATH}/cancel", cancel),
        Post(f"{_PATH}/move", move),
    ),
)
ONE = Page(f"{_PATH}/{{delivery}}", "delivery", show_one)
