"""Somebody wants to be called, and agrees that his number is kept for it."""

from typing import NamedTuple

from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.call_requests.agreement import VERSION
from makeline.parts.call_requests.events import CallRequested
from makeline.parts.call_requests.models import CallRequest, call_requests
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus


class CallWish(NamedTuple):
    """Who wants to be called about what; ``agreed_to``: the version of the text that he agreed to."""

    name: str
    phone: str
    product: str
    wished_time: str
    additional: str
    agreed_to: str


def request_call(unit: UnitOfWork, wish: CallWish, *, user_id: int | None) -> CallRequest:
    """The new request; staff hears of it. Raises ``Invalid`` for consent to a text that is not the present one."""
    if wish.agreed_to != VERSION:
        raise Invalid(
            FieldProblem("agreement_version", f"is not {VERSION}, the present one", wish.agreed_to[:40])
        )
    request = CallRequest(
        id=unit.new_id(call_requests),
        user_id=user_id,
        name=wish.name,
        phone=wish.phone,
        product=wish.product,
        wished_time=wish.wished_time,
        additional=wish.additional,
        agreement_version=wish.agreed_to,
        agreed_at=unit.now,
        status=CallRequestStatus.NEW,
        created_at=unit.now,
        forgotten_at=None,
    )
    unit.add(call_requests, **request._asdict())
    unit.move(CALL_REQUEST_STATES, request.id, None, request.status, cause="asked for")
    unit.emit(CallRequested(request.id))
    return request
