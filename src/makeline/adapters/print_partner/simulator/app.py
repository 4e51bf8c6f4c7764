"""The simulated partner over HTTP: one door for its protocol, and loopback-only doors for tests and people."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from makeline.adapters.print_partner.dialect import SUCCESS
from makeline.adapters.print_partner.signature import (
    Unsignable,
    read_signed_json,
    sign_fields,
    verify_parsed,
)
from makeline.adapters.print_partner.simulator import refusals
from makeline.adapters.print_partner.simulator.control import Control
from makeline.adapters.print_partner.simulator.forms import Call
from makeline.adapters.print_partner.simulator.refusals import Refused, bad_field
from makeline.adapters.print_partner.simulator.settings import BASE_PATH, Delays
from makeline.adapters.print_partner.simulator.uploads import Uploads
from makeline.adapters.print_partner.simulator.workshop import Workshop

_LARGEST_BODY = 1024 * 1024
_WITHOUT_TOKEN = "user/login"  # noqa: S105
_UPLOAD = "file/upload"
_CHANGES = ("order/payData", "order/payStatus", "order/orderData")


class Door:
    """The partner's protocol: HTTP status 200 always, only ``code`` tells."""

    def __init__(
        self,
        workshop: Workshop,
        *,
        calls: Mapping[str, Call],
        knows_token: Callable[[str], bool],
        drops: Callable[[], bool],
        uploads: Uploads,
        chance: random.Random,
    ) -> None:
        self._workshop = workshop
        self._calls = calls
        self._knows_token = knows_token
        self._drops = drops
        self._uploads = uploads
        self._chance = chance

    async def answer(self, request: Request) -> Response:
        """One call of the protocol."""
        path = request.path_params["path"]
        parsed: Any = None
        try:
            if path == _UPLOAD and request.method == "POST":
                return _envelope(await self._upload(request))
            call = self._find(path, request)
            body = await _read(request)
            await _pause(self._workshop.switches.delays, path)
            parsed = self._check(path, request, body)
            data = call(parsed)
        except Refused as refused:
            now = self._workshop.clock()
            self._workshop.ledger.refused(path, refused.code, refused.msg, _about(parsed), now)
            odd = "refusal_status" in self._workshop.switches.faults
            return JSONResponse({"msg": refused.msg, "code": refused.code}, refused.code if odd else 200)
        if path in _CHANGES and self._drops():
            await asyncio.sleep(self._workshop.switches.hang_seconds)
            return _cut_off()
        return _envelope(data)

    def _find(self, path: str, request: Request) -> Call:
        """The call that is meant."""
        if request.method != "POST":
            raise Refused(refusals.WRONG_METHOD, 405)
        if path not in self._calls:
            raise Refused(refusals.NOT_FOUND, 404)
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise Refused(refusals.WRONG_TYPE, 415)
        return self._calls[path]

    def _check(self, path: str, request: Request, body: bytes) -> Any:
        """Everything before the call itself: error rate, token, JSON, signature."""
        if self._workshop.switches.error_rate and self._chance.random() < self._workshop.switches.error_rate:
            raise Refused(refusals.PASSING)
        self._check_token(path, request)
        try:
            parsed = read_signed_json(body) if body.strip() else {}
        except Unsignable as error:
            raise Refused(refusals.NOT_JSON, 400) from error
        right = verify_parsed(parsed, request.headers.get("sign", ""), key=self._workshop.settings.key)
        if not right and "any_sign" not in self._workshop.switches.faults:
            raise Refused(refusals.BAD_SIGN)
        return parsed

    def _check_token(self, path: str, request: Request) -> None:
        if path != _WITHOUT_TOKEN and not self._knows_token(request.headers.get("authorization", "")):
            raise Refused(refusals.LOGIN_AGAIN, 401)

    async def _upload(self, request: Request) -> str:
        self._check_token(_UPLOAD, request)
        try:
            async with request.form(max_files=1, max_fields=5) as form:
                kind, file = form.get("type"), form.get("file")
                if not isinstance(kind, str) or not isinstance(file, UploadFile):
                    raise bad_field("file and type", "are required")
                body = await file.read(Uploads.LARGEST + 1)
        except (MultiPartException, HTTPException) as error:
            raise Refused(refusals.NOT_JSON, 400) from error
        if sign_fields({"type": kind}, key=self._workshop.settings.key) != request.headers.get("sign", ""):
            raise Refused(refusals.BAD_SIGN)
        return f"{request.url.scheme}://{request.url.netloc}/uploads/{self._uploads.keep(body)}"


def make_app(door: Door, control: Control, uploads: Uploads) -> Starlette:
    """The door of the protocol, the ledger, the switches, the terminal, the uploads."""

    async def show_upload(request: Request) -> Response:
        path: Path | None = uploads.find(request.path_params["name"])
        return FileResponse(path) if path else Response(status_code=404)

    every_method = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return Starlette(
        routes=[
            Route(BASE_PATH + "/{path:path}", door.answer, methods=every_method),
            Route("/ledger", control.show_ledger),
            Route("/control", control.show_switches, methods=["GET"]),
            Route("/control", control.turn_switches, methods=["POST"]),
            Route("/terminal", control.play_customer, methods=["POST"]),
            Route("/health", control.show_health),
            Route("/uploads/{name}", show_upload),
        ]
    )


def _cut_off() -> Response:
    """An answer that promises more than it sends, so that the server breaks the connection."""
    return StreamingResponse(iter((b"",)), headers={"content-length": "1000"}, media_type="application/json")


def _envelope(data: Any) -> Response:
    fields = {"msg": SUCCESS, "code": 200}
    if data is not None:
        fields["data"] = data
    return Response(json.dumps(fields, ensure_ascii=False), media_type="application/json")


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_BODY:
            raise Refused(refusals.NOT_JSON, 400)
    return bytes(body)


async def _pause(delays: Delays, path: str) -> None:
    seconds = {
        "user/login": delays.login,
        "order/payData": delays.pay_data,
        "order/orderData": delays.order_data,
        "order/payStatus": delays.status,
        "order/getPayStatus": delays.status,
        "order/getOrderStatus": delays.status,
    }.get(path, delays.listing)
    if seconds:
        await asyncio.sleep(seconds)


def _about(parsed: Any) -> str | None:
    third_id = parsed.get("third_id") if isinstance(parsed, dict) else None
    return str(third_id)[:100] if isinstance(third_id, str) else None
