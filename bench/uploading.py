"""Customers who send large files beside a load, on threads of their own; every file is another one."""

import http.client
import json
import os
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlsplit

import numpy as np
import pybase64

SIZE = 16 * 1024 * 1024
_BOUNDARY = b"between-two-parts"
_TRIANGLES = (SIZE - 84) // 50
PASSWORD = "correct horse battery"


def stl_of(seed: int) -> bytes:
    """A binary STL of almost 16 MiB: a rippled sheet, another one for each seed."""
    side = int((_TRIANGLES / 2) ** 0.5) + 1
    x, y = np.meshgrid(np.arange(side + 1, dtype="<f4"), np.arange(side + 1, dtype="<f4"))
    points = np.stack((x, y, np.sin(x / 9 + seed) * np.cos(y / 7)), axis=-1)
    a, b, c, d = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    corners = np.concatenate(
        (np.stack((a, b, c), axis=2).reshape(-1, 9), np.stack((a, c, d), axis=2).reshape(-1, 9))
    )[:_TRIANGLES]
    records = np.zeros(len(corners), dtype=[("normal", "<f4", 3), ("corners", "<f4", 9), ("more", "<u2")])
    records["corners"] = corners
    return bytes(80) + struct.pack("<I", len(records)) + records.tobytes()


def body_of(seed: int) -> bytes:
    """The documented request."""
    return b'{"file_name": "sheet.stl", "file_data": "' + pybase64.b64encode(stl_of(seed)) + b'"}'


class Way(StrEnum):
    """How a file comes: in the documented request, in a form, or straight to the storage with a call before and after."""

    JSON = "base64 in JSON"
    FORM = "a form"
    DIRECT = "a direct upload"


def form_of(seed: int) -> bytes:
    """The same file in a form."""
    head = b'Content-Disposition: form-data; name="file"; filename="sheet.stl"'
    return b"--" + _BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + stl_of(seed) + b"\r\n--" + _BOUNDARY + b"--\r\n"


_BODIES = {Way.JSON: body_of, Way.FORM: form_of, Way.DIRECT: stl_of}


def bodies_of(way: Way, count: int) -> list[bytes]:
    """What so many senders send, each another file."""
    return [_BODIES[way](seed) for seed in range(count)]


def token_of(port: int, name: str) -> str:
    """A new customer, signed in."""
    person = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    ask(port, "POST", "/register", json.dumps(person).encode())
    answer = ask(port, "POST", "/login", json.dumps({"username": name, "password": PASSWORD}).encode())
    return str(answer[1]["access_token"])


def ask(
    port: int, method: str, path: str, body: bytes, token: str = "", content_type: str = "application/json"
) -> tuple[int, Any]:
    """One call on a connection of its own."""
    headers = {"content-type": content_type, **({"authorization": f"Bearer {token}"} if token else {})}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw)


@dataclass
class Senders:
    """So many at once, each sending one file after the other and deleting it, until they are told to stop.

    Too many files for the processes that measure them are refused (503) and count as refused: their bodies came all the
    same. Senders leave the processor to whoever else wants it: they stand for customers with machines of their own.
    """

    port: int
    at_once: int
    bodies: list[bytes]
    token: str
    way: Way = Way.JSON
    sent: int = 0
    refused: int = 0
    failed: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._threads = [threading.Thread(target=self._send, args=(place,)) for place in range(self.at_once)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def facts(self) -> Mapping[str, float]:
        """How many came in meanwhile."""
        return {"uploads": float(self.sent), "uploads refused": float(self.refused)}

    def _send(self, place: int) -> None:
        # Of this thread alone.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        while not self._over.is_set():
            self.send_one(place)

    def send_one(self, place: int = 0) -> None:
        """One file, deleted when it has been read."""
        status, file = self._sent(self.bodies[place])
        if status == 200:
            self.sent += 1
            ask(self.port, "DELETE", f"/files/{file['id']}", b"", self.token)
        elif status == 503:
            self.refused += 1
        else:
            self.failed += 1

    def _sent(self, body: bytes) -> tuple[int, Any]:
        if self.way is Way.JSON:
            return ask(self.port, "POST", "/files", body, self.token)
        if self.way is Way.FORM:
            kind = f"multipart/form-data; boundary={_BOUNDARY.decode()}"
            return ask(self.port, "POST", "/files", body, self.token, kind)
        wish = json.dumps({"file_name": "sheet.stl", "file_size": len(body)}).encode()
        status, place = ask(self.port, "POST", "/v1/uploads", wish, self.token)
        if status != 200:
            return status, place
        address = urlsplit(place["url"])
        status, answer = ask(
            self.port, "PUT", f"{address.path}?{address.query}", body, "", "application/octet-stream"
        )
        if status != 200:
            return status, answer
        return ask(self.port, "POST", f"/v1/uploads/{place['id']}/confirm", b"", self.token)
