"""Which calls ask who somebody is, and what each role gets: the table of ``test_who_people_may_be.py``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PART = {
    "service_id": "cnc-milling",
    "material_id": "alum_D16",
    "length": 100,
    "width": 50,
    "height": 25,
}


@dataclass(frozen=True)
class Call:
    """What the three roles are answered; whoever is not signed in always gets 401. ``{user_id}`` and the like are
    things of somebody else."""

    customer: int
    staff: int
    admin: int
    body: Any = field(default=None)


def own(body: Any = None, *, answer: int = 200) -> Call:
    """About the caller himself: the same for everybody."""
    return Call(answer, answer, answer, body)


def admins(body: Any = None) -> Call:
    """For admins alone."""
    return Call(403, 403, 200, body)


def somebodys(body: Any = None) -> Call:
    """About a thing of somebody else: staff may, and for a customer it is not there."""
    return Call(404, 200, 200, body)


CALL = {"name": "A", "phone": "12345", "agreement": True}
_PART = {
    "service_id": "cnc-milling",
    "material_id": "alum_D16",
    "length": 100,
    "width": 50,
    "height": 25,
}

STAGES = {
    "entity": "lead",
    "stages": {"new": ["NEW"], "working": ["IN_PROCESS"], "won": ["CONVERTED"], "lost": ["JUNK"]},
}

PEOPLE: Mapping[tuple[str, str], Call] = {
    ("GET", "/profile"): own(),
    ("PUT", "/profile"): own({"phone": "1"}),
    ("GET", "/users"): admins(),
    ("GET", "/users/{user_id}"): admins(),
    ("PUT", "/users/{user_id}"): admins({"is_admin": False}),
    ("GET", "/v1/account/sign-ins"): own(),
    ("DELETE", "/v1/account/sign-ins"): own(),
    # Not even an admin ends the sign-in of another here.
    ("DELETE", "/v1/account/sign-ins/{sign_in_id}"): own(answer=404),
    ("PUT", "/v1/account/password"): own(
        {"current_password": "wrong", "new_password": "long enough"}, answer=422
    ),
    ("POST", "/documents"): own({"file_name": "a.txt", "file_data": "aGVsbG8="}),
    ("GET", "/documents"): own(),
    ("GET", "/documents/{document_id}"): Call(404, 200, 200),
    ("GET", "/documents/{document_id}/download"): Call(404, 200, 200),
    ("PATCH", "/v1/documents/{document_id}"): somebodys({"file_id": None}),
    ("GET", "/v1/files/{file_id}/documents"): somebodys(),
    # Staff deletes it; then it is gone for the admin, too.
    ("DELETE", "/documents/{document_id}"): Call(404, 200, 404),
    ("GET", "/admin/documents"): Call(403, 200, 200),
    ("POST", "/call-request"): own(CALL),
    ("POST", "/call-requests"): own(CALL),
    ("DELETE", "/v1/call-requests/{call_request_id}"): somebodys(),
    ("GET", "/admin/call-requests"): Call(403, 200, 200),
    ("GET", "/admin/call-requests/{call_request_id}"): Call(403, 200, 200),
    ("PUT", "/admin/call-requests/{call_request_id}"): Call(403, 200, 200, {"status": "contacted"}),
    ("PUT", "/v1/account/email"): own({"email": "x@example.com", "current_password": "wrong"}, answer=422),
    ("POST", "/v1/account/email-confirmations"): own(),
    ("GET", "/sync/status"): admins(),
    ("GET", "/sync/queue"): admins(),
    ("POST", "/sync/process"): admins({"limit": 1}),
    ("POST", "/sync/all"): admins(),
    ("POST", "/sync/pending"): admins(),
    ("GET", "/v1/crm/stages"): Call(403, 200, 200),
    ("GET", "/v1/crm/drift"): Call(403, 200, 200),
    ("POST", "/v1/crm/check"): Call(403, 200, 200),
    # Nothing of the mirror has such a number.
    ("POST", "/v1/crm/items/{item_id}/retry"): Call(403, 404, 404),
    ("PUT", "/v1/crm/stages"): Call(403, 200, 200, {**STAGES, "based_on": 0, "note": "as it is"}),
    # Without a CRM nobody knows.
    ("POST", "/v1/crm/stages/preview"): Call(403, 503, 503, STAGES),
    ("POST", "/logout"): own(),
    ("GET", "/orders/{order_id}/invoice"): somebodys(),
    ("POST", "/orders/{order_id}/invoice/refresh"): somebodys(),
    ("GET", "/orders/invoices/missing"): Call(403, 200, 200),
    ("POST", "/files"): own({"file_name": "cube.stl", "file_data": "c29saWQgY3ViZQ=="}),
    ("GET", "/files"): own(),
    ("POST", "/v1/uploads"): own({"file_name": "cube.stl", "file_size": 10}),
    # Not even an admin confirms what somebody else has announced.
    ("POST", "/v1/uploads/{upload_id}/confirm"): own(answer=404),
    ("POST", "/v1/files/claim"): own({"file_token": "nobodys"}, answer=404),
    ("POST", "/v1/quotes"): own({"lines": [PART]}),
    ("GET", "/v1/quotes"): own(),
    ("GET", "/v1/quotes/{quote_id}"): somebodys(),
    # Staff revises it, so that the admin finds it superseded; rejecting again is the same.
    ("POST", "/v1/quotes/{quote_id}/revisions"): Call(404, 200, 409),
    # Its owner's alone, staff or not.
    ("POST", "/v1/quotes/{quote_id}/accept"): Call(404, 403, 403),
    ("POST", "/v1/quotes/{quote_id}/reject"): somebodys(),
    ("PUT", "/v1/quotes/{quote_id}/link"): somebodys(),
    ("DELETE", "/v1/quotes/{quote_id}/link"): somebodys(),
    ("GET", "/v1/quotes/{quote_id}/quote.pdf"): somebodys(),
    ("GET", "/v1/staff/quotes"): Call(403, 200, 200),
    # Nothing of it waits for an answer.
    ("POST", "/v1/staff/quotes/{quote_id}/lines/{line_id}/answer"): Call(
        403, 409, 409, {"unit_price": 100, "days": 1}
    ),
    ("GET", "/files/{file_id}"): somebodys(),
    ("GET", "/files/{file_id}/download"): somebodys(),
    ("GET", "/files/{file_id}/preview"): somebodys(),
    ("GET", "/v1/files/{file_id}/scene"): somebodys(),
    ("GET", "/v1/files/{file_id}/events"): somebodys(),
    ("PATCH", "/v1/files/{file_id}"): somebodys({"unit": "in"}),
    ("POST", "/orders"): own(_PART),
    ("POST", "/v1/orders"): own({"lines": [_PART]}),
    ("GET", "/orders"): own(),
    ("GET", "/orders/{order_id}"): somebodys(),
    ("POST", "/v1/orders/{order_id}/cancel"): somebodys(),
    ("POST", "/v1/orders/{order_id}/again"): somebodys(),
    ("GET", "/admin/orders"): Call(403, 200, 200),
    ("GET", "/admin/orders/{order_id}"): Call(403, 200, 200),
    ("PUT", "/admin/orders/{order_id}"): Call(403, 200, 200, {"status": "processing"}),
    # The owner's file, of which this order is not made.
    ("GET", "/v1/orders/{order_id}/files/{file_id}"): Call(403, 404, 404),
    ("POST", "/v1/orders/{order_id}/payments"): Call(
        403, 200, 200, {"amount": 1, "reference": "17", "date": "2026-03-02"}
    ),
    ("POST", "/v1/orders/{order_id}/refund"): Call(403, 409, 409, {"reason": "nothing came in"}),
    ("POST", "/v1/orders/{order_id}/notes"): Call(403, 200, 200, {"text": "he rang"}),
    ("GET", "/v1/orders/{order_id}/notes"): Call(403, 200, 200),
    # Staff deletes it, so that the admin finds nothing.
    ("DELETE", "/files/{file_id}"): Call(404, 200, 404),
    ("GET", "/v1/prices/{price_id}"): somebodys(),
    # Whose price it is comes after what is asked of it.
    ("GET", "/v1/prices/{price_id}/compare"): own(answer=422),
    ("GET", "/v1/staff/catalogue"): Call(403, 200, 200),
    ("GET", "/v1/staff/catalogue/csv"): Call(403, 200, 200),
    ("GET", "/v1/staff/catalogue/changes"): Call(403, 200, 200),
    ("POST", "/v1/staff/catalogue/preview"): Call(403, 200, 200, {"changes": []}),
    ("POST", "/v1/staff/catalogue"): Call(403, 200, 200, {"changes": [], "reason": "nothing"}),
    ("GET", "/v1/staff/web-orders"): Call(403, 200, 200),
    # There is no such order.
    ("POST", "/v1/staff/web-orders/{number}/ship"): Call(403, 404, 404, {"carrier": "A"}),
    ("POST", "/v1/staff/web-orders/{number}/collected"): Call(403, 404, 404),
    ("POST", "/v1/staff/web-orders/{number}/cancel"): Call(403, 404, 404, {"reason": "A"}),
    ("GET", "/v1/staff/rates"): Call(403, 200, 200),
    ("GET", "/v1/staff/rates/{version}"): Call(403, 200, 200),
    ("GET", "/v1/staff/rates/{version}/materials"): Call(403, 200, 200),
    ("POST", "/v1/staff/rates/preview"): Call(403, 200, 200, {"based_on": 1}),
    ("POST", "/v1/staff/rates"): Call(403, 422, 422, {"based_on": 1, "note": "nothing"}),
}
