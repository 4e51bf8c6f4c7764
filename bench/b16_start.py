"""B16: from the command to the first answer of a server whose data are there, and what it keeps in memory then."""

import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.b1_stock_status import PATH
from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.cpu import cpu_seconds, resident_mb
from bench.disk import disk_folder
from bench.functions import function_contender
from bench.http import ROOT, program
from bench.latency import percentile_ms
from bench.product import LAUNCHER, RAISED
from tests.servers.ports import free_port
from tests.servers.process import Process

ALONE, INSIDE = "an API process, its worker apart", "server and worker in one process"
# What any server of these libraries must load before it can begin.
_LIBRARIES = "uvicorn, uvloop, httptools, starlette, pydantic, msgspec, sqlalchemy, structlog, cryptography"
_FOR_SQLITE = "sqlalchemy.dialects.sqlite"


def _contender(label: str, env: dict[str, str]) -> Contender:
    """``makeline serve``, started again and again on data that are there; CPU until the first answer."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with disk_folder() as folder:
            argv = [str(LAUNCHER), "run", "--port", "{port}", "--data-dir", str(folder)]
            with program(argv, env=RAISED, ready="/health"):
                pass
            yield lambda seconds: _starts(folder, {**RAISED, **env}, seconds)

    return Contender(Role.OURS, label, opened)


def _starts(folder: Path, env: dict[str, str], seconds: float) -> Measurement:
    waits: list[float] = []
    memory: list[float] = []
    cpu = 0.0
    while sum(waits) < seconds:
        port = free_port()
        argv = [str(LAUNCHER), "serve", "--port", str(port), "--data-dir", str(folder)]
        with tempfile.TemporaryDirectory(prefix="makeline-bench-") as logs:
            begin = time.perf_counter()
            with Process.start(argv, log=Path(logs) / "log", env=env, cwd=ROOT) as process:
                process.wait_until(lambda port=port: _answers(port))
                waits.append(time.perf_counter() - begin)
                cpu += cpu_seconds(process.pid)
                memory.append(resident_mb(process.pid))
    waits.sort()
    each = cpu * 1e6 / len(waits)
    facts = {"MB at the first answer": sum(memory) / len(memory)}
    return Measurement(
        len(waits),
        sum(waits),
        percentile_ms(waits, 50),
        percentile_ms(waits, 99),
        {"server": each},
        facts=facts,
    )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", PATH)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _python(*code: str) -> Callable[[], object]:
    """A Python that runs this and ends."""
    argv: Sequence[str] = [sys.executable, "-c", "; ".join(code)]

    def run() -> None:
        with tempfile.TemporaryDirectory(prefix="makeline-bench-") as logs:
            process = Process.start(argv, log=Path(logs) / "log")
            assert process.popen.wait() == 0

    return run


def _soon(summary: Summary) -> bool:
    return all(summary.named(label).p50_ms <= 1500 for label in (ALONE, INSIDE))


def _small(summary: Summary) -> bool:
    return summary.named(ALONE).facts["MB at the first answer"] <= 120


CASE = Case(
    id="B16",
    title="Start of a server whose data are there, to its first answer: the catalogue with its stock",
    unit="starts",
    contenders=(
        _contender(ALONE, {"WORKER": "apart"}),
        _contender(INSIDE, {}),
        function_contender(
            Role.LIMIT,
            "Python imports the libraries",
            _python(f"import {_LIBRARIES}", f"import {_FOR_SQLITE}"),
        ),
        function_contender(Role.LIMIT, "Python alone", _python("pass")),
    ),
    goals=(Goal("at most 1.5 s", _soon), Goal("at most 120 MB for a worker", _small)),
    seconds=4.0,
    note=(
        "From the command to an answer of 200, asked again every 10 ms; CPU and memory (shared pages counted "
        "once, the processes it started included) at that moment. Half of it is loading libraries."
    ),
)
