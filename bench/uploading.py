"""Customers who send large files beside a load, on threads of their own; every file is another one."""

import http.client
import json
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pybase64

SIZE = 16 * 1024 * 1024
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


def token_of(port: int, name: str) -> str:
    """A new customer, signed in."""
    person = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    ask(port, "POST", "/register", json.dumps(person).encode())
    answer = ask(port, "POST", "/login", json.dumps({"username": name, "password": PASSWORD}).encode())
    return str(answer[1]["access_token"])


def ask(port: int, method: str, path: str, body: bytes, token: str = "") -> tuple[int, Any]:
    """One call on a connection of its own."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw)


@dataclass
class Senders:
    """So many at once, each sending one file after the other and deleting it, until they are told to stop.

    Too many files for the processes that measure them are refused (503) and count as sent: their bodies came all the same.
    """

    port: int
    at_once: int
    bodies: list[bytes]
    token: str
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
        while not self._over.is_set():
            status, file = ask(self.port, "POST", "/files", self.bodies[place], self.token)
            if status == 200:
                self.sent += 1
                ask(self.port, "DELETE", f"/files/{file['id']}", b"", self.token)
            elif status == 503:
                self.refused += 1
            else:
                self.failed += 1
