"""Somebody takes his consent back: what he gave is gone, that he had asked stays."""

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.call_requests.change_status import change_call_status
from makeline.parts.call_requests.models import call_requests
from makeline.parts.call_requests.queries import call_request_for_update
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus

_FORGET = Change(
    update(call_requests)
    .where(call_requests.c.id == bindparam("request_id"), call_requests.c.forgotten_at.is_(None))
    .values(
        name="",
        phone="",
        product="",
        wished_time="",
        additional="",
        forgotten_at=bindparam("now", type_=UtcTime()),
    )
)


def forget_call(unit: UnitOfWork, viewer: Member, call_request_id: int) -> None:
    """By whoever asked, or staff; nobody is called any more. Raises ``NotFound``. Safe to repeat."""
    request = call_request_for_update(unit, call_request_id)
    if not (viewer.is_staff or request.user_id == viewer.user_id):
        raise NotFound("there is no such call request")
    if CALL_REQUEST_STATES.allows(request.status, CallRequestStatus.CANCELLED):
        change_call_status(unit, request.id, CallRequestStatus.CANCELLED)
    unit.change(_FORGET, request_id=request.id, now=unit.now)
