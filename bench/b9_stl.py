"""B9: what a large STL file measures, against what one would install for it."""

import math
import resource
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO

import numpy as np
import trimesh

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.stl import read_stl
from tests.adapters.cad.meshes.solids import Solid, stl

_ROUND = 708


def million() -> Solid:
    """A ball of a million triangles."""
    tilt = np.linspace(0, np.pi, _ROUND + 1)[:, None]
    turn = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)[None]
    points = 50 * np.stack(
        [np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt) + 0 * turn], -1
    )
    points[0], points[-1] = points[0, 0], points[-1, 0]
    after = np.roll(points, -1, axis=1)
    one, two, three, four = points[:-1], points[1:], after[1:], after[:-1]
    upper = np.stack([one[1:], two[1:], three[1:]], 2).reshape(-1, 3, 3)
    cap = np.stack([one[:1], two[:1], three[:1]], 2).reshape(-1, 3, 3)
    lower = np.stack([one[1:-1], three[1:-1], four[1:-1]], 2).reshape(-1, 3, 3)
    foot = np.stack([one[-1:], three[-1:], four[-1:]], 2).reshape(-1, 3, 3)
    solid = np.concatenate([cap, upper, lower, foot])
    area = np.linalg.norm(np.cross(solid[:, 1] - solid[:, 0], solid[:, 2] - solid[:, 0]), axis=1)
    return solid[area > 0]


def _repeat(job: Callable[[bytes], float]) -> Callable[[], AbstractContextManager[Measure]]:
    @contextmanager
    def opened() -> Generator[Measure]:
        data = stl(million())

        def measure(seconds: float) -> Measurement:
            took, cpu, began = list[float](), time.process_time(), time.perf_counter()
            while not took or time.perf_counter() - began < seconds:
                at = time.perf_counter()
                volume = job(data)
                took.append(time.perf_counter() - at)
                assert math.isclose(volume, 4 / 3 * math.pi * 50**3, rel_tol=1e-4)
            cpu = time.process_time() - cpu
            took.sort()
            return Measurement(
                operations=len(took),
                seconds=sum(took),
                p50_ms=1000 * took[len(took) // 2],
                p99_ms=1000 * took[-1],
                cpu_us={"process": 1e6 * cpu / len(took)},
                facts={"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024},
            )

        yield measure

    return opened


def _ours(data: bytes) -> float:
    return measure_mesh(read_stl(data, most=5_000_000)).volume or 0.0


def _trimesh(data: bytes) -> float:
    mesh = trimesh.load_mesh(BytesIO(data), file_type="stl")
    assert mesh.is_watertight
    assert mesh.area > 0
    return float(mesh.volume)


def _at_most_400_ms(summary: Summary) -> bool:
    return summary.ours.cpu_total_us <= 400_000


def _nine_times(summary: Summary) -> bool:
    return summary.ratio("trimesh") >= 9


CASE = Case(
    id="B9",
    title="Box, area, volume and tightness of an STL of a million triangles",
    unit="files",
    contenders=(
        Contender(Role.OURS, "our reader and measures", _repeat(_ours)),
        Contender(Role.PEER, "trimesh", _repeat(_trimesh)),
    ),
    goals=(
        Goal("at most 400 ms CPU, tightness included", _at_most_400_ms),
        Goal("at least 9 × trimesh", _nine_times),
    ),
    note="The peer merges corners and keeps a structure for further work; we only measure.",
)
