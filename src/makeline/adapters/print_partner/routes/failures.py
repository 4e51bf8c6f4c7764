"""``GET /v1/partner/failures``: a partner's refused calls, each with its cause, what to do, and how it is done right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.causes import Words, words_for, words_for_mistake
from makeline.adapters.print_partner.example_calls import example_call, example_of_field, meant_by
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.refused_calls import KEPT_FOR, MOST_KEPT, KeptCall, refused_calls_of
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, Unrecognised

_USUAL, _MOST = 50, 200
_LARGEST_ID = 2**53


class InWords(BaseModel):
    """What was wrong, and what to do."""

    cause: str
    advice: str


class FailedField(BaseModel):
    """One field. ``received`` is described instead of shown where it may be about somebody; ``sent_as``: the name
    under which it seems to have been sent."""

    field: str
    message: str
    received: Any
    example: Any
    sent_as: str | None


class SignedText(BaseModel):
    """For signatures: the text that should have been signed, line by line as ``lines`` names them."""

    canonical_text: str | None
    lines: list[str]
    body_sha256: str | None
    body_bytes: int | None
    seconds_apart: int | None
    mistake: str | None
    mistake_en: InWords | None
    mistake_zh: InWords | None


class CorrectCall(BaseModel):
    """A call to the same path that is right; put your own key where ``…`` stands."""

    method: str
    path: str
    query: str | None
    headers: dict[str, str]
    body: Any


class Failure(BaseModel):
    """One refused call; the same mistake again within an hour counts up in ``times``. ``proven`` is false when the call
    only named a key of yours."""

    id: int
    at: str
    first_at: str
    times: int
    proven: bool
    method: str
    path: str
    named: dict[str, str]
    machine_id: str | None
    session_id: str | None
    key: str | None
    status: int
    code: str
    reason: str | None
    message: str
    told: dict[str, Any]
    en: InWords
    zh: InWords
    fields: list[FailedField]
    ignored_fields: list[str]
    signed: SignedText | None
    example: CorrectCall | None


class Failures(BaseModel):
    """Newest first. ``next``: the same list from where this answer ends, or null."""

    failures: list[Failure]
    kept: int
    kept_days: int
    next: str | None


_LINES = [
    "makeline-hmac-v1",
    "method in capitals",
    "path as it is sent",
    "query: name=value, percent-encoded, sorted, joined by &; empty without one",
    "Makeline-Timestamp",
    "Makeline-Nonce",
    "SHA-256 of the raw body, lower-case hex",
]


@dataclass(frozen=True)
class FailuresDesk:
    """What the path needs of the house."""

    database: Database
    recogniser: Recogniser

    async def failures(self, request: Request) -> Response:
        """Of the caller's own partner; a machine's key sees what that key did."""
        caller = await self.recogniser.caller(request)
        if caller.partner_id is None:
            raise Unrecognised(
                "this path speaks to partners: show a key, sign the call, or list your network"
            )
        partner_id, machine_id = caller.partner_id, caller.machine_id
        most = _whole(request, "limit", _USUAL, _MOST)
        before_id = _whole(request, "before_id", _LARGEST_ID, _LARGEST_ID)
        found = await self.database.read(
            lambda unit: refused_calls_of(
                unit, partner_id, machine_id=machine_id, before_id=before_id, most=most + 1
            )
        )
        more = len(found) > most
        answer = {
            "failures": [_failure(call) for call in found[:most]],
            "kept": MOST_KEPT,
            "kept_days": KEPT_FOR.days,
            "next": f"/v1/partner/failures?limit={most}&before_id={found[most - 1].id}" if more else None,
        }
        return json_answer(answer, headers={"Cache-Control": "no-store"})


def failures_endpoints(desk: FailuresDesk) -> tuple[Endpoint, ...]:
    """The one path."""
    return (
        Endpoint(
            "GET",
            "/v1/partner/failures",
            desk.failures,
            "Which of my calls were refused, why, and how are they done right?",
            "Print partner",
            None,
            Failures,
            refusals=(Unrecognised, Invalid),
            query=("limit", "before_id"),
        ),
    )


def _whole(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None or not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and 1 <= int(text) <= most):
        raise Invalid(FieldProblem(name, f"must be a whole number from 1 to {most}", text[:40]))
    return int(text)


def _failure(call: KeptCall) -> dict[str, Any]:
    detail = call.detail
    words = words_for(call.code, call.reason)
    ignored = detail["ignored"]
    return {
        "id": call.id,
        "at": utc_text(call.last_at),
        "first_at": utc_text(call.first_at),
        "times": call.times,
        "proven": call.proven,
        "method": call.method,
        "path": call.path,
        "named": detail["named"],
        "machine_id": detail["named"].get("machine_id"),
        "session_id": detail["named"].get("session_id"),
        "key": detail["key"],
        "status": call.status,
        "code": call.code,
        "reason": call.reason,
        "message": call.message,
        "told": detail["told"],
        "en": words["en"]._asdict(),
        "zh": words["zh"]._asdict(),
        "fields": [
            {
                **field,
                "example": example_of_field(call.method, call.path, field["field"]),
                "sent_as": meant_by(field["field"], ignored),
            }
            for field in detail["fields"]
        ],
        "ignored_fields": ignored,
        "signed": _signed(detail["signed"]),
        "example": example_call(
            call.method, call.path, named=detail["named"], code=call.code, key=detail["key"]
        ),
    }


def _signed(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    words: Mapping[str, Words] = words_for_mistake(told.get("mistake")) or {}
    return {
        "canonical_text": told.get("canonical_text"),
        "lines": _LINES,
        "body_sha256": told.get("body_sha256"),
        "body_bytes": told.get("body_bytes"),
        "seconds_apart": told.get("seconds_apart"),
        "mistake": told.get("mistake"),
        "mistake_en": words["en"]._asdict() if "en" in words else None,
        "mistake_zh": words["zh"]._asdict() if "zh" in words else None,
    }
