"""A refused call as its partner may look it up later: what was called, what was wrong, nothing that must stay hidden."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request

from makeline.cases.kiosk.claims import Claim, claim_of
from makeline.cases.kiosk.session_id import InvalidSessionId, parse_session_id
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.redaction import redacted_name, redacted_text, redacted_value
from makeline.cases.machines.refused_calls import RefusedCall
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import STATUS
from makeline.kernel.errors import FieldProblem, Invalid, Refusal

# Where the door leaves the machine that a body names.
MACHINE_NAMED = "makeline.machine"
_MOST_FIELDS = 20
_MOST_OF_A_LIST = 20
# Told in columns of their own, or worth nothing later.
_NOT_KEPT = frozenset({"reason", "retry_after", "request_id"})


def refused_call(
    request: Request, endpoint: Endpoint, refusal: Refusal, caller: Caller | None, *, now: datetime
) -> RefusedCall | None:
    """What is to be kept of it; None when no partner is behind it."""
    claim = claim_of(request)
    if caller is not None and caller.partner_id is not None:
        partner_id, machine_id, prefix = caller.partner_id, caller.machine_id, caller.key_prefix
    elif caller is None and claim is not None:
        partner_id, machine_id, prefix = claim.key.partner_id, claim.key.machine_id, claim.key.prefix
    else:
        return None
    return RefusedCall(
        partner_id=partner_id,
        machine_id=machine_id,
        proven=caller is not None,
        at=now,
        method=request.method,
        path=endpoint.path,
        status=STATUS[refusal.kind],
        code=refusal.code,
        reason=reason_of(refusal),
        message=_message(refusal),
        detail=_detail(request, refusal, claim, prefix),
    )


def reason_of(refusal: Refusal) -> str | None:
    """The finer word beside the code."""
    if "scope" in refusal.extras:
        return "scope"
    return refusal.extras.get("reason")


def _detail(request: Request, refusal: Refusal, claim: Claim | None, prefix: str | None) -> dict[str, Any]:
    return {
        "named": _named(request),
        "key": prefix,
        "fields": _fields(refusal),
        "ignored": [redacted_name(name) for name in _ignored(request)],
        "told": {name: _told(name, value) for name, value in refusal.extras.items() if name not in _NOT_KEPT},
        "signed": dict(claim.told) if claim is not None and claim.told else None,
    }


def _named(request: Request) -> dict[str, str]:
    """What the path names, and the machine that is known by it."""
    named = {name: redacted_name(value) for name, value in request.path_params.items()}
    machine = request.scope.get(MACHINE_NAMED) or _machine_of(request.path_params)
    if machine is not None:
        named["machine_id"] = redacted_name(machine)
    return named


def _machine_of(path_params: Mapping[str, str]) -> str | None:
    if "session_id" not in path_params:
        return path_params.get("equipment_id") or path_params.get("machine_id")
    try:
        return parse_session_id(path_params["session_id"]).machine
    except InvalidSessionId:
        return None


def _ignored(request: Request) -> Sequence[str]:
    return list(request.scope.get("state", {}).get("ignored_fields") or ())[:_MOST_FIELDS]


def _fields(refusal: Refusal) -> list[dict[str, Any]]:
    if not isinstance(refusal, Invalid):
        return []
    return [
        {
            "field": redacted_name(problem.field),
            "message": _of_problem(problem),
            "received": redacted_value(problem.field, problem.received),
        }
        for problem in refusal.problems[:_MOST_FIELDS]
    ]


def _message(refusal: Refusal) -> str:
    if not isinstance(refusal, Invalid):
        return redacted_text(refusal.message)
    told = (
        f"{redacted_name(problem.field)}: {_of_problem(problem)}"
        for problem in refusal.problems[:_MOST_FIELDS]
    )
    return redacted_text("; ".join(told))


def _of_problem(problem: FieldProblem) -> str:
    """Its message; what is not shown as received is not quoted in it either."""
    message, received = problem.message, problem.received
    if isinstance(received, str) and received and redacted_value(problem.field, received) != received:
        message = message.replace(received, "…")
    return redacted_text(message)


def _told(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [redacted_value(name, entry) for entry in value[:_MOST_OF_A_LIST]]
    return redacted_value(name, value)
