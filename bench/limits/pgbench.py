"""The order's transaction on PostgreSQL, driven by pgbench: the most that any application could reach."""

import resource
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter
from bench.disk import postgres
from bench.latency import percentile_ms
from tests.servers.postgres import Cluster
from tests.servers.postgres_programs import binaries

_FOLDER = Path(__file__).parent


def order_transaction(clients: int = 8) -> Contender:
    """Idempotency row, guarded stock update, order, outbox row: six round trips."""
    return _contender(f"pgbench, 6 round trips, c={clients}", "order.sql", clients)


def order_function(clients: int = 8) -> Contender:
    """The same in one function of the server: one round trip."""
    return _contender(f"pgbench, 1 round trip, c={clients}", "order_function.sql", clients)


def _contender(label: str, script: str, clients: int) -> Contender:
    @contextmanager
    def opened() -> Generator[Measure]:
        with postgres() as cluster:
            cluster.server.execute((_FOLDER / "order_schema.sql").read_text())
            yield lambda seconds: _round(cluster, _FOLDER / script, clients, seconds)

    return Contender(Role.LIMIT, label, opened)


def _round(cluster: Cluster, script: Path, clients: int, seconds: float) -> Measurement:
    prefix = cluster.folder / f"round-{time.monotonic_ns()}"
    command = [binaries() / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1"]
    command += ["-T", str(max(1, round(seconds))), "-f", script, "-l", f"--log-prefix={prefix}"]
    command += ["-h", cluster.socket_folder, "-p", str(cluster.port), "-U", "postgres", "postgres"]
    meter = Meter({"postgres": cluster.pid})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    meter.start()
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, text=True)
    took = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waits = sorted(_waits(prefix))
    load = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return Measurement(
        len(waits),
        took,
        percentile_ms(waits, 50),
        percentile_ms(waits, 99),
        {**meter.per_operation(len(waits)), "load": load * 1e6 / max(len(waits), 1)},
    )


def _waits(prefix: Path) -> list[float]:
    # client, transaction, microseconds, script, moment
    waits: list[float] = []
    for log in prefix.parent.glob(f"{prefix.name}.*"):
        waits += [int(line.split(maxsplit=3)[2]) / 1e6 for line in log.read_text().splitlines()]
        log.unlink()
    return waits
