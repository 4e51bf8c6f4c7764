"""Endpoints: a path, a function from request to answer, and what the API description says about it.

They are served by ``front.Front`` before the framework: a fraction of the cost of a decorated route, which the hot
paths need and the documented dialects (union answers, ignored fields, own error bodies) ask for anyway. The
description in OpenAPI is made from the same record.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.web.body import LARGEST_JSON
from makeline.foundation.web.refusals import STATUS
from makeline.kernel.errors import Refusal

Call = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """One documented path and method. ``refusals`` are the classes it may answer with.

    ``largest``: bytes that its body may have.
    ``scope``: what a key must be good for to call it; empty for what is open to anyone who may come in.
    """

    method: str
    path: str
    call: Call
    summary: str
    tag: str
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    answer_type: str = "application/json"
    refusals: Sequence[type[Refusal]] = ()
    query: Sequence[str] = field(default_factory=tuple)
    scope: str = ""
    largest: int = LARGEST_JSON


def describe(app: FastAPI, endpoints: Sequence[Endpoint]) -> None:
    """Let the application's API description tell of endpoints that it does not serve itself."""
    app.openapi = lambda: _describe(app, endpoints)  # type: ignore[method-assign]


def _describe(app: FastAPI, endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, routes=app.routes, description=app.description
        )
        models = sorted(
            {model for endpoint in endpoints for model in (endpoint.body, endpoint.answer) if model},
            key=lambda model: model.__name__,
        )
        references, definitions = models_json_schema(
            [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
        )
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        components.update(definitions.get("$defs", {}))
        for endpoint in endpoints:
            path = schema.setdefault("paths", {}).setdefault(endpoint.path, {})
            path[endpoint.method.lower()] = _operation(endpoint, references)
        app.openapi_schema = schema
    return app.openapi_schema


def _operation(endpoint: Endpoint, references: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    content: Any = {}
    if endpoint.answer is not None:
        content = {"schema": references[(endpoint.answer, "validation")]}
    answer["content"] = {endpoint.answer_type: content}
    responses: dict[str, Any] = {"200": answer}
    for refusal in endpoint.refusals:
        entry = responses.setdefault(str(STATUS[refusal.kind]), {"description": ""})
        entry["description"] = " · ".join(filter(None, [entry["description"], f"`{refusal.code}`"]))
    names = [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name.split(":")[0], "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ] + [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in endpoint.query
    ]
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "operationId": f"{endpoint.method.lower()}{endpoint.path.replace('/', '_')}",
        "parameters": parameters,
        "responses": responses,
    }
    if endpoint.body is not None:
        schema = references[(endpoint.body, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation
