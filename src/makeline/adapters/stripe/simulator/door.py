"""The simulated Stripe over HTTP: the calls of its library, and loopback doors for tests and people."""

import asyncio
import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from makeline.adapters.stripe.simulator.books import Thing
from makeline.adapters.stripe.simulator.form import decode_form
from makeline.adapters.stripe.simulator.money import Money
from makeline.adapters.stripe.simulator.pages import overview
from makeline.adapters.stripe.simulator.refused import Refused
from makeline.adapters.stripe.simulator.settings import Switches
from makeline.adapters.stripe.simulator.wording import shown
from makeline.foundation.simulation import UnknownSwitch


class Door:
    """Answers calls; ``switches`` are how it behaves now."""

    def __init__(self, money: Money, key: str, switches: Switches) -> None:
        self.money = money
        self._key = key
        self.switches = switches

    async def answer(self, request: Request) -> Response:
        """One call of the library."""
        if self.switches.delay:
            await asyncio.sleep(self.switches.delay)
        if self.switches.away:
            return cut_off()
        before = len(self.money.books.effects)
        try:
            status, body = self._called(request, (await request.body()).decode())
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        if self.switches.lose_answers and len(self.money.books.effects) > before:
            self.switches = self.switches.changed({"lose_answers": self.switches.lose_answers - 1})
            return cut_off()
        return JSONResponse(body, status)

    def _called(self, request: Request, raw: str) -> tuple[int, Thing]:
        shown_key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown_key.encode(), self._key.encode()):
            raise Refused("Invalid API Key provided", status=401)
        path = request.url.path.removeprefix("/v1/")
        if self.switches.refuse and self.switches.refuse in path:
            raise Refused("refused by a switch", code="refused_by_switch")
        told = decode_form(raw if request.method == "POST" else request.url.query)
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        asked = f"{path} {raw}"
        books = self.money.books
        if key in books.answers:
            before, status, body = books.answers[key]
            if before != asked:
                raise Refused("Keys for idempotent requests can only be used once", sort="idempotency_error")
            return status, body
        # What is refused before anything was done is not kept: it may be asked again under its key.
        body = self._run(request.method, path.split("/"), told)
        if key:
            books.answers[key] = (asked, 200, body)
        return 200, body

    def _run(self, method: str, path: list[str], told: dict[str, Any]) -> Thing:
        money, expand = self.money, list(told.get("expand") or [])
        match (method, *path):
            case ("POST", "checkout", "sessions"):
                found = money.open_session(told)
            case ("GET", "checkout", "sessions"):
                return self._sessions(told, [path.removeprefix("data.") for path in expand])
            case ("GET", "checkout", "sessions", name):
                found = money.session(name)
            case ("POST", "checkout", "sessions", name, "expire"):
                found = money.expire(name)
            case ("GET", "payment_intents", name):
                found = money.intent(name)
            case ("POST", "payment_intents", name, "capture"):
                found = money.capture(name, _minor(told.get("amount_to_capture")))
            case ("POST", "payment_intents", name, "cancel"):
                found = money.cancel(name)
            case ("POST", "refunds"):
                found = money.refund(
                    str(told.get("payment_intent")), _minor(told.get("amount")), told.get("metadata")
                )
            case ("GET", "refunds"):
                listed = [
                    one
                    for one in money.books.refunds.values()
                    if told.get("payment_intent") in (None, one["payment_intent"])
                ]
                return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": listed[::-1]}
            case _:
                raise Refused("Unrecognized request URL", status=404)
        return shown(money.books, found, expand)

    def _sessions(self, told: dict[str, Any], expand: list[str]) -> Thing:
        """Newest first, as Stripe lists them."""
        books = self.money.books
        since = _minor((told.get("created") or {}).get("gte")) or 0
        names = [
            name
            for name, session in reversed(books.sessions.items())
            if session["created"] >= since and told.get("status") in (None, session["status"])
        ]
        if (last := told.get("starting_after")) is not None:
            names = names[names.index(last) + 1 :]
        most = _minor(told.get("limit")) or 10
        return {
            "object": "list",
            "url": "/v1/checkout/sessions",
            "has_more": len(names) > most,
            "data": [shown(books, books.sessions[name], expand) for name in names[:most]],
        }

    async def control(self, request: Request) -> Response:
        """Behave otherwise, or let something happen: ``{"dispute": "pi_…"}``, ``{"bank_refuses": "pi_…"}``."""
        try:
            told = json.loads(await request.body())
            for name, work in self._hands().items():
                if name in told:
                    work(str(told.pop(name)))
            self.switches = self.switches.changed(told)
        except (UnknownSwitch, Refused, ValueError, AttributeError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"done": True})

    def _hands(self) -> dict[str, Any]:
        money = self.money
        return {
            "dispute": money.dispute,
            "expire": money.expire,
            "refund": lambda name: money.refund(name, None, None),
            "release": money.cancel,
            "bank_pays": lambda name: money.bank_answers(name, paid=True),
            "bank_refuses": lambda name: money.bank_answers(name, paid=False),
        }

    async def ledger(self, _request: Request) -> Response:
        """Everything it keeps."""
        books = self.money.books
        kept = {
            name: list(getattr(books, name).values())
            for name in ("sessions", "intents", "charges", "refunds")
        }
        return JSONResponse({**kept, "effects": books.effects})

    async def look(self, _request: Request) -> Response:
        """A page for people."""
        return HTMLResponse(overview(self.money.books))


def cut_off() -> Response:
    """An answer that promises more than it sends, so that the server breaks the connection."""
    return StreamingResponse(iter((b"",)), headers={"content-length": "1000"}, media_type="application/json")


def _minor(told: Any) -> int | None:
    if told is None:
        return None
    if not str(told).isdecimal():
        raise Refused("Invalid integer", param="amount")
    return int(told)
