"""Staff writes down how a call request went."""

from sqlalchemy import bindparam, update

from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.parts.call_requests.events import CallRequestMoved
from makeline.parts.call_requests.models import CallRequest, call_requests
from makeline.parts.call_requests.queries import call_request_for_update
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus

_MOVE = Change(
    update(call_requests)
    .where(call_requests.c.id == bindparam("request_id"))
    .values(status=bindparam("new_status", type_=call_requests.c.status.type))
)


class IllegalCallMove(Refusal):
    """The request is not where this may follow."""

    code = "ILLEGAL_MOVE"
    kind = Kind.CONFLICT


def change_call_status(unit: UnitOfWork, call_request_id: int, status: CallRequestStatus) -> CallRequest:
    """The request as it is now; the same status again changes nothing. Raises ``NotFound``, ``IllegalCallMove``."""
    request = call_request_for_update(unit, call_request_id)
    if request.status is status:
        return request
    if not CALL_REQUEST_STATES.allows(request.status, status):
        raise IllegalCallMove(
            f"a call request that is {request.status.value} cannot become {status.value}",
            status=request.status.value,
            allowed=sorted(word.value for word in CALL_REQUEST_STATES.moves[request.status]),
        )
    unit.move(CALL_REQUEST_STATES, request.id, request.status, status, cause="told")
    unit.change(_MOVE, request_id=request.id, new_status=status)
    unit.emit(CallRequestMoved(request.id))
    return request._replace(status=status)
