"""Stripe tells that something happened: signed, any number of times, in any order. The page itself is then read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import structlog
from pydantic import BaseModel
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.payments.checkout_rows import checkout_of_charge, checkout_of_page
from makeline.commerce.payments.gateway import GatewayTrouble
from makeline.commerce.payments.look import Till, look_at_page
from makeline.foundation.database import Database
from makeline.foundation.inbox import MessageState, find_message, forget_messages_of, keep_message
from makeline.foundation.metrics import GATEWAY_EVENTS
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import BodyTooLarge, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Kind, NotFound, Refusal, Unavailable

SOURCE = "stripe"
_LARGEST = 1024 * 1024
# Seconds that a signature is good for.
_TOLERANCE = 300
_KEPT_FOR = timedelta(days=35)
_log = structlog.get_logger()


class NotSigned(Refusal):
    """The body does not carry a fresh signature of the account's."""

    code = "SIGNATURE_INVALID"
    kind = Kind.MALFORMED


class Heard(BaseModel):
    """An event was heard; ``outcome``: applied, repeated, foreign, or ignored."""

    received: bool
    outcome: str


class _Event(NamedTuple):
    id: str
    kind: str
    page: str | None
    charge: str | None


@dataclass(frozen=True)
class WebhookDesk:
    """``secrets`` sign the events; without any the path is not there."""

    database: Database
    till: Till
    secrets: Sequence[str]

    async def hear(self, request: Request) -> Response:
        """One event: the same is applied once, and no word of it is believed but whose it is."""
        if not self.secrets:
            raise NotFound("there is nothing here")
        raw = await read_bytes(request, largest=_LARGEST)
        signature = request.headers.get("stripe-signature", "")
        event = await asyncio.to_thread(_verified, raw, signature, self.secrets)
        outcome = await self._apply(event)
        GATEWAY_EVENTS.labels(outcome).inc()
        return json_answer({"received": True, "outcome": outcome})

    async def _apply(self, event: _Event) -> str:
        if event.page is None and event.charge is None:
            return "ignored"
        known, page = await self.database.begin(lambda unit: _page_of(unit, event), actor="stripe event")
        if known:
            return "repeated"
        if page is None:
            # Of another shop with the same account, or the page's own event will tell us.
            return "foreign"
        try:
            await look_at_page(
                self.database.begin,
                self.till,
                page,
                actor="stripe event",
                also=lambda unit: _keep(unit, event, page),
            )
        except GatewayTrouble as trouble:
            _log.warning("event_waits", reason=trouble.reason, event_kind=event.kind)
            raise Unavailable("Stripe does not answer us; send it again") from trouble
        return "applied"


def webhook_endpoints(desk: WebhookDesk) -> tuple[Endpoint, ...]:
    """Stripe's call to us."""
    return (
        Endpoint(
            "POST", "/stripe/webhook", desk.hear, "Stripe tells that something happened", "Webstore", None, Heard,
            refusals=(NotSigned, NotFound, BodyTooLarge, Unavailable), uploads=("application/json",), largest=_LARGEST,
        ),
    )  # fmt: skip


def forget_old_events(unit: UnitOfWork) -> int:
    """Events that Stripe does not send any more; returns how many."""
    return forget_messages_of(unit, SOURCE, before=unit.now - _KEPT_FOR)


def _verified(raw: bytes, signature: str, secrets: Sequence[str]) -> _Event:
    # Large; read beside everything else that runs, once.
    import stripe

    for secret in secrets:
        try:
            stripe.Webhook.construct_event(raw, signature, secret, _TOLERANCE)
            return _read(from_json(raw))
        except stripe.SignatureVerificationError:
            continue
        except (ValueError, KeyError, TypeError, AttributeError):
            # Signed, and no event that we know how to read.
            raise NotSigned("this is no event") from None
    raise NotSigned("the signature is missing, too old, or not ours")


def _read(event: dict[str, Any]) -> _Event:
    kind, about = str(event.get("type", "")), event["data"]["object"]
    if kind.startswith("checkout.session."):
        return _Event(event["id"], kind, about["id"], None)
    if kind.startswith("payment_intent."):
        return _Event(event["id"], kind, None, about["id"])
    if kind.startswith(("charge.", "refund.")):
        return _Event(event["id"], kind, None, about.get("payment_intent"))
    return _Event(event["id"], kind, None, None)


def _page_of(unit: UnitOfWork, event: _Event) -> tuple[bool, str | None]:
    if find_message(unit, source=SOURCE, external_id=event.id) is not None:
        return True, None
    if event.page is not None:
        checkout = checkout_of_page(unit, event.page)
    else:
        checkout = checkout_of_charge(unit, event.charge or "")
    return False, checkout.page_reference if checkout is not None else None


def _keep(unit: UnitOfWork, event: _Event, page: str) -> None:
    """In the unit that took the report, which holds the order's lock: a repeat finds it."""
    if find_message(unit, source=SOURCE, external_id=event.id) is None:
        keep_message(
            unit,
            source=SOURCE,
            external_id=event.id,
            topic="payment_event",
            subject=page,
            payload={"type": event.kind},
            state=MessageState.APPLIED,
        )
