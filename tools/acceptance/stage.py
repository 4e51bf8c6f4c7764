"""Who and what the documented calls are about: people with tokens, and things made by the documented calls themselves."""

import base64
import itertools
import re
import struct
from collections.abc import Mapping
from typing import Any

import httpx2

from tools.acceptance.documents import Call
from tools.acceptance.server import PASSWORD, Server
from tools.acceptance.service_document import ServiceDocument

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_SENT = "base64_encoded_file_content"
_HOLE = re.compile(r"{(\w+)}")
# What makes the thing that a hole names, and which field of the answer is its id.
_MADE_BY = {
    "user_id": (Call("POST", "/register"), "user_id"),
    "file_id": (Call("POST", "/files"), "id"),
    "document_id": (Call("POST", "/documents"), "id"),
    "order_id": (Call("POST", "/orders"), "order_id"),
    "call_request_id": (Call("POST", "/call-request"), "id"),
}


def box_stl(large: float, middle: float, small: float) -> bytes:
    """A closed box as binary STL; millimetres."""
    corners = list(itertools.product((0.0, large), (0.0, middle), (0.0, small)))
    sides = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    triangles = [face for a, b, c, d in sides for face in ((a, b, c), (a, c, d))]
    body = b"".join(
        struct.pack("<12fH", 0, 0, 0, *itertools.chain(*(corners[corner] for corner in face)), 0)
        for face in triangles
    )
    return b"\0" * 80 + struct.pack("<I", len(triangles)) + body


MODEL = box_stl(100, 50, 25)
CONTENT = {"stl": MODEL, "pdf": PDF}


class Stage:
    """``client`` gives the caller of each name: nobody, customer, stranger, admin; ``served`` what the server describes."""

    def __init__(self, server: Server, document: ServiceDocument) -> None:
        self._address = server.address
        self._requests = {entry.call: entry.request for entry in document.calls}
        self._numbers = itertools.count(1)
        self._made: dict[str, Any] = {}
        nobody = self._client()
        self.served = frozenset(
            (method.upper(), _without_names(path))
            for path, methods in nobody.get("/openapi.json").raise_for_status().json()["paths"].items()
            for method in methods
        )
        self._names = {name: f"{name}-{next(self._numbers)}" for name in ("customer", "stranger")}
        for name in self._names.values():
            nobody.post("/register", json=self._person(name)).raise_for_status()
        self._names["admin"] = server.admin
        self._people = {name: self.signed_in(name) for name in self._names} | {"nobody": nobody}

    def client(self, who: str) -> httpx2.Client:
        """Somebody who calls."""
        return self._people[who]

    def signed_in(self, who: str) -> httpx2.Client:
        """The same with a fresh token."""
        login = self._client().post("/login", json=self.login(who)).raise_for_status().json()
        return self._client({"authorization": f"Bearer {login['access_token']}"})

    def login(self, who: str) -> dict[str, str]:
        """What somebody signs in with."""
        return {"username": self._names[who], "password": PASSWORD}

    def has(self, call: Call) -> bool:
        """Whether the server describes this call."""
        return (call.method, _without_names(call.path)) in self.served

    def path(self, call: Call, *, fresh: bool = False) -> str:
        """The path with its holes filled by things of the customer."""
        return _HOLE.sub(lambda hole: str(self.thing(hole.group(1), fresh=fresh)), call.path)

    def thing(self, hole: str, *, fresh: bool = False) -> Any:
        """The id of what a hole names, made by its own documented call; one that nobody else has if ``fresh``."""
        if not fresh and hole in self._made:
            return self._made[hole]
        call, field = _MADE_BY[hole]
        answer = self.client("customer").post(call.path, json=self.body(call))
        made = answer.raise_for_status().json()[field]
        return made if fresh else self._made.setdefault(hole, made)

    def body(self, call: Call, **changes: Any) -> dict[str, Any] | None:
        """The documented request with real bytes, real ids and a name that nobody has yet."""
        request = self._requests[call]
        if request is None:
            return None
        if call.path == "/register":
            return {**request, **self._person(f"person-{next(self._numbers)}"), **changes}
        if call.path == "/login":
            return {**request, **self.login("customer")}
        return {name: self._real(name, value, request) for name, value in request.items()} | changes

    def _real(self, name: str, value: Any, request: Mapping[str, Any]) -> Any:
        if value == _SENT:
            return base64.b64encode(CONTENT[request["file_name"].rpartition(".")[2]]).decode()
        return self.thing(name) if name in _MADE_BY else value

    def _person(self, name: str) -> dict[str, Any]:
        request = self._requests[Call("POST", "/register")] or {}
        return {**request, "username": name, "email": f"{name}@example.com", "password": PASSWORD}

    def _client(self, headers: Mapping[str, str] | None = None) -> httpx2.Client:
        return httpx2.Client(base_url=self._address, headers=headers, timeout=60, trust_env=False)


def _without_names(path: str) -> str:
    return _HOLE.sub("{}", path)
