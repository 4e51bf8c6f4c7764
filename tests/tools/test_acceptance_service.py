"""The harness finds in the document of the parts service who may call what, and sees what contradicts it."""

import json
import struct
import threading
from collections import Counter
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tools.acceptance.comparison import a_number, differences
from tools.acceptance.documents import Call
from tools.acceptance.server import Server
from tools.acceptance.service_calls import compare_service
from tools.acceptance.service_document import Access, ServiceDocument, read_service_document
from tools.acceptance.sheet import Sheet
from tools.acceptance.stage import box_stl

TEXT = """\
# A service
## Things
### POST /register
**Authentication:** None
**Request Body:**
```json
{"username": "string", "kind": "one" | "two"}
```
**Response:** 200 OK
```json
{"message": "Welcome", "user_id": 1}
```
**Error Responses:**
- 400: taken
- 422: wrong
### GET /things/{user_id} (Admin)
**Authentication:** Admin required
**Response:** 200 OK
```json
{"weight": 0.5}
```
### POST /thing
**Authentication:** Optional
**Request Body:** Same as /register
**Response:** 200 OK (same as GET /things/{user_id})
### GET /things/{user_id}/picture
**Authentication:** Required (or owner)
**Response:** 200 OK (image content)
### OPTIONS /register, /thing
**Response:** 200 OK
## Errors
### 404 Not Found
```json
{"error": "NOT_FOUND", "message": "no", "details": {}}
```
"""
ERRORS = {
    status: {"error": word, "message": "no", "details": {}}
    for status, word in ((400, "BAD_REQUEST"), (401, "UNAUTHORIZED"), (422, "VALIDATION_ERROR"))
}


@pytest.fixture
def document(tmp_path: Path) -> ServiceDocument:
    path = tmp_path / "service.md"
    path.write_text(TEXT)
    return read_service_document(path)


def test_each_call_is_read_with_who_may_make_it(document: ServiceDocument):
    register, thing, posted, picture = document.calls
    assert (register.call, register.access, register.line) == (Call("POST", "/register"), Access.ANYBODY, 3)
    assert register.request == {"username": "string", "kind": "one"}
    assert register.choices == {"kind": ("one", "two")}
    assert (register.refusals, register.answer["user_id"]) == ((400, 422), 1)
    assert (thing.access, thing.request, thing.answer) == (Access.ADMIN, None, {"weight": 0.5})
    assert (posted.access, posted.request, posted.answer) == (Access.PERHAPS, register.request, thing.answer)
    assert (picture.access, picture.answer, picture.bytes_back) == (Access.MEMBER, None, True)
    assert [path for _, path in document.options] == ["/register", "/thing"]
    assert document.errors == {404: {"error": "NOT_FOUND", "message": "no", "details": {}}}


def test_a_figure_of_the_service_is_any_number():
    example = {"volume": 0.5}
    assert differences({"volume": 125000}, example, decimal=a_number) == []
    for wrong in ("1", True, None):
        assert differences({"volume": wrong}, example, decimal=a_number)


def test_the_box_that_is_uploaded_is_closed():
    corners = [struct.unpack_from("<9f", box_stl(100, 50, 25), 84 + 50 * face + 12) for face in range(12)]
    edges = Counter(edge for face in corners for edge in pairwise((face[:3], face[3:6], face[6:], face[:3])))
    # Every edge once in each direction; then these pyramids fill the box and nothing else.
    assert all(edges[other, one] == count == 1 for (one, other), count in edges.items())
    pyramids = [
        a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g)
        for a, b, c, d, e, f, g, h, i in corners
    ]
    assert sum(pyramids) / 6 == pytest.approx(125_000)


class _Liar(BaseHTTPRequestHandler):
    """Serves half of the document, and not as it says."""

    def do_GET(self) -> None:
        self._say(200, {"paths": {"/register": {"post": {}}}})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/login":
            self._say(200, {"access_token": "x"})
        elif sent == b"{":
            self._say(500, {})
        else:
            self._say(200, {"message": "Hello", "user_id": "1"})

    def do_OPTIONS(self) -> None:
        self._say(405, {})

    def log_request(self, *_: Any) -> None:
        """Nobody reads it."""

    def _say(self, status: int, body: Any) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@pytest.fixture
def liar() -> Generator[Server]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Liar) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Server(server.server_address[1], "", "chief")
        server.shutdown()
        thread.join()


def test_a_server_that_contradicts_the_document_fails_and_what_it_lacks_passes_nowhere(
    document: ServiceDocument, liar: Server
):
    sheet = Sheet()
    complete = ServiceDocument(document.name, document.calls, document.options, {**document.errors, **ERRORS})
    compare_service(sheet, complete, liar)
    found = {check.what: check.problems for check in sheet.checks}
    for word in ("one", "two"):
        assert found[f"POST /register: answer ({word})"] == (
            "user_id is '1', documented as an integer",
            "message is 'Hello', documented as 'Welcome'",
        )
    assert [problem.partition(":")[0] for problem in found["POST /register: names what is wrong"]] == [
        f"with {what}" for what in ("the body b'{'", "the body b'[]'", r"the body b'\xff'", "the body b''", "a wrong username", "a wrong kind")
    ]  # fmt: skip
    assert found["POST /register: refuses with 400"]
    assert found["OPTIONS /register"]
    assert [check.what for check in sheet.missing] == [
        "GET /things/{user_id}", "POST /thing", "GET /things/{user_id}/picture", "OPTIONS /thing",
        "OPTIONS /things/{user_id}", "OPTIONS /things/{user_id}/picture",
    ]  # fmt: skip
