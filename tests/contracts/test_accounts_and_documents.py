"""Every documented call of accounts, users and documents: status, fields and their types, for the documented request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import PASSWORD, becomes, register, registration, signed_in
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

USER = {
    "id": int,
    "username": str,
    "email": str,
    "full_name": str,
    "phone": str,
    "user_type": str,
    "is_admin": bool,
    "created_at": str,
}
DOCUMENT = {
    "id": int,
    "filename": str,
    "original_filename": str,
    "file_size": int,
    "file_type": str,
    "category": str,
    "uploaded_at": str,
}
MESSAGE = {"message": str}
REFUSAL = {"error": str, "message": str, "details": dict}
PAPER = {
    "file_name": "document.pdf",
    "file_data": "JVBERi0xLjcgYSBwYXBlcg==",
    "category": "technical_spec",
    "description": "Optional description",
}
CHANGE = {"full_name": "string", "phone": "string"}
LOGIN = {"username": "customer", "password": PASSWORD}


@dataclass(frozen=True)
class Documented:
    """A call as the document has it; ``word`` is the documented ``error`` of a refusal."""

    who: str
    method: str
    path: str
    status: int
    fields: Mapping[str, type] | None
    body: Any = None
    word: str = ""
    says: Mapping[str, Any] | None = None
    many: bool = False


def refused(who: str, method: str, path: str, status: int, word: str, body: Any = None) -> Documented:
    return Documented(who, method, path, status, REFUSAL, body, word)


CALLS = (
    Documented("nobody", "POST", "/register", 200, {"message": str, "user_id": int}, registration("new"),
               says={"message": "User registered successfully"}),
    refused("nobody", "POST", "/register", 400, "BAD_REQUEST", registration("customer")),
    refused("nobody", "POST", "/register", 422, "VALIDATION_ERROR", {"username": "x"}),
    Documented("nobody", "POST", "/login", 200, {"access_token": str, "token_type": str, "expires_in": int}, LOGIN,
               says={"token_type": "bearer", "expires_in": 3600}),
    refused("nobody", "POST", "/login", 401, "UNAUTHORIZED", {**LOGIN, "password": "wrong"}),
    refused("nobody", "POST", "/login", 422, "VALIDATION_ERROR", {}),
    Documented("customer", "POST", "/logout", 200, MESSAGE, says={"message": "Successfully logged out"}),
    refused("nobody", "POST", "/logout", 401, "UNAUTHORIZED"),
    Documented("customer", "GET", "/profile", 200, USER, says={"username": "customer", "is_admin": False}),
    refused("nobody", "GET", "/profile", 401, "UNAUTHORIZED"),
    Documented("customer", "PUT", "/profile", 200, MESSAGE, CHANGE, says={"message": "Profile updated successfully"}),
    refused("customer", "PUT", "/profile", 422, "VALIDATION_ERROR", {"full_name": 5}),
    Documented("admin", "GET", "/users", 200, USER, many=True),
    refused("customer", "GET", "/users", 403, "FORBIDDEN"),
    Documented("admin", "GET", "/users/{user_id}", 200, USER, says={"username": "customer"}),
    refused("admin", "GET", "/users/999999", 404, "NOT_FOUND"),
    Documented("admin", "PUT", "/users/{user_id}", 200, MESSAGE, {**CHANGE, "is_admin": False},
               says={"message": "User updated successfully"}),
    refused("customer", "PUT", "/users/{user_id}", 403, "FORBIDDEN", {**CHANGE, "is_admin": True}),
    Documented("customer", "POST", "/documents", 200, DOCUMENT, PAPER,
               says={"original_filename": "document.pdf", "file_type": "pdf", "category": "technical_spec"}),
    refused("customer", "POST", "/documents", 422, "VALIDATION_ERROR", {"file_name": "x.pdf"}),
    refused("nobody", "POST", "/documents", 401, "UNAUTHORIZED", PAPER),
    Documented("customer", "GET", "/documents", 200, DOCUMENT, many=True),
    Documented("customer", "GET", "/documents/{document_id}", 200, DOCUMENT),
    refused("stranger", "GET", "/documents/{document_id}", 404, "NOT_FOUND"),
    Documented("customer", "GET", "/documents/{document_id}/download", 200, None),
    refused("stranger", "GET", "/documents/{document_id}/download", 404, "NOT_FOUND"),
    Documented("customer", "DELETE", "/documents/{document_id}", 200, MESSAGE,
               says={"message": "Document deleted successfully"}),
    refused("stranger", "DELETE", "/documents/{document_id}", 404, "NOT_FOUND"),
    Documented("admin", "GET", "/admin/documents?category=technical_spec", 200, {**DOCUMENT, "user_id": int}, many=True),
    refused("customer", "GET", "/admin/documents", 403, "FORBIDDEN"),
    refused("nobody", "GET", "/no/such/path", 404, "NOT_FOUND"),
)  # fmt: skip
PATHS = (
    "/register", "/login", "/logout", "/profile", "/users", "/users/1", "/documents", "/documents/1",
    "/documents/1/download", "/admin/documents",
)  # fmt: skip


async def _people(shop: OpenShop) -> tuple[Mapping[str, Any], Mapping[str, int]]:
    user_id = await register(shop, "customer")
    await register(shop, "stranger")
    await register(shop, "admin")
    await becomes(shop, "admin", Role.ADMIN)
    people = {name: await signed_in(shop, name) for name in ("customer", "stranger", "admin")}
    document = (await people["customer"].post("/documents", json=PAPER)).json()
    return {**people, "nobody": shop.stranger}, {"user_id": user_id, "document_id": document["id"]}


@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: f"{call.who} {call.method} {call.path} {call.status}"
)
async def test_a_documented_call_answers_as_documented(given: Given, call: Documented):
    async with open_shop(given) as shop:
        people, things = await _people(shop)
        answer = await people[call.who].request(call.method, call.path.format(**things), json=call.body)
    assert answer.status_code == call.status, answer.text
    if call.fields is None:
        assert answer.content == b"%PDF-1.7 a paper"
        return
    found = answer.json()
    entries = found if call.many else [found]
    assert entries
    for entry in entries:
        told = {name: type(entry.get(name)) for name in call.fields}
        assert told == dict(call.fields)
        assert {name: entry[name] for name in call.says or {}} == (call.says or {})
    if call.word:
        assert found["error"] == call.word
        assert all(isinstance(lines, list) for lines in found["details"].values())


async def test_every_documented_path_answers_options_with_what_it_knows(given: Given):
    async with open_shop(given) as shop:
        for path in PATHS:
            for headers in (
                {},
                {"origin": "https://anywhere.example.com", "access-control-request-method": "GET"},
            ):
                answer = await shop.caller(headers).options(path)
                assert answer.status_code == 200, path
                assert "OPTIONS" in answer.headers["allow"]
                assert "access-control-allow-origin" not in answer.headers
