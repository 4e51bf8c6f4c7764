"""Every path of the partner's API has an example call, and the example is right: no field of it is refused."""

import json

import pytest

from makeline.adapters.print_partner.example_calls import EXAMPLES, example_call, example_of_field, meant_by
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.faults.test_who_may_call_what import PUBLIC, ROWS
from tests.given import Given
from tests.web import open_shop

OF_PARTNERS = ("/api/", "/v1/machines/{machine_id}/")


def test_every_call_with_a_body_has_an_example():
    bodies = {
        f"{method} {path}"
        for method, path in (*ROWS, *PUBLIC)
        if method == "POST" and path.startswith(OF_PARTNERS)
    }
    assert bodies - EXAMPLES.keys() == set()


def test_a_call_without_a_body_is_its_own_example():
    call = example_call("GET", "/v1/machines/{machine_id}", named={"machine_id": "VM9"}, code="X", key="mk_1")
    assert call == {
        "method": "GET",
        "path": "/v1/machines/VM9",
        "query": None,
        "headers": {"Authorization": "Bearer mk_1_…"},
        "body": None,
    }


@on_sqlite
async def test_no_example_is_refused_for_a_field_of_it(given: Given):
    session = await given.session()
    picture = await given.picture(session.key)
    async with open_shop(given) as shop:
        for line in EXAMPLES:
            method, path = line.split(" ")
            named = {"session_id": session.key, "machine_id": MACHINE, "equipment_id": MACHINE}
            call = example_call(method, path, named=named, code="X", key=None)
            assert call is not None
            address = call["path"] + (f"?{call['query']}" if call["query"] else "")
            # The one name that an example cannot know: what was uploaded to this very session.
            raw = json.dumps(call["body"]).replace("picture-1.png", picture)
            body = (
                {"content": raw, "headers": {"content-type": "application/json"}}
                if call["body"] is not None
                else {}
            )
            answer = await shop.operator.request(method, address, **body)
            if path.endswith("/images"):
                continue
            assert answer.status_code not in (400, 405, 422, 500), (line, answer.text)
            assert "x-ignored-fields" not in answer.headers, line


@pytest.mark.parametrize(
    ("field", "example"),
    [
        ("payment_amount", 21.99),
        ("order_data.colors.text", "#000000"),
        ("order_data.nothing.like.it", None),
        ("", None),
    ],
)
def test_a_field_finds_its_example(field: str, example: object):
    path = "/api/vending/session/{session_id}/order-summary"
    assert example_of_field("POST", path, field) == example


def test_an_element_of_a_list_finds_its_example():
    path = "/api/chinese/equipment/{equipment_id}/stock"
    assert example_of_field("POST", path, "stock_updates.3.stock") == 20


def test_a_path_of_nobody_has_no_example():
    assert example_call("POST", "/nowhere", named={}, code="NOT_FOUND", key=None) is None


@pytest.mark.parametrize(
    ("missing", "sent", "meant"),
    [
        ("payment_amount", ["paymentAmount", "x"], "paymentAmount"),
        ("payment_amount", ["amount_of_payment", "payment-amount"], "payment-amount"),
        ("order_id", ["orderid2"], "orderid2"),
        ("order_id", ["colour"], None),
        ("customer_info.email", ["eMail"], "eMail"),
        ("order_id", [], None),
    ],
)
def test_a_misspelt_name_is_recognised(missing: str, sent: list[str], meant: str | None):
    assert meant_by(missing, sent) == meant
