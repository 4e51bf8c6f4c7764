"""People who sign in beside a load: so many a second, on threads of their own."""

import http.client
import json
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from bench.http import Served
from bench.product import on_sqlite

PASSWORD = "correct horse battery"
PEOPLE = 8
_THREADS = 4
# Figures of limits, raised as for every load.
_RAISED = dict.fromkeys(("LIMIT_SIGN_IN", "LIMIT_REGISTRATIONS"), "1000000000")


def bodies() -> list[bytes]:
    """What each of them sends to ``POST /login``."""
    return [
        json.dumps({"username": f"person{number}", "password": PASSWORD}).encode() for number in range(PEOPLE)
    ]


@contextmanager
def with_people() -> Generator[Served]:
    """The product on its embedded database, with people who may sign in."""
    with on_sqlite(env={**_RAISED, "WORKER": "apart"}) as served:
        for number in range(PEOPLE):
            person = {
                "username": f"person{number}",
                "email": f"p{number}@example.com",
                "password": PASSWORD,
            }
            _ask(_connection(served.port), "/register", json.dumps(person).encode())
        yield served


@dataclass
class Crowd:
    """Signs in ``a_second`` times a second until it is told to stop; ``done`` is how often it did."""

    port: int
    a_second: int
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._sign_in, args=(place,)) for place in range(_THREADS)]
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self.seconds = time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Sign-ins a second, so far or in all."""
        return self.done / (self.seconds or time.monotonic() - self._began)

    @property
    def facts(self) -> Mapping[str, float]:
        """How many came in beside, and how many did not."""
        return {"sign-ins per s": self.rate, "sign-ins refused": float(self.failed)}

    def _sign_in(self, place: int) -> None:
        connection, people = _connection(self.port), bodies()
        pause = _THREADS / self.a_second
        due = self._began + pause * place / _THREADS
        turn = place
        while not self._over.wait(max(0.0, due - time.monotonic())):
            if _ask(connection, "/login", people[turn % PEOPLE]) == 200:
                self.done += 1
            else:
                self.failed += 1
            due += pause
            turn += 1


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def _ask(connection: http.client.HTTPConnection, path: str, body: bytes) -> int:
    connection.request("POST", path, body, {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status
