"""Request bodies as the documents show them, and the dialect in which a refusal is told."""

from typing import Any

import httpx2

from tests.shapes import documented, misfits

SESSIONS = "/api/vending/session"
CREATE = "/api/vending/create-session"
PAY_STATUS = "/api/chinese/order/payStatus"
ORDER_STATUS = "/api/chinese/order-status-update"


def summary_body(key: str, **changes: Any) -> dict[str, Any]:
    """The documented order summary with the price of its template."""
    return {
        "session_id": key,
        "order_data": {
            "brand": "iphone",
            "model": "iPhone 15 Pro",
            "template": "retro-remix",
            "images": [],
            "text": "My Custom Text",
            "font": "Inter",
            "colors": {"background": "#FFFFFF", "text": "#000000"},
        },
        "payment_amount": 21.99,
        "currency": "GBP",
        **changes,
    }


def confirm_body(key: str, **changes: Any) -> dict[str, Any]:
    """The documented confirmation of the usual price."""
    return {
        "session_id": key,
        "payment_method": "card",
        "payment_amount": 19.99,
        "transaction_id": "TXN_VM001_20250804_001",
        "payment_data": {"card_last_four": "1234", "card_type": "Visa", "receipt_number": "RCP001"},
        **changes,
    }


def refused(
    response: httpx2.Response, status: int, code: str, *, extra: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The body of a refusal in the partner's dialect; ``extra`` are fields that this code adds."""
    assert response.status_code == status, (response.status_code, response.text)
    body = response.json()
    example = documented("error")
    if status != 422:
        del example["validation_errors"]
    assert not misfits(body | {"validation_errors": []} if status == 422 else body, example, extra=extra)
    assert body["error_code"] == code, body
    return body


def bad_fields(response: httpx2.Response) -> list[str]:
    """The fields that a 422 names."""
    body = refused(response, 422, response.json().get("error_code", "VALIDATION_ERROR"))
    problems = body["validation_errors"]
    assert all(problem.keys() == {"field", "message", "received_value"} for problem in problems), problems
    assert all(problem["message"] for problem in problems), problems
    return [problem["field"] for problem in problems]
