"""The API description says of every endpoint what its record says."""

from typing import Any

from pydantic import BaseModel

from makeline.foundation.web.description import Description
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_image, render_partner, render_service
from makeline.kernel.errors import NotFound


class Thing(BaseModel):
    """A thing."""

    colour: str


async def _never(_: Any) -> Any:
    raise AssertionError


def _described(
    endpoint: Endpoint, renderer: Renderer = render_partner
) -> tuple[dict[str, Any], dict[str, Any]]:
    schema = Description("Small", "1", "A small shop", [(endpoint, renderer)]).told()
    return schema["paths"][endpoint.path][endpoint.method.lower()], schema["components"]


def test_a_keyed_call_names_its_header_and_how_the_same_key_is_refused():
    operation, _ = _described(Endpoint("POST", "/things", _never, "New", "Things", Thing, Thing, keyed=True))
    (header,) = operation["parameters"]
    assert (header["name"], header["in"], header["required"]) == ("Idempotency-Key", "header", False)
    assert operation["responses"]["409"]["description"] == "`REQUEST_STILL_RUNNING`"
    assert operation["responses"]["422"]["description"] == "`IDEMPOTENCY_KEY_REUSED` · `VALIDATION_ERROR`"
    assert operation["responses"]["413"]["description"] == "`PAYLOAD_TOO_LARGE`"
    assert operation["requestBody"]["required"]


def test_a_scope_asks_for_a_key_and_says_how_its_lack_is_refused():
    operation, components = _described(Endpoint("GET", "/things", _never, "List", "Things", scope="stock"))
    assert operation["security"] == [{"key": []}, {"password": []}, {}]
    assert components["securitySchemes"].keys() == {"key", "password"}
    assert {"401", "403"} <= operation["responses"].keys()
    free, _ = _described(Endpoint("GET", "/things", _never, "List", "Things"))
    assert "security" not in free
    assert free["responses"].keys() == {"200"}


def test_refusals_are_told_in_the_words_of_the_path():
    endpoint = Endpoint("GET", "/things", _never, "List", "Things", refusals=(NotFound,))
    for renderer, name in (
        (render_partner, "PartnerRefusal"),
        (render_image, "ImageRefusal"),
        (render_service, "ServiceRefusal"),
    ):
        operation, components = _described(endpoint, renderer)
        content = operation["responses"]["404"]["content"]
        assert content == {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        assert name in components["schemas"]
    operation, _ = _described(endpoint, lambda *_: _never)
    assert operation["responses"]["404"]["content"] == {"text/html": {}}


def test_a_file_may_come_in_a_form_or_bare_and_other_answers_are_named():
    endpoint = Endpoint(
        "POST",
        "/things",
        _never,
        "New",
        "Things",
        None,
        Thing,
        uploads=("image/png",),
        other_types=("application/zip",),
        statuses={304: "The same"},
    )
    operation, _ = _described(endpoint)
    assert operation["requestBody"]["content"].keys() == {"multipart/form-data", "image/png"}
    answer = operation["responses"]["200"]["content"]
    assert answer["application/json"]["schema"]["$ref"].endswith("/Thing")
    assert answer["application/zip"] == {}
    assert operation["responses"]["304"] == {"description": "The same"}


def test_events_carry_their_model_as_text():
    endpoint = Endpoint(
        "GET", "/news", _never, "News", "Things", None, Thing, answer_type="text/event-stream"
    )
    operation, _ = _described(endpoint)
    data = operation["responses"]["200"]["content"]["text/event-stream"]["itemSchema"]["properties"]["data"]
    assert data["contentMediaType"] == "application/json"
    assert data["contentSchema"]["$ref"].endswith("/Thing")
