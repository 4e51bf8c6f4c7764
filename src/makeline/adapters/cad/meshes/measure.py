"""Box, area and volume of a mesh, and whether it closes, in one pass over blocks that fit the cache."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.closure import Closure, open_edges
from makeline.adapters.cad.meshes.triangles import Coordinates, Triangles
from makeline.parts.geometry.facts import Fault, Point, SurfaceFacts, UnusableFile

# No part is a kilometre long; what lies farther out is a broken file.
_FARTHEST = 1_000_000.0
_LEAKS_TOLD = 20


@dataclass(slots=True)
class _Sums:
    origin: NDArray[np.float64]
    low: NDArray[np.float64] = field(default_factory=lambda: np.full(3, np.inf))
    high: NDArray[np.float64] = field(default_factory=lambda: np.full(3, -np.inf))
    area: float = 0.0
    volume: float = 0.0


def measure_mesh(triangles: Triangles) -> SurfaceFacts:
    """All facts of a mesh; raises ``UnusableFile`` for coordinates that are none and for surfaces without area."""
    if not len(triangles):
        raise UnusableFile(Fault.NO_SURFACE, "the file holds no triangle")
    # Measured from a corner of the part: far from zero the products would eat each other's digits.
    with np.errstate(invalid="ignore"):
        sums = _Sums(np.asarray(triangles.corners[0, :3], dtype=np.float64))
    closure = Closure()
    for block in triangles.blocks():
        _look_at(block, sums)
        _add(block, sums)
        closure.add(block)
    if not sums.area > 0:
        raise UnusableFile(Fault.NO_SURFACE, "no triangle of the file has an area")
    if closure.closed and sums.volume:
        lonely, leaks = 0, []
    else:
        lonely, leaks = open_edges(triangles, most=_LEAKS_TOLD)
    return SurfaceFacts(
        triangles=len(triangles),
        volume=abs(sums.volume) if closure.closed and sums.volume else None,
        area=sums.area,
        low=_point(sums.low),
        high=_point(sums.high),
        open_edges=lonely,
        leaks=leaks,
    )


def _look_at(block: Coordinates, sums: _Sums) -> None:
    for axis in range(3):
        rows = block[axis::3]
        low, high = rows.min(), rows.max()
        # Written so that a NaN, which is neither above nor below, is refused as well.
        if not (low > -np.inf and high < np.inf):
            raise UnusableFile(Fault.NOT_FINITE, "a coordinate is not a finite number")
        if low < -_FARTHEST or high > _FARTHEST:
            raise UnusableFile(Fault.TOO_FAR_OUT, "a coordinate lies more than 1 000 000 mm out")
        sums.low[axis] = min(sums.low[axis], low)
        sums.high[axis] = max(sums.high[axis], high)


def _add(block: Coordinates, sums: _Sums) -> None:
    ax, ay, az = block[0] - sums.origin[0], block[1] - sums.origin[1], block[2] - sums.origin[2]
    ux, uy, uz = block[3] - block[0], block[4] - block[1], block[5] - block[2]
    vx, vy, vz = block[6] - block[0], block[7] - block[1], block[8] - block[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    sums.area += float(np.sqrt(nx * nx + ny * ny + nz * nz).sum()) / 2
    sums.volume += float(ax @ nx + ay @ ny + az @ nz) / 6


def _point(values: NDArray[np.float64]) -> Point:
    x, y, z = values
    return float(x), float(y), float(z)
