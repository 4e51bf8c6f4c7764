"""Rows of the parts service's document, and how a running shop is held against one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from makeline.commerce.accounts.states import Role
from tests.members import becomes, register, signed_in
from tests.parts.geometry.arrivals import STL, arrival_of, upload_of
from tests.web import OpenShop

MESSAGE = {"message": str}
_REFUSAL = {"error": str, "message": str, "details": dict, "code": str}
_WORDS = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
}
PAPER = {
    "file_name": "document.pdf",
    "file_data": "JVBERi0xLjcgYSBwYXBlcg==",
    "category": "technical_spec",
    "description": "Optional description",
}
CALL = {
    "name": "John Doe",
    "phone": "+1234567890",
    "product": "CNC Milling",
    "time": "Morning",
    "additional": "Need urgent quote",
    "agreement": True,
}
ORDER = {
    "service_id": "cnc-milling", "quantity": 1, "length": 100, "width": 50, "height": 25, "n_dimensions": 3,
    "tolerance_id": "1", "finish_id": "1", "cover_id": ["1"], "k_otk": "1", "k_cert": ["a", "f"], "k_complexity": 1.0,
    "material_id": "alum_D16", "material_form": "rod", "special_instructions": "Handle with care",
}  # fmt: skip


@dataclass(frozen=True)
class Documented:
    """A call as the document has it. ``fields`` of each entry if ``many``; ``raw``: the very bytes of the answer;
    ``code`` of a refusal, whose ``details`` hold just ``names``."""

    who: str
    method: str
    path: str
    status: int
    body: Any = None
    fields: Mapping[str, Any] | None = None
    says: Mapping[str, Any] | None = None
    many: bool = False
    raw: bytes | None = None
    code: str = ""
    names: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.path} {self.status}"


def tells(
    who: str, method: str, path: str, fields: Mapping[str, Any], body: Any = None, **says: Any
) -> Documented:
    """200 with these fields; ``says`` are values that must be there."""
    return Documented(who, method, path, 200, body, fields, says)


def lists(who: str, path: str, fields: Mapping[str, Any]) -> Documented:
    """200 with an array of at least one such entry."""
    return Documented(who, "GET", path, 200, fields=fields, many=True)


def refuses(
    who: str,
    method: str,
    path: str,
    status: int,
    code: str,
    body: Any = None,
    *,
    names: tuple[str, ...] | None = None,
) -> Documented:
    """A refusal in the dialect."""
    return Documented(who, method, path, status, body, _REFUSAL, code=code, names=names)


@dataclass(frozen=True)
class Cast:
    """People by name, and ids of the customer's things by the name of their hole."""

    people: Mapping[str, httpx2.AsyncClient]
    things: Mapping[str, int]

    async def contradictions(self, row: Documented) -> list[str]:
        """What of the answer to a row is not as documented."""
        body = row.body
        if isinstance(body, dict):
            body = {name: self._id(value) for name, value in body.items()}
        how: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = await self.people[row.who].request(row.method, row.path.format(**self.things), **how)
        return [f"{row}: {problem}" for problem in _problems(row, answer)]

    def _id(self, value: Any) -> Any:
        """``"{file_id}"`` is the id itself."""
        return self.things.get(value.strip("{}"), value) if isinstance(value, str) else value


async def cast_of(shop: OpenShop) -> Cast:
    """A customer with one thing of each kind, a stranger, staff, an admin, somebody who leaves, and nobody."""
    user_id = await register(shop, "customer")
    for name in ("stranger", "leaver", "staff", "admin"):
        await register(shop, name)
    await becomes(shop, "staff", Role.STAFF)
    await becomes(shop, "admin", Role.ADMIN)
    people = {
        name: await signed_in(shop, name) for name in ("customer", "stranger", "leaver", "staff", "admin")
    }
    customer = people["customer"]
    demo = await shop.given.intake.take_in(arrival_of(STL, owner_id=None), STL, actor="seed")
    things = {
        "user_id": user_id,
        "document_id": (await customer.post("/documents", json=PAPER)).json()["id"],
        "file_id": (await customer.post("/files", json=upload_of(description="left"))).json()["id"],
        "demo_id": demo.id,
        "order_id": await _ordered(customer),
        "call_request_id": (await customer.post("/call-request", json=CALL)).json()["id"],
    }
    forged = shop.caller({"authorization": "Bearer e30.e30.e30"})
    return Cast({**people, "nobody": shop.stranger, "forger": forged}, things)


async def _ordered(customer: httpx2.AsyncClient) -> int:
    answer = await customer.post("/orders", json=ORDER)
    assert answer.status_code == 200, answer.text
    return answer.json()["order_id"]


def _problems(row: Documented, answer: httpx2.Response) -> Iterator[str]:
    if answer.status_code != row.status:
        yield f"{answer.status_code}: {answer.text[:200]}"
        return
    if row.raw is not None:
        if not answer.content.startswith(row.raw):
            yield f"other bytes: {answer.content[:20]!r}"
        return
    found = answer.json()
    entries = found if row.many else [found]
    if not entries:
        yield "an empty list"
    for entry in entries:
        yield from _wrong_entry(row, entry)
    if row.code:
        yield from _wrong_refusal(row, found)


def _wrong_entry(row: Documented, entry: Any) -> Iterator[str]:
    for name, kind in (row.fields or {}).items():
        # A figure may come whole.
        fits = (int, float) if kind is float else kind
        if not isinstance(entry.get(name), fits) or (kind is not bool and isinstance(entry[name], bool)):
            yield f"{name} is {entry.get(name)!r}"
    for name, value in (row.says or {}).items():
        if entry.get(name) != value:
            yield f"{name} is {entry.get(name)!r}, not {value!r}"


def _wrong_refusal(row: Documented, found: Any) -> Iterator[str]:
    if (found["error"], found["code"]) != (_WORDS[row.status], row.code):
        yield f"is {found['error']} {found['code']}"
    if row.names is not None and set(found["details"]) != set(row.names):
        yield f"names {sorted(found['details'])}"
    if row.status == 422 and not all(isinstance(lines, list) for lines in found["details"].values()):
        yield f"details are no lists: {found['details']}"
