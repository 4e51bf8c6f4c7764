"""Read a JSON body: bounded, checked against a model, every bad field named, unknown fields ignored aloud."""

import math
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from makeline.foundation.web.unread import unread_fields
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal

LARGEST_JSON = 256 * 1024
_DEEPEST = 20
_NESTED = (dict, list)

M = TypeVar("M", bound=BaseModel)


class BodyTooLarge(Refusal):
    """The body is larger than this path takes."""

    code = "PAYLOAD_TOO_LARGE"
    kind = Kind.TOO_LARGE


async def read_bytes(request: Request, *, largest: int) -> bytes:
    """The whole body; refused as soon as it is known to be too large."""
    if hasattr(request, "_body"):
        # It was read ahead.
        return _within(await request.body(), largest)
    declared = header_of(request, b"content-length") or b""
    if declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge(f"the body may hold at most {largest} bytes")
    pieces: list[bytes] = []
    size = 0
    # As the request's own stream, without the machinery of one: most bodies are a single piece.
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > largest:
            raise BodyTooLarge(f"the body may hold at most {largest} bytes")
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _within(raw: bytes, largest: int) -> bytes:
    if len(raw) > largest:
        raise BodyTooLarge(f"the body may hold at most {largest} bytes")
    return raw


def header_of(request: Request, name: bytes) -> bytes | None:
    """The first header of this name (lower case) as it was sent; a quarter of what the request's own look-up takes."""
    for known, value in request.scope["headers"]:
        if known == name:
            return value
    return None


async def read_ahead(request: Request, *, largest: int) -> bytes:
    """The whole body, and the request gives it again to whoever reads it next."""
    raw = await read_bytes(request, largest=largest)
    # Where the request itself keeps a body that was read; there is no public name for putting it there.
    request._body = raw  # noqa: SLF001
    return raw


async def read_body(request: Request, model: type[M]) -> M:
    """The JSON body as ``model``; raises ``Invalid``. Unknown fields are named in ``X-Ignored-Fields``."""
    raw = await read_bytes(request, largest=LARGEST_JSON)
    return parse_body(request, raw, model)


def parse_body(request: Request, raw: bytes, model: type[M]) -> M:
    """The same for bytes that have been read."""
    value = read_object(raw)
    ignored = unread_fields(value, model)
    if ignored:
        request.state.ignored_fields = ignored
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid_fields(error) from None


def read_object(raw: bytes) -> dict[str, Any]:
    """Strict JSON that is an object."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Invalid(FieldProblem("body", "must be a JSON object"))
    return value


def read_json(raw: bytes) -> Any:
    """Strict JSON of bounded depth; no NaN, no infinity."""
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise Invalid(FieldProblem("body", "is not valid JSON")) from None
    raise_for_infinity(value)
    if b"\\u0000" in raw:
        raise_for_nul(value, "body")
    # Fewer brackets than levels allowed: no need to walk through it.
    if raw.count(b"{") + raw.count(b"[") >= _DEEPEST and _depth(value) > _DEEPEST:
        raise Invalid(FieldProblem("body", f"is nested deeper than {_DEEPEST} levels"))
    return value


def invalid_fields(error: ValidationError) -> Invalid:
    """A validation error in our words: one problem per field, the received value only when it is short."""
    return Invalid(*(_problem(entry) for entry in error.errors(include_url=False, include_context=False)))


def ignored_header(fields: Iterable[str]) -> str:
    """Names of ignored fields as a header value; what is not plain ASCII is left out."""
    return ", ".join(name for name in fields if name.isascii() and name.isprintable())[:1000]


def _problem(entry: Any) -> FieldProblem:
    received = entry.get("input")
    if entry["type"] == "missing" or isinstance(received, dict | list):
        received = None
    elif isinstance(received, str):
        received = received[:100]
    field = ".".join(str(part) for part in entry["loc"]) or "body"
    message = entry["msg"].removeprefix("Value error, ")
    return FieldProblem(field, message, received)


def raise_for_infinity(value: Any) -> None:
    """A number too large to be one (``1e999``) is read as infinity; nothing of ours holds that."""
    level: list[Any] = [[value]]
    while level:
        node = level.pop()
        for child in node.values() if type(node) is dict else node:
            if type(child) is float:
                if not math.isfinite(child):
                    raise Invalid(FieldProblem("body", "holds a number that is too large"))
            elif type(child) in _NESTED:
                level.append(child)


def raise_for_nul(value: Any, field: str) -> None:
    """No database text holds a NUL; names the field that does."""
    if isinstance(value, str) and "\0" in value:
        raise Invalid(FieldProblem(field, "must not hold NUL characters"))
    if isinstance(value, dict):
        for name, entry in value.items():
            raise_for_nul(name, field)
            raise_for_nul(entry, name if field == "body" else f"{field}.{name}")
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            raise_for_nul(entry, f"{field}[{position}]")


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= _DEEPEST:
        deepest += 1
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return deepest
