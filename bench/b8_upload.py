"""B8: a file of 16 MiB comes as base64 in JSON; and what everybody else notices of eight that come at once."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.disk import disk_folder
from bench.http import ROOT
from bench.latency import percentile_ms
from bench.product import on_sqlite
from bench.steady import ask_steadily, beside_others, hardly_noticed
from bench.uploading import Senders, Way, bodies_of, token_of

AT_ONCE = 8
_OURS, _PEER, _LEAST = (
    "16 MiB in, checked, hashed, stored",
    "standard library, nothing hashed",
    "decode, hash, store",
)
BESIDE = {way: f"GET /materials beside {AT_ONCE} uploads, each {way}" for way in Way}
_LIST = "/materials"


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


def beside(label: str, way: Way) -> Contender:
    """The list of materials, which costs next to nothing, for a customer who asks steadily while others upload."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with on_sqlite(env={"WORKER": "apart", "LIMIT_ACCOUNT": "1000000000"}) as served:
            token, bodies = token_of(served.port, "anna"), bodies_of(way, AT_ONCE)
            # The first file of a server starts its reading process, and every statement is read for the first time.
            Senders(served.port, 1, bodies, token, way).send_one()
            ask_steadily(_LIST, port=served.port, seconds=0.7)
            yield lambda seconds: beside_others(
                served, _LIST, seconds, lambda: Senders(served.port, AT_ONCE, bodies, token, way)
            )

    return Contender(Role.OURS, label, opened)


def _little_cpu(summary: Summary) -> bool:
    return summary.ours.cpu_us["process"] <= 60_000


def _little_memory(summary: Summary) -> bool:
    return summary.ours.facts["peak in files"] <= 3


def _hardly_noticed(summary: Summary) -> bool:
    return all(hardly_noticed(summary.named(label)) for label in BESIDE.values())


CASE = Case(
    id="B8",
    title="Upload of a CAD file of 16 MiB as base64 in JSON",
    unit="uploads or req/s",
    contenders=(
        alone(Role.OURS, _OURS, "ours"),
        alone(Role.PEER, _PEER, "plain"),
        alone(Role.LIMIT, _LEAST, "least"),
        *(beside(label, way) for way, label in BESIDE.items()),
    ),
    goals=(
        Goal("at most 60 ms CPU before it is measured", _little_cpu),
        Goal("at most three files of memory besides the body's way in", _little_memory),
        Goal(f"p99 of others at most twice as long beside {AT_ONCE} uploads", _hardly_noticed),
    ),
    note=(
        "Ours is everything before the file is measured: the body comes in pieces of at most 64 KiB, its text is decoded as it "
        "comes and lies on the disk a quarter of a mebibyte later, hashed; its type is told, it gets its name there and is "
        "flushed. The peer parses and decodes with the standard library, stores and flushes, and hashes nothing. The last lines "
        "are one customer who asks for a list a hundred times a second, first alone and then while eight others send files without pause, which are measured and drawn beside; the "
        "senders, which share two cores with the server, are niced; one file has come before. A wait counts from the moment the question was due."
    ),
)
