"""The API description in OpenAPI, made from the records that the endpoints are served by, so that it cannot drift."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from makeline.foundation.idempotency import KeyReused, StillRunning
from makeline.foundation.web.body import BodyTooLarge
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import BODIES, STATUS, Renderer
from makeline.kernel.errors import Invalid, NotAllowed, Refusal, Unrecognised

Served = tuple[Endpoint, Renderer]

_JSON = "application/json"
_HTML = "text/html"
_EVENTS = "text/event-stream"
# Ways to say who calls; a call without any is answered, too, where its subject is open to anybody.
_SCHEMES: Mapping[str, Any] = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, or a phone's own token"},
    "password": {"type": "http", "scheme": "basic", "description": "The API key as the password"},
}


def refusals_at_the_door(endpoint: Endpoint) -> tuple[type[Refusal], ...]:
    """What the front desk may say of a call before, or instead of, the endpoint itself."""
    has_body = endpoint.method in ("POST", "PUT", "PATCH")
    return (
        *((Unrecognised, NotAllowed) if endpoint.scope else ()),
        *((BodyTooLarge,) if has_body else ()),
        *((KeyReused, StillRunning) if endpoint.keyed else ()),
        *((Invalid,) if has_body or endpoint.query or "{" in endpoint.path else ()),
    )


class Description:
    """The description of an API in OpenAPI's words, of the endpoints that are there when somebody first asks.

    ``met``: what a caller meets at the door is told of each, too.
    """

    def __init__(
        self,
        title: str,
        version: str,
        about: str,
        served: Sequence[Served],
        met: Callable[[Endpoint], Endpoint] = lambda endpoint: endpoint,
    ) -> None:
        self._info = {"title": title, "version": version, "description": about}
        self._served = served
        self._met = met

    def told(self) -> Mapping[str, Any]:
        """All of it."""
        return self._told

    @cached_property
    def as_json(self) -> bytes:
        """The same, to be sent."""
        return msgspec.json.encode(self._told)

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        served = [(self._met(endpoint), renderer) for endpoint, renderer in self._served]
        said = {model for endpoint, _ in served for model in (endpoint.body, endpoint.answer) if model}
        said |= {BODIES[renderer] for _, renderer in served if renderer in BODIES}
        references, definitions = _schemas(tuple(sorted(said, key=lambda model: model.__name__)))
        paths: dict[str, dict[str, Any]] = {}
        for endpoint, renderer in served:
            operation = _operation(endpoint, BODIES.get(renderer), references)
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
        schemas = definitions.get("$defs", {})
        return {
            "openapi": "3.1.0",
            "info": self._info,
            "paths": paths,
            "components": {"schemas": schemas, "securitySchemes": dict(_SCHEMES)},
        }


@cache
def _schemas(models: Sequence[type[BaseModel]]) -> tuple[Any, Any]:
    """How each is referred to, and what all of them look like; takes a while, and never changes."""
    return models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )


def _operation(endpoint: Endpoint, refusal: type[BaseModel] | None, references: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "operationId": f"{endpoint.method.lower()}{endpoint.path.replace('/', '_')}",
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, refusal, references),
    }
    if endpoint.scope:
        operation["security"] = [*({name: []} for name in _SCHEMES), {}]
        operation["description"] = f"A key must be good for `{endpoint.scope}`."
    content: dict[str, Any] = {}
    if endpoint.body is not None:
        content[_JSON] = {"schema": references[endpoint.body, "validation"]}
    if endpoint.uploads:
        one_file = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": one_file}, "required": ["file"]}
        content["multipart/form-data"] = {"schema": form}
        content.update({media_type: {"schema": one_file} for media_type in endpoint.uploads})
    if content:
        operation["requestBody"] = {"required": endpoint.body_required, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string"}
    names = [step[1:-1] for step in endpoint.path.split("/") if step.startswith("{")]
    # A step of a path that is empty is no step.
    one_step = {"type": "string", "minLength": 1}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": one_step} for name in names
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": text} for name in endpoint.query
    ]
    if endpoint.keyed:
        key = {"type": "string", "maxLength": 255}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    return parameters


def _responses(endpoint: Endpoint, refusal: type[BaseModel] | None, references: Any) -> dict[str, Any]:
    model = None if endpoint.answer is None else references[endpoint.answer, "validation"]
    content = {name: _shown(name, model) for name in (endpoint.answer_type, *endpoint.other_types)}
    responses: dict[str, Any] = {"200": {"description": "Done", "content": content}}
    told: dict[str, Any] = {_JSON: {"schema": references[refusal, "validation"]}} if refusal else {}
    if endpoint.answer_type == _HTML or not told:
        # A page says itself what is not there; the door says what holds for every path.
        told[_HTML] = {}
    for status, codes in _codes((*endpoint.refusals, *refusals_at_the_door(endpoint))).items():
        responses[status] = {"description": " · ".join(f"`{code}`" for code in codes), "content": told}
    for status, description in endpoint.statuses.items():
        responses[str(status)] = {"description": description}
    return responses


def _shown(media_type: str, model: Any) -> dict[str, Any]:
    if model is None or media_type not in (_JSON, _EVENTS):
        return {}
    if media_type == _JSON:
        return {"schema": model}
    data = {"type": "string", "contentMediaType": _JSON, "contentSchema": model}
    return {"itemSchema": {"type": "object", "properties": {"data": data}}}


def _codes(refusals: Iterable[type[Refusal]]) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for refusal in refusals:
        known = codes.setdefault(str(STATUS[refusal.kind]), [])
        if refusal.code not in known:
            known.append(refusal.code)
    return codes
