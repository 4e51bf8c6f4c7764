"""Answer a POST once: ``Idempotency-Key`` in, the first answer out again."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.idempotency import Claim, StoredAnswer, answer, claim_of, given_before, let_go, take
from makeline.foundation.unit_of_work import Begin, Read, UnitOfWork
from makeline.foundation.web.answers import JsonBytes
from makeline.kernel.errors import FieldProblem, Invalid

_LONGEST_KEY = 255


def claim_in(request: Request, raw: bytes, *, scope: str) -> Claim | None:
    """The key of a request, bound to its path and body; None without the header."""
    key = request.headers.get("idempotency-key")
    if not key:
        return None
    if len(key) > _LONGEST_KEY:
        raise Invalid(FieldProblem("Idempotency-Key", f"at most {_LONGEST_KEY} characters"))
    path = request.scope["path"].encode()
    return claim_of(scope, key, request.method.encode(), path, raw)


async def once(
    begin: Begin, claim: Claim | None, work: Callable[[UnitOfWork], dict[str, Any]], *, actor: str
) -> Response:
    """Run a verb of one unit and answer its body; with a key, effect and answer are stored together."""

    def act(unit: UnitOfWork) -> tuple[StoredAnswer, bool]:
        if claim is not None:
            stored = take(unit, claim)
            if stored is not None:
                return stored, True
        fresh = StoredAnswer(200, to_json(work(unit)).decode())
        if claim is not None:
            answer(unit, claim, fresh)
        return fresh, False

    stored, replayed = await begin(act, actor=actor)
    return _response(stored, replayed=replayed)


async def given_already(read: Read, claim: Claim | None) -> Response | None:
    """The answer that the key got before: for work whose first steps cannot be taken a second time."""
    if claim is None:
        return None
    stored = await read(lambda unit: given_before(unit, claim))
    return None if stored is None else _response(stored, replayed=True)


async def once_between_units(
    begin: Begin, claim: Claim | None, work: Callable[[], Awaitable[dict[str, Any]]], *, actor: str
) -> Response:
    """The same for work that spans several units and is itself safe to repeat."""
    if claim is None:
        return _response(StoredAnswer(200, to_json(await work()).decode()), replayed=False)
    stored = await begin(lambda unit: take(unit, claim), actor=actor)
    if stored is not None:
        return _response(stored, replayed=True)
    try:
        fresh = StoredAnswer(200, to_json(await work()).decode())
    except BaseException:
        await begin(lambda unit: let_go(unit, claim), actor=actor)
        raise
    await begin(lambda unit: answer(unit, claim, fresh), actor=actor)
    return _response(fresh, replayed=False)


def _response(stored: StoredAnswer, *, replayed: bool) -> Response:
    if stored.status == 200 and not replayed:
        return JsonBytes(stored.body.encode())
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return Response(stored.body, status_code=stored.status, headers=headers, media_type="application/json")
