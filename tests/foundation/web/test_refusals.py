"""One refusal, three dialects."""

import json
from typing import Any

import pytest
from starlette.responses import Response

from makeline.foundation.web.answers import json_answer, utc_text, utc_text_or_none
from makeline.foundation.web.refusals import STATUS, render_image, render_partner, render_service
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotFound, Unrecognised
from tests.foundation.web.conftest import NOW

INVALID = Invalid(
    FieldProblem("amount", "is negative", -1), FieldProblem("amount", "is odd", -1), FieldProblem("x", "no")
)


def body(answer: Response) -> Any:
    """The JSON of an answer."""
    return json.loads(bytes(answer.body))


def test_every_kind_of_no_has_a_status():
    assert set(STATUS) == set(Kind)
    assert len(set(STATUS.values())) == len(STATUS)


def test_the_partner_hears_detail_code_and_moment_with_extras_beside_them():
    refusal = NotFound("no such machine", machine_id="VM1")
    assert body(render_partner(refusal, 404, NOW)) == {
        "detail": "no such machine",
        "error_code": "NOT_FOUND",
        "timestamp": "2026-03-04T12:00:00Z",
        "machine_id": "VM1",
    }


def test_the_partner_hears_of_every_bad_field_and_what_was_received():
    errors = body(render_partner(INVALID, 422, NOW))["validation_errors"]
    assert errors[0] == {"field": "amount", "message": "is negative", "received_value": -1}
    assert [error["field"] for error in errors] == ["amount", "amount", "x"]


def test_a_422_of_the_partners_dialect_always_has_its_list():
    assert body(render_partner(NotFound("x"), 422, NOW))["validation_errors"] == []


def test_a_picture_says_no_in_a_list_and_never_repeats_what_was_sent():
    refusal = NotFound("there is no such file", type="not_found")
    assert body(render_image(refusal, 404, NOW)) == {
        "detail": [
            {"type": "not_found", "loc": ["path", "filename"], "msg": "there is no such file", "input": None}
        ]
    }


def test_the_service_maps_fields_to_their_messages():
    told = body(render_service(INVALID, 422, NOW))
    assert told["error"] == "VALIDATION_ERROR"
    assert told["details"] == {"amount": ["is negative", "is odd"], "x": ["no"]}


@pytest.mark.parametrize("status", sorted({*STATUS.values(), 405, 500}))
def test_the_service_has_a_word_for_every_status(status: int):
    told = body(render_service(NotFound("x"), status, NOW))
    assert told["error"].isupper()
    assert told["error"] != "REFUSED"
    assert told["message"] == "x"


@pytest.mark.parametrize("render", [render_partner, render_image, render_service])
def test_whoever_is_not_recognised_is_told_how_to_be(render: Any):
    assert render(Unrecognised("who are you?"), 401, NOW).headers["www-authenticate"] == "Bearer"
    assert "www-authenticate" not in render(NotFound("x"), 404, NOW).headers


def test_moments_are_written_in_utc_with_a_z():
    assert utc_text(NOW) == "2026-03-04T12:00:00Z"
    assert utc_text(NOW.replace(microsecond=5)) == "2026-03-04T12:00:00.000005Z"
    assert utc_text_or_none(None) is None


def test_answers_keep_letters_of_every_language():
    assert bytes(json_answer({"a": "付款 Łódź"}).body) == '{"a":"付款 Łódź"}'.encode()
