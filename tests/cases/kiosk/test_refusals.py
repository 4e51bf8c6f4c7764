"""What is kept of a refused call: whatever was sent, it can be written down, and nobody's data are in it."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.refusals import refused_call
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.refused_calls import RefusedCall
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Refusal

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PARTNER = Caller("partner demo", "203.0.113.9", partner_id=1, key_prefix="mk_0123ABCD")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


async def _nothing(_: Request) -> Response:
    return Response()


def _kept(refusal: Refusal, *, ignored: Any = None, **named: str) -> RefusedCall:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "headers": [],
        "path_params": named,
    }
    if ignored is not None:
        scope["state"] = {"ignored_fields": ignored}
    endpoint = Endpoint("POST", "/x/{session_id}", _nothing, "x", "x")
    call = refused_call(Request(scope), endpoint, refusal, PARTNER, now=NOW)
    assert call is not None
    return call


@given(st.text(), st.text(), anything, st.text(), st.lists(st.text(), max_size=30), st.text())
def test_whatever_was_sent_can_be_kept_and_written_as_json(
    field: str, message: str, received: Any, named: str, ignored: list[str], extra: str
):
    for refusal in (
        Invalid(FieldProblem(field, message, received)),
        NotFound(message, reason=extra, anything=received, several=[received, received]),
    ):
        call = _kept(refusal, ignored=ignored, session_id=named)
        written = json.dumps(call.detail, ensure_ascii=False, allow_nan=False)
        assert "\0" not in written + call.message
        written.encode()
        assert len(call.message) <= 300
        assert len(call.fingerprint) == 32


def test_what_a_message_quotes_of_a_customer_is_not_kept():
    name = "محمد علي"
    call = _kept(Invalid(FieldProblem("text", f"we cannot print: {name}", name)))
    assert name not in json.dumps(call.detail, ensure_ascii=False) + call.message
    assert call.message == "text: we cannot print: …"
    assert call.detail["fields"] == [
        {"field": "text", "message": "we cannot print: …", "received": "a text of 8 characters"}
    ]


def test_the_machine_of_a_session_is_known_by_its_name():
    call = _kept(NotFound("gone"), session_id="VM_LONDON_01_20261121_110000_0123456789ABCDEF")
    assert call.detail["named"]["machine_id"] == "VM_LONDON_01"
    assert "machine_id" not in _kept(NotFound("gone"), session_id="nonsense").detail["named"]


def test_two_calls_with_other_names_are_two_mistakes_and_two_signatures_one():
    one, two = _kept(NotFound("gone"), order_id="1"), _kept(NotFound("gone"), order_id="2")
    assert one.fingerprint != two.fingerprint
    stale = [NotFound(f"{seconds} apart", reason="signature_stale") for seconds in (400, 500)]
    assert len({_kept(refusal).fingerprint for refusal in stale}) == 1


def test_who_is_no_partner_has_no_list():
    stranger = Caller("address 203.0.113.9", "203.0.113.9")
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/x", "headers": [], "path_params": {}}
    endpoint = Endpoint("GET", "/x", _nothing, "x", "x")
    for caller in (stranger, None):
        assert refused_call(Request(scope), endpoint, NotFound("gone"), caller, now=NOW) is None
