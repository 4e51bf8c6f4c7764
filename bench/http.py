"""Contenders that are servers: start them, warm them, load them, read their CPU."""

import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import wrk
from bench.case import Contender, Measure, Measurement, Role
from bench.client import Driven, Flow, drive
from bench.cpu import Meter, resident_mb
from bench.wrk import Load
from tests.servers.ports import free_port
from tests.servers.process import Process

ROOT = Path(__file__).parents[1]
_WARM_UP = 0.7


@dataclass(frozen=True)
class Served:
    """A server that answers; ``processes`` are the roots of the process trees whose CPU counts."""

    port: int
    processes: Mapping[str, int]


@dataclass(frozen=True)
class Steps:
    """A flow of several requests as the load: one operation is one run through ``flow``."""

    flow: Flow
    connections: int = 8
    processes: int = field(default=1)


Serve = Callable[[], AbstractContextManager[Served]]


def http_contender(role: Role | str, label: str, serve: Serve, load: Load | Steps) -> Contender:
    """A server under a load; CPU is that of ``serve``'s processes and of the load generator is left out."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with serve() as served:
            generate(load, served.port, _WARM_UP)
            yield lambda seconds: measured(served, load, seconds)

    return Contender(Role(role), label, opened)


def measured(served: Served, load: Load | Steps, seconds: float) -> Measurement:
    """One round on a running server."""
    meter = Meter(served.processes)
    meter.start()
    seen = generate(load, served.port, seconds)
    if seen.errors:
        print(f"  {seen.errors} errors, the first: {seen.first_error[:500]}", file=sys.stderr)
    memory = {f"{label} MB": resident_mb(pid) for label, pid in served.processes.items()}
    return Measurement(
        seen.operations,
        seen.seconds,
        seen.p50_ms,
        seen.p99_ms,
        meter.per_operation(seen.operations),
        seen.errors,
        memory,
    )


def generate(load: Load | Steps, port: int, seconds: float) -> Driven:
    """Send the load to ``port`` for ``seconds``."""
    if isinstance(load, Load):
        return wrk.run(load, port=port, seconds=seconds)
    return drive(
        load.flow, port=port, seconds=seconds, connections=load.connections, processes=load.processes
    )


@contextmanager
def program(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    ready: str = "/",
    label: str = "server",
    others: Mapping[str, int] | None = None,
) -> Generator[Served]:
    """Run ``argv`` with ``{port}`` replaced until the block ends; it is ready when ``ready`` answers below 500.

    ``others`` are further processes whose CPU counts (``{"postgres": cluster.pid}``).
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="makeline-bench-") as folder:
        words = [word.replace("{port}", str(port)) for word in argv]
        with Process.start(words, log=Path(folder) / "log", env=env, cwd=ROOT) as process:
            process.wait_for_http(f"http://127.0.0.1:{port}{ready}")
            yield Served(port, {label: process.pid, **(others or {})})


def uvicorn(
    application: str,
    *,
    ready: str = "/",
    workers: int = 1,
    env: Mapping[str, str] | None = None,
    others: Mapping[str, int] | None = None,
) -> AbstractContextManager[Served]:
    """An ASGI application (``module:name``) under uvicorn as the product runs it."""
    argv = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", "{port}"]
    argv += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    argv += ["--workers", str(workers)] if workers > 1 else []
    return program(argv, env=env, ready=ready, others=others)
