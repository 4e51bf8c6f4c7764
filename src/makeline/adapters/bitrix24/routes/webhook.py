"""The portal tells us that something changed. Only the id is believed, and even that only as a reason to look."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.bitrix24.query import BadQuery, decode_query
from makeline.adapters.bitrix24.routes.schemas import WebhookAnswer
from makeline.crm.pull import hear
from makeline.crm.records import Entity
from makeline.foundation.database import Database
from makeline.foundation.metrics import CRM_EVENTS
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import BodyTooLarge, read_bytes, read_object
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound

_LARGEST = 64 * 1024
_EVENT = re.compile(r"ONCRM(LEAD|DEAL|CONTACT|COMPANY)(ADD|UPDATE|DELETE|MOVETOCATEGORY)")
_FORM = "application/x-www-form-urlencoded"
_UPLOADS = (_FORM, "application/json")


@dataclass(frozen=True)
class WebhookDesk:
    """``tokens`` of the portal's outgoing webhooks; without any it is ``open`` to everybody, or not there at all."""

    database: Database
    tokens: Sequence[bytes]
    open: bool

    async def hear(self, request: Request) -> Response:
        """One event; the answer comes before anything is looked at."""
        if not self.tokens and not self.open:
            raise NotFound("there is nothing here")
        told = _read(request, await read_bytes(request, largest=_LARGEST))
        self._must_be_known(request, told)
        outcome, event = "unknown", _event_in(told)
        if event is not None:
            heard = await self.database.begin(partial(_hear, event=event), actor="crm event")
            outcome = "heard" if heard else "foreign"
        CRM_EVENTS.labels(outcome).inc()
        return json_answer({"message": "Webhook processed successfully"})

    def _must_be_known(self, request: Request, told: dict[str, Any]) -> None:
        if not self.tokens:
            return
        auth = told.get("auth")
        shown = auth.get("application_token") if isinstance(auth, dict) else None
        if shown is None:
            shown = request.headers.get("x-application-token", "")
        raw = str(shown).encode()
        # All are compared, so that the time tells nothing.
        if not sum(hmac.compare_digest(raw, token) for token in self.tokens):
            raise NotAllowed("the application token is not the one that is set")


def webhook_endpoints(desk: WebhookDesk) -> tuple[Endpoint, ...]:
    """The portal's call to us."""
    return (
        Endpoint(
            "POST", "/bitrix/webhook", desk.hear, "The portal tells of a change", "Bitrix sync", None,
            WebhookAnswer, refusals=(NotAllowed, NotFound, Invalid, BodyTooLarge), uploads=_UPLOADS, largest=_LARGEST,
        ),
    )  # fmt: skip


def _hear(unit: Any, event: tuple[Entity, int]) -> bool:
    return hear(unit, *event)


def _read(request: Request, raw: bytes) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return read_object(raw)
    try:
        return decode_query(raw.decode())
    except (BadQuery, UnicodeDecodeError):
        raise Invalid(FieldProblem("body", "is no form that can be read")) from None


def _event_in(told: dict[str, Any]) -> tuple[Entity, int] | None:
    """Which record is meant, in either form; None for what we do not know."""
    form = _EVENT.fullmatch(str(told.get("event", "")).upper())
    if form:
        data = told.get("data")
        fields = data.get("FIELDS") if isinstance(data, dict) else None
        kind, number = form.group(1).lower(), fields.get("ID") if isinstance(fields, dict) else None
    else:
        kind, number = str(told.get("entity_type", "")).lower(), told.get("entity_id")
    text = str(number)
    if kind not in set(Entity) or not (text.isascii() and text.isdecimal() and len(text) <= 15):
        return None
    return Entity(kind), int(text)
