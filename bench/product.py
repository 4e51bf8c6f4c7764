"""The product as a contender: on fresh data, alone or with its neighbours in processes of their own."""

import json
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.disk import disk_folder, postgres
from bench.http import ROOT, Served, program
from makeline.adapters.print_partner.simulator.settings import (
    BASE_PATH,
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
)
from tests.servers.ports import free_port
from tests.servers.process import Process

LAUNCHER = Path(sys.executable).with_name("makeline")
# The partner answers and does nothing else: no notices, no printing, no customer who pays by himself.
# Load passes the limiter; only its figures are raised.
RAISED = dict.fromkeys(
    ("LIMIT_PARTNER", "LIMIT_ADDRESS", "LIMIT_SESSION", "LIMIT_SESSION_ADDRESS", "LIMIT_GUEST"), "1000000000"
)
# Nor does anything but the load want the processor.
RAISED["DEMO_FILES"] = "off"
_QUIET = {"notices": "off", "machine": "off", "customer": "walks_away", "unknown_devices": "accepted"}


@contextmanager
def on_sqlite(
    *, env: Mapping[str, str] | None = None, ready: str = "/health", demo: bool = False
) -> Generator[Served]:
    """One process with its embedded database on a disk; CPU label ``server``."""
    raised = {**RAISED, **(env or {})}
    with disk_folder() as folder, program(_argv(folder, demo=demo), env=raised, ready=ready) as served:
        yield served


@contextmanager
def on_postgres(
    *, env: Mapping[str, str] | None = None, ready: str = "/health", demo: bool = False
) -> Generator[Served]:
    """One process and a PostgreSQL with fsync; CPU labels ``server`` and ``postgres``."""
    with disk_folder() as folder, postgres() as cluster:
        address = {**RAISED, "DATABASE_URL": cluster.server.dsn(), **(env or {})}
        others = {"postgres": cluster.pid}
        with program(_argv(folder, demo=demo), env=address, ready=ready, others=others) as served:
            yield served


@contextmanager
def beside_partner(
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    worker_apart: bool = False,
    others: Mapping[str, int] | None = None,
) -> Generator[Served]:
    """The server on data that are there, with a silent partner of no delays, and a worker apart if wanted.

    CPU labels: ``server``, ``partner``, ``worker``, and ``others``.
    """
    logs = Path(tempfile.mkdtemp(prefix="makeline-bench-logs-"))
    with ExitStack() as stack:
        partner = stack.enter_context(silent_partner(folder))
        common = {
            **RAISED,
            "LOG_LEVEL": "warning",
            "STORAGE_URL": f"file://{folder / 'files'}",
            "PARTNER_BASE_URL": f"http://127.0.0.1:{partner.port}{BASE_PATH}",
            "PARTNER_ACCOUNT": DEMO_ACCOUNT,
            "PARTNER_PASSWORD": DEMO_PASSWORD,
            "PARTNER_KEY": DEMO_KEY,
            **({"WORKER": "apart"} if worker_apart else {}),
            **(env or {}),
        }
        pids = {**partner.processes, **(others or {})}
        if worker_apart:
            argv = [str(LAUNCHER), "work", "--data-dir", str(folder)]
            worker = stack.enter_context(Process.start(argv, log=logs / "worker", env=common, cwd=ROOT))
            pids["worker"] = worker.pid
        argv = [str(LAUNCHER), "serve", "--port", "{port}", "--data-dir", str(folder)]
        yield stack.enter_context(program(argv, env=common, ready="/health", others=pids))


@contextmanager
def silent_partner(folder: Path) -> Generator[Served]:
    """The simulated print partner, without delays and notices; CPU label ``partner``."""
    port = free_port()
    with Process.start(_partner(port, folder), log=folder / "partner.log", cwd=ROOT) as partner:
        partner.wait_for_http(f"http://127.0.0.1:{port}/health")
        yield Served(port, {"partner": partner.pid})


def _partner(port: int, folder: Path) -> list[str]:
    data = folder / "partner"
    data.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "makeline.adapters.print_partner.simulator", "--port", str(port)]
    return [*argv, "--data", str(data), "--profile", "none", "--switches", json.dumps(_QUIET)]


def _argv(folder: Path, *, demo: bool) -> list[str]:
    argv = [str(LAUNCHER), "run", "--port", "{port}", "--data-dir", str(folder)]
    return [*argv, "--demo"] if demo else argv
