"""B10: the picture of a part from the bytes of its file, without a display."""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

from bench.b9_stl import million
from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from makeline.adapters.cad.reader import CadReader
from tests.adapters.cad.meshes.solids import Solid, stl, torus

_SMALL, _LARGE = "picture of 20 000 triangles", "picture of a million triangles"


def _repeat(job: str, solid: Callable[[], Solid]) -> Callable[[], AbstractContextManager[Measure]]:
    @contextmanager
    def opened() -> Generator[Measure]:
        data, loop, reader = stl(solid()), asyncio.new_event_loop(), CadReader.lazy()
        usage = reader.meshes.usage

        def once() -> None:
            loop.run_until_complete(reader.meshes.run(f"bench.b10_job:{job}", {}, data))

        def measure(seconds: float) -> Measurement:
            took, cpu, began = list[float](), usage.cpu_seconds, time.perf_counter()
            while not took or time.perf_counter() - began < seconds:
                at = time.perf_counter()
                once()
                took.append(time.perf_counter() - at)
            took.sort()
            return Measurement(
                operations=len(took),
                seconds=sum(took),
                p50_ms=1000 * took[len(took) // 2],
                p99_ms=1000 * took[-1],
                cpu_us={"limited process": 1e6 * (usage.cpu_seconds - cpu) / len(took)},
                facts={"peak MB": usage.peak_bytes / 1e6},
            )

        once()
        yield measure
        loop.run_until_complete(reader.close())
        loop.close()

    return opened


def _torus() -> Solid:
    return torus(40, 12, 100)


def _small_in_time(summary: Summary) -> bool:
    return summary.named(_SMALL).p50_ms <= 150


def _large_in_time(summary: Summary) -> bool:
    return summary.named(_LARGE).p50_ms <= 700


CASE = Case(
    id="B10",
    title="Isometric picture of 512 pixels from the bytes of an STL",
    unit="pictures",
    contenders=(
        Contender(Role.OURS, _SMALL, _repeat("picture", _torus)),
        Contender(Role.OURS, _LARGE, _repeat("picture", million)),
        Contender(Role.LIMIT, "reading and projecting a million triangles", _repeat("projected", million)),
    ),
    goals=(
        Goal("20 000 triangles in at most 0.15 s", _small_in_time),
        Goal("a million triangles in at most 0.70 s", _large_in_time),
    ),
    note="In a limited process, the file sent to it included; no display, no graphics library, four points for each pixel.",
)
