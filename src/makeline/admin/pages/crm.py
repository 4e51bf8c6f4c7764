"""The mirror: what waits to be sent to the CRM, what failed and why, and sending it again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut, word_wanted
from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.mirror import mirror_page, name_of
from makeline.admin.visit import Visit
from makeline.crm.line import line_of, wake_line
from makeline.crm.models import Item, Line, SyncStatus
from makeline.crm.queries import Tally, last_push, tallies
from makeline.crm.records import Entity
from makeline.crm.want import want_one, want_stuck
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

PATH = "/staff/crm"
_MOST_AT_ONCE = 500


class _Board(NamedTuple):
    """What the page shows."""

    line: Line | None
    pushed_at: datetime | None
    tallies: Sequence[Tally]
    items: Sequence[Item]
    names: Mapping[int, str]


async def show(visit: Visit) -> Response:
    """What is not over there yet, the newest first; or what the address asks for."""
    status, entity = word_wanted(visit, "status", SyncStatus), word_wanted(visit, "entity", Entity)
    before_id = cursor(visit)

    def look(unit: Reading) -> _Board:
        items = mirror_page(
            unit, status=status or "", entity=entity or "", limit=ROWS + 1, before_id=before_id
        )
        names = {item.id: name_of(unit, item.entity, item.our_id) for item in items}
        return _Board(line_of(unit), last_push(unit), tallies(unit), items, names)

    board = await visit.read(look)
    page = cut(board.items)
    by_status = {
        word.value: sum(one.count for one in board.tallies if one.status is word) for word in SyncStatus
    }
    return visit.render(
        "crm.html",
        board=board,
        items=page.rows,
        more=page.after,
        by_status=by_status,
        stuck=by_status[SyncStatus.DEAD] + by_status[SyncStatus.FAILED],
        status=status or "",
        entity=entity or "",
        entities=[word.value for word in Entity],
        mode=visit.office.crm.mode if visit.office.crm is not None else "off",
        path=PATH,
        now=visit.now,
    )


async def send_again(visit: Visit) -> Response:
    """Those that are ticked, at once; what was deleted over there is made anew."""
    wanted = [
        int(said) for said in visit.form.many("item") if said.isascii() and said.isdigit() and len(said) < 16
    ]
    if not wanted:
        raise Invalid(FieldProblem("item", visit.say("crm_tick_some")))

    def work(unit: UnitOfWork) -> None:
        for item_id in wanted[:_MOST_AT_ONCE]:
            want_one(unit, item_id)

    await visit.begin(work)
    return visit.go(PATH, "crm_sent_again", n=len(wanted))


async def send_all_again(visit: Visit) -> Response:
    """Everything that failed or was given up."""
    count = await visit.begin(want_stuck)
    return visit.go(PATH, "crm_sent_again", n=count)


async def wake(visit: Visit) -> Response:
    """Staff has put something right: the next try is made at once."""
    await visit.begin(wake_line)
    return visit.go(PATH, "crm_is_tried")


PAGE = Page(
    PATH,
    "crm",
    show,
    group=Group.FLOOR,
    key="k",
    posts=(
        Post(f"{PATH}/retry", send_again),
        Post(f"{PATH}/retry-all", send_all_again),
        Post(f"{PATH}/wake", wake),
    ),
)
