"""B8: a file of 16 MiB comes as base64 in JSON; and what everybody else notices of eight that come at once."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.disk import disk_folder
from bench.http import ROOT, generate, measured
from bench.latency import percentile_ms
from bench.product import on_sqlite
from bench.uploading import Senders, body_of, token_of
from bench.wrk import Load

AT_ONCE = 8
_OURS, _PEER, _LEAST = (
    "16 MiB in, checked, hashed, stored",
    "standard library, nothing hashed",
    "decode, hash, store",
)
_QUIET, _BESIDE = "GET /materials, nobody uploads", f"GET /materials beside {AT_ONCE} uploads of 16 MiB"
_LIST = Load(["/materials"], connections=2)


def alone(role: Role, label: str, way: str) -> Contender:
    """One way to take in the body, in a process of its own."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with disk_folder() as folder:

            def measure(seconds: float) -> Measurement:
                argv = [sys.executable, "-m", "bench.upload_jobs", way, str(seconds), str(folder)]
                said = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT).stdout
                seen = json.loads(said)
                waits = sorted(seen["waits"])
                return Measurement(
                    len(waits),
                    sum(waits),
                    percentile_ms(waits, 50),
                    percentile_ms(waits, 99),
                    {"process": seen["cpu"] * 1e6 / len(waits)},
                    facts={"peak in files": seen["peak"]},
                )

            yield measure

    return Contender(role, label, opened)


def beside(label: str, *, at_once: int) -> Contender:
    """The list of materials, which costs next to nothing, while others upload."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with on_sqlite(env={"WORKER": "apart", "LIMIT_ACCOUNT": "1000000000"}) as served:
            token, bodies = token_of(served.port, "anna"), [body_of(seed) for seed in range(at_once)]
            generate(_LIST, served.port, 0.7)

            def measure(seconds: float) -> Measurement:
                with Senders(served.port, at_once, bodies, token) as senders:
                    seen = measured(served, _LIST, seconds)
                return replace(
                    seen, facts={**seen.facts, **senders.facts}, errors=seen.errors + senders.failed
                )

            yield measure

    return Contender(Role.OURS, label, opened)


def _little_cpu(summary: Summary) -> bool:
    return summary.ours.cpu_us["process"] <= 60_000


def _little_memory(summary: Summary) -> bool:
    return summary.ours.facts["peak in files"] <= 3


def _hardly_noticed(summary: Summary) -> bool:
    return summary.named(_BESIDE).p99_ms <= 2 * summary.named(_QUIET).p99_ms


CASE = Case(
    id="B8",
    title="Upload of a CAD file of 16 MiB as base64 in JSON",
    unit="uploads or req/s",
    contenders=(
        alone(Role.OURS, _OURS, "ours"),
        alone(Role.PEER, _PEER, "plain"),
        alone(Role.LIMIT, _LEAST, "least"),
        beside(_QUIET, at_once=0),
        beside(_BESIDE, at_once=AT_ONCE),
    ),
    goals=(
        Goal("at most 60 ms CPU before it is measured", _little_cpu),
        Goal("at most three files of memory besides the body's way in", _little_memory),
        Goal(f"p99 of others at most twice as long beside {AT_ONCE} uploads", _hardly_noticed),
    ),
    note=(
        "Ours is everything before the file is measured: the body comes in pieces of 64 KiB, its text is cut out and decoded "
        "where it lies, its type told, its hash taken, its bytes stored and flushed. The peer parses and decodes with the "
        "standard library, stores and flushes, and hashes nothing. The last lines are two connections that ask for a list as "
        "fast as they are answered, while eight customers send files without pause, which are measured and drawn beside."
    ),
)
