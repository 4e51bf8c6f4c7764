"""People who want to be called: who, when they like it, and how it went."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut, word_wanted
from makeline.admin.page import Group, Page, Post
from makeline.admin.questions.calls import calls_by_status
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.call_requests.change_status import change_call_status
from makeline.parts.call_requests.models import CallRequest
from makeline.parts.call_requests.queries import call_requests_page
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus


async def show(visit: Visit) -> Response:
    """A page of them, with what may be said of each."""
    status = word_wanted(visit, "status", CallRequestStatus) or ""

    def look(unit: Reading) -> tuple[Sequence[CallRequest], Mapping[str, int]]:
        rows, _ = call_requests_page(unit, status=status, limit=ROWS + 1, before_id=cursor(visit))
        return rows, calls_by_status(unit)

    rows, tally = await visit.read(look)
    return visit.render(
        "calls.html",
        cut=cut(rows),
        tally=tally,
        total=sum(tally.values()),
        statuses=tuple(CallRequestStatus),
        following={status: _following(status) for status in CallRequestStatus},
    )


async def change(visit: Visit) -> Response:
    """How it went."""
    call_id, said = visit.form.number("call"), visit.form.text("status")
    if said not in tuple(CallRequestStatus):
        raise Invalid(FieldProblem("status", "is no status of a call", said[:40]))
    status = CallRequestStatus(said)
    await visit.begin(lambda unit: change_call_status(unit, call_id, status))
    return visit.go("/staff/calls", "call_changed")


def _following(status: CallRequestStatus) -> list[CallRequestStatus]:
    return [word for word in CallRequestStatus if CALL_REQUEST_STATES.allows(status, word)]


PAGE = Page(
    "/staff/calls", "calls", show, group=Group.WORK, key="c", posts=(Post("/staff/calls/status", change),)
)
