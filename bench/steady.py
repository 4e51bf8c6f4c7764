"""A customer who asks at a steady pace, whatever becomes of his answers: what he waits is what a busy server costs others.

A load that asks again as soon as it is answered fills a core by itself, and then measures how two loads share two cores.
"""

import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from bench.case import Line, Measurement
from bench.client import Driven, request
from bench.cpu import Meter, resident_mb
from bench.http import ROOT, Served
from bench.latency import percentile_ms

A_SECOND = 100
TIMES = "times alone"


class Others(Protocol):
    """What goes on beside, and what became of it."""

    @property
    def failed(self) -> int: ...

    @property
    def facts(self) -> Mapping[str, float]: ...


def beside_others(
    served: Served, path: str, seconds: float, others: Callable[[], AbstractContextManager[Others]]
) -> Measurement:
    """One round: so long alone, then as long beside them. Facts: the p99 alone, and how many times as long beside."""
    alone = ask_steadily(path, port=served.port, seconds=seconds)
    meter = Meter(served.processes)
    with others() as running:
        meter.start()
        seen = ask_steadily(path, port=served.port, seconds=seconds)
        used = meter.per_operation(seen.operations)
    facts = {"p99 alone": alone.p99_ms, TIMES: seen.p99_ms / alone.p99_ms}
    memory = {f"{label} MB": resident_mb(pid) for label, pid in served.processes.items()}
    return Measurement(
        operations=seen.operations,
        seconds=seconds,
        p50_ms=seen.p50_ms,
        p99_ms=seen.p99_ms,
        cpu_us=used,
        errors=seen.errors + alone.errors + running.failed,
        facts={**facts, **memory, **running.facts},
    )


def hardly_noticed(line: Line) -> bool:
    """Whether half of the rounds or more had a p99 at most twice as long beside as alone."""
    return line.facts[TIMES] <= 2


def ask_steadily(path: str, *, port: int, seconds: float) -> Driven:
    """``GET path`` a hundred times a second in a process of its own.

    The wait counts from when the question was due, should the answer before it have come too late to ask in time.
    """
    argv = [sys.executable, "-m", "bench.steady", path, str(port), str(seconds)]
    waits = array("d", subprocess.run(argv, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout)
    errors = sum(wait < 0 for wait in waits)
    ordered = sorted(wait for wait in waits if wait >= 0)
    return Driven(len(ordered), errors, seconds, percentile_ms(ordered, 50), percentile_ms(ordered, 99))


def _ask(path: str, port: int, seconds: float) -> "array[float]":
    """Seconds of each answer, -1 for one that is none."""
    question, waits = request("GET", path), array("d")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        for turn in range(int(seconds * A_SECOND)):
            due = began + turn / A_SECOND
            early = due - time.perf_counter()
            if early > 0:
                time.sleep(early)
                # How late the kernel woke this process is not the server's doing.
                due = time.perf_counter()
            connection.sendall(question)
            good = _answered(connection)
            waits.append(time.perf_counter() - due if good else -1.0)
    return waits


def _answered(connection: socket.socket) -> bool:
    raw = connection.recv(65_536)
    head = raw.find(b"\r\n\r\n")
    start = raw.lower().find(b"content-length:")
    left = head + 4 + int(raw[start + 15 : raw.find(b"\r", start)]) - len(raw)
    while left > 0:
        left -= len(connection.recv(left))
    return raw.startswith(b"HTTP/1.1 200")


if __name__ == "__main__":
    sys.stdout.buffer.write(_ask(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])).tobytes())
