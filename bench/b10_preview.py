"""B10: the picture of a part from the bytes of its file, without a display."""

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

from bench.b9_stl import million
from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import project
from makeline.adapters.cad.pictures.draw import draw, model_of
from makeline.adapters.cad.pictures.png import write_png
from makeline.parts.geometry.reader import View
from tests.adapters.cad.meshes.solids import Solid, stl, torus

_SIDE = 512
_SMALL, _LARGE = "picture of 20 000 triangles", "picture of a million triangles"


def _drawn(triangles: Triangles) -> int:
    return len(write_png(draw(model_of(triangles, closed=True), View.ISOMETRIC, side=_SIDE)))


def _projected(triangles: Triangles) -> int:
    return len(project(triangles, View.ISOMETRIC, side=2 * _SIDE).x)


def _repeat(
    job: Callable[[Triangles], int], solid: Callable[[], Solid]
) -> Callable[[], AbstractContextManager[Measure]]:
    @contextmanager
    def opened() -> Generator[Measure]:
        data = stl(solid())
        job(read_stl(data, most=5_000_000))

        def measure(seconds: float) -> Measurement:
            took, cpu, began = list[float](), time.process_time(), time.perf_counter()
            while not took or time.perf_counter() - began < seconds:
                at = time.perf_counter()
                assert job(read_stl(data, most=5_000_000)) > 0
                took.append(time.perf_counter() - at)
            cpu = time.process_time() - cpu
            took.sort()
            return Measurement(
                operations=len(took),
                seconds=sum(took),
                p50_ms=1000 * took[len(took) // 2],
                p99_ms=1000 * took[-1],
                cpu_us={"process": 1e6 * cpu / len(took)},
            )

        yield measure

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
        Contender(Role.OURS, _SMALL, _repeat(_drawn, _torus)),
        Contender(Role.OURS, _LARGE, _repeat(_drawn, million)),
        Contender(Role.LIMIT, "reading and projecting a million triangles", _repeat(_projected, million)),
    ),
    goals=(
        Goal("20 000 triangles in at most 0.15 s", _small_in_time),
        Goal("a million triangles in at most 0.70 s", _large_in_time),
    ),
    note="Drawn on arrays in one thread: no display, no graphics library, four points for each pixel.",
)
