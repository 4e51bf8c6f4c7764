"""From a file of a million triangles on a customer's disk to its price on his screen, over HTTP."""

import http.client
import json
import struct
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bench.b9_stl import million
from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter, resident_mb
from bench.http import Served
from bench.product import on_sqlite
from tests.adapters.cad.meshes.solids import stl

_PASSWORD = "correct horse battery"
_WISH = {"service_id": "printing", "material_id": "PA12", "quantity": 5}
LABEL = "a file of a million triangles: announced, sent, confirmed, priced"


class Customer:
    """Signed in; sends another file each time, for equal bytes would not be read again."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"content-type": "application/json"}
        person = {"username": "anna", "email": "anna@example.com", "password": _PASSWORD}
        self._ask("POST", "/register", person)
        token = self._ask("POST", "/login", {"username": "anna", "password": _PASSWORD})["access_token"]
        self._headers["authorization"] = f"Bearer {token}"
        self._file = bytearray(stl(million()))
        self._sent = 0

    def new_file(self) -> bytes:
        """The same part under another title."""
        self._sent += 1
        self._file[:4] = struct.pack("<I", self._sent)
        return bytes(self._file)

    def price(self, data: bytes) -> float:
        """Seconds from the first call to the price."""
        began = time.perf_counter()
        wish = {"file_name": "million.stl", "file_size": len(data)}
        place = self._ask("POST", "/v1/uploads", wish)
        address = urlsplit(place["url"])
        self._connection.request("PUT", f"{address.path}?{address.query}", data, place["headers"])
        _good(self._connection.getresponse())
        file = self._ask("POST", f"/v1/uploads/{place['id']}/confirm?wait=0", None)
        answer = self._ask("POST", "/calculate-price", {**_WISH, "file_id": file["id"]})
        took = time.perf_counter() - began
        assert answer["basis"] == "file"
        self._drawn(file["id"])
        self._ask("DELETE", f"/files/{file['id']}", None)
        return took

    def _drawn(self, file_id: int) -> None:
        # Its pictures belong to this file's round, not to the next one's.
        while self._ask("GET", f"/files/{file_id}", None)["state"] == "measuring":
            time.sleep(0.05)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        raw = b"" if body is None else json.dumps(body).encode()
        self._connection.request(method, path, raw, self._headers)
        return json.loads(_good(self._connection.getresponse()))


def _good(answer: http.client.HTTPResponse) -> bytes:
    raw = answer.read()
    assert answer.status == 200, (answer.status, raw[:300])
    return raw


@contextmanager
def _opened() -> Generator[Measure]:
    with on_sqlite() as served:
        customer = Customer(served.port)
        customer.price(customer.new_file())
        yield lambda seconds: _measured(served, customer, seconds)


def _measured(served: Served, customer: Customer, seconds: float) -> Measurement:
    meter, took, began = Meter(served.processes), list[float](), time.perf_counter()
    meter.start()
    while not took or time.perf_counter() - began < seconds:
        took.append(customer.price(customer.new_file()))
    took.sort()
    return Measurement(
        operations=len(took),
        seconds=sum(took),
        p50_ms=1000 * took[len(took) // 2],
        p99_ms=1000 * took[-1],
        cpu_us=meter.per_operation(len(took)),
        facts={f"{label} MB": resident_mb(pid) for label, pid in served.processes.items()},
    )


CONTENDER = Contender(Role.OURS, LABEL, _opened)
