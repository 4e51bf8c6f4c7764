"""A simulated portal over HTTP: its calls, and loopback doors for tests and people."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from makeline.adapters.bitrix24.query import BadQuery, decode_query
from makeline.adapters.bitrix24.simulator.board_door import board_routes
from makeline.adapters.bitrix24.simulator.limits import MOST_IN_A_BATCH, Limits
from makeline.adapters.bitrix24.simulator.methods import Methods
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.settings import CODE, Switches
from makeline.adapters.bitrix24.simulator.shelf import NAMES, Shelf
from makeline.adapters.bitrix24.simulator.sign_in import SignIn
from makeline.foundation.simulation import UnknownSwitch

_REFERENCE = re.compile(r"\$result((?:\[[^\[\]]+\])+)")
_WHOLE_PAGE = "<html><body><h1>Service Temporarily Unavailable</h1></body></html>"


class Door:
    """Answers calls; ``switches`` are how it behaves now."""

    def __init__(self, shelf: Shelf, methods: Methods, limits: Limits, switches: Switches) -> None:
        self.shelf = shelf
        self.methods = methods
        self.limits = limits
        self.sign_in = SignIn(shelf.clock)
        self._switches = switches
        methods.refuse_title = switches.refuse_title

    @property
    def switches(self) -> Switches:
        """How it behaves now."""
        return self._switches

    def turn(self, changes: dict[str, Any]) -> None:
        """Behave otherwise; raises ``UnknownSwitch``."""
        self._switches = self._switches.changed(changes)
        self.methods.refuse_title = self._switches.refuse_title

    async def answer(self, request: Request) -> Response:
        """One call."""
        switches = self._switches
        if switches.delay:
            await asyncio.sleep(switches.delay)
        if switches.away:
            return _cut_off()
        if switches.html:
            self._switches = self._switches.changed({"html": switches.html - 1})
            return HTMLResponse(_WHOLE_PAGE, 200)
        method = request.path_params["method"].removesuffix(".json")
        before = len(self.shelf.effects)
        try:
            body, status = await self._called(request, method), 200
        except Refused as refused:
            body, status = refused.body(), refused.status
        except (BadQuery, ValueError) as error:
            body, status = Refused("100", str(error)).body(), 400
        body["time"] = self.limits.told(method, switches.seconds_per_call)
        if switches.lose_answers and len(self.shelf.effects) > before:
            self._switches = self._switches.changed({"lose_answers": switches.lose_answers - 1})
            return _cut_off()
        return JSONResponse(body, status)

    async def _called(self, request: Request, method: str) -> dict[str, Any]:
        self.limits.hit(self._switches)
        if "code" in request.path_params and request.path_params["code"] != CODE:
            raise Refused("INVALID_CREDENTIALS", "Invalid request credentials", status=401)
        if self._switches.denied:
            raise Refused("ACCESS_DENIED", "REST is available only on commercial plans", status=403)
        params = _lists_as_maps(json.loads(await request.body() or b"{}"))
        if not isinstance(params, dict):
            raise Refused("100", "Parameters must be an object")
        if "code" not in request.path_params:
            self.sign_in.must_be_granted(params.pop("auth", ""))
        if method == "batch":
            return {"result": self._batch(params)}
        return {"result": self._run(method, params)}

    def _run(self, method: str, params: dict[str, Any]) -> Any:
        run = self.methods.table.get(method)
        if run is None:
            raise Refused("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404)
        self.limits.work(method, self._switches)
        return run(params)

    def _batch(self, params: dict[str, Any]) -> dict[str, Any]:
        self.limits.work("batch", self._switches.changed({"seconds_per_call": 0.0}))
        results: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        times: dict[str, Any] = {}
        for place, (key, line) in enumerate((params.get("cmd") or {}).items()):
            method, _, query = str(line).partition("?")
            try:
                _must_be_allowed(place, method)
                results[key] = self._run(method, _referred(decode_query(query), results))
            except Refused as refused:
                errors[key] = refused.body()
                if str(params.get("halt")) == "1":
                    break
            times[key] = self.limits.told(method, self._switches.seconds_per_call)
        if self._switches.batch_work == "both":
            self.limits.charge("batch", len(times) * self._switches.seconds_per_call)
            times = dict.fromkeys(times, self.limits.told("batch", self._switches.seconds_per_call))
        return {
            "result": results or [],
            "result_error": errors or [],
            "result_next": [],
            "result_time": times or [],
        }


def make_app(door: Door, settle: Callable[[], None]) -> Starlette:
    """Its calls, its ledger, its switches, the hands of its sales people, and a page to look at."""

    async def ledger(_request: Request) -> Response:
        shelf = door.shelf
        kinds = {NAMES[kind].lower(): list(items.values()) for kind, items in shelf.items.items()}
        told = {"rows": shelf.rows, "requisites": list(shelf.requisites.values())}
        figures = {"calls": door.limits.calls, "limits_met": door.limits.met, "made": door.limits.made}
        return JSONResponse({**kinds, **told, **figures, "effects": shelf.effects})

    async def control(request: Request) -> Response:
        try:
            door.turn(json.loads(await request.body()))
        except (UnknownSwitch, ValueError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"done": True})

    async def hand(request: Request) -> Response:
        told = json.loads(await request.body())
        try:
            door.methods.move(int(told["kind"]), int(told["id"]), dict(told["fields"]))
        except (Refused, KeyError, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        settle()
        return JSONResponse({"done": True})

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "healthy"})

    return Starlette(
        routes=[
            Route("/rest/{user}/{code}/{method}", door.answer, methods=["POST"]),
            Route("/bitrix/services/main/ajax.php", door.methods.papers.file),
            Route("/rest/{method}", door.answer, methods=["POST"]),
            Route("/oauth/authorize/", door.sign_in.authorise),
            Route("/oauth/token/", door.sign_in.token),
            Route("/ledger", ledger),
            Route("/control", control, methods=["POST"]),
            Route("/hand", hand, methods=["POST"]),
            Route("/health", health),
            *board_routes(door.shelf, door.methods, door.limits, settle),
        ]
    )


def _must_be_allowed(place: int, method: str) -> None:
    if place >= MOST_IN_A_BATCH:
        raise Refused("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    if method == "batch":
        raise Refused("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")


def _referred(value: Any, results: dict[str, Any]) -> Any:
    """``$result[key][item][id]`` replaced by what an earlier call of the batch answered; nothing found is empty."""
    if isinstance(value, dict):
        return {name: _referred(entry, results) for name, entry in value.items()}
    if not isinstance(value, str) or "$result" not in value:
        return value

    def found(match: re.Match[str]) -> str:
        node: Any = results
        for step in match.group(1)[1:-1].split("]["):
            if isinstance(node, list):
                node = dict(enumerate(node)).get(int(step)) if step.isdecimal() else None
            else:
                node = node.get(step) if isinstance(node, dict) else None
        return "" if node is None else str(node)

    return _REFERENCE.sub(found, value)


def _lists_as_maps(value: Any) -> Any:
    # As a query has them, so that a call means the same inside a batch and outside.
    if isinstance(value, list):
        return {str(place): _lists_as_maps(entry) for place, entry in enumerate(value)}
    if isinstance(value, dict):
        return {name: _lists_as_maps(entry) for name, entry in value.items()}
    return value


def _cut_off() -> Response:
    """An answer that promises more than it sends, so that the server breaks the connection."""
    return StreamingResponse(iter((b"",)), headers={"content-length": "1000"}, media_type="application/json")
