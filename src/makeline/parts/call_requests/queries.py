"""Questions about call requests; staff alone asks them."""

from sqlalchemy import bindparam, func, select

from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.call_requests.models import CallRequest, call_requests

_LARGEST_ID = 2**53
_C = call_requests.c
_ONE = Query(select(call_requests).where(_C.id == bindparam("id")), CallRequest)
_LOCKED = Query(select(call_requests).where(_C.id == bindparam("id")).with_for_update(), CallRequest)
_NEWEST = (
    select(call_requests)
    .where(_C.id < bindparam("before_id"))
    .order_by(_C.id.desc())
    .limit(bindparam("most"))
)
_PAGE = Query(_NEWEST, CallRequest)
_PAGE_OF = Query(_NEWEST.where(_C.status == bindparam("status")), CallRequest)
_COUNT: Query[tuple[int]] = Query(select(func.count()).select_from(call_requests), tuple)
_COUNT_OF: Query[tuple[int]] = Query(
    select(func.count()).select_from(call_requests).where(_C.status == bindparam("status")), tuple
)


def call_request_of(unit: Reading, call_request_id: int) -> CallRequest:
    """One of them; raises ``NotFound``."""
    return _there(unit.first(_ONE, id=call_request_id))


def call_request_for_update(unit: Reading, call_request_id: int) -> CallRequest:
    """The same, locked until the unit ends."""
    return _there(unit.first(_LOCKED, id=call_request_id))


def call_requests_page(
    unit: Reading, *, status: str, limit: int, before_id: int | None
) -> tuple[list[CallRequest], int]:
    """The newest first, and how many there are in all; an empty ``status`` is any."""
    before = before_id or _LARGEST_ID
    if status:
        rows = unit.all(_PAGE_OF, status=status, before_id=before, most=limit)
        return rows, unit.all(_COUNT_OF, status=status)[0][0]
    return unit.all(_PAGE, before_id=before, most=limit), unit.all(_COUNT)[0][0]


def _there(found: CallRequest | None) -> CallRequest:
    if found is None:
        raise NotFound("there is no such call request")
    return found
