"""Which triangle each pixel shows: a depth buffer filled row by row of all triangles at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.pictures.camera import Floats, Projected

Indices = NDArray[np.signedinteger]

# Pixels drawn in one go; bounds the memory, whatever the triangles.
_AT_ONCE = 2_000_000
# Pixels drawn at all, each as often as triangles lie over it: a second's work. Of a pile beyond it some are left out.
_MOST = 24_000_000
_NOBODY = np.uint64(0)
# Depth takes the upper half of a key and the triangle the lower: the largest key is the nearest triangle.
_HALF = np.uint64(32)
_STEPS = 16.0
_MIDDLE = np.float32(0.5)


@dataclass(frozen=True, slots=True)
class Raster:
    """What a square picture shows: ``pixel`` (flat, row by row) of those that show something, and its ``triangle``."""

    side: int
    pixel: Indices
    triangle: Indices
    depth: Floats


def rasterise(seen: Projected, *, side: int, facing: int = 0) -> Raster:
    """The nearest triangle at the middle of each pixel.

    ``facing`` 1 or -1: the surface closes, and its triangles turn this way where they face the eye; the others are
    hidden by them. 0: it may be seen from both sides.
    """
    keys = np.zeros(side * side, dtype=np.uint64)
    first, rows = _rows_of(seen, side)
    turn = _turn(seen)
    if facing:
        rows[turn * facing > 0] = 0
    drawn = np.flatnonzero(rows)
    effort = np.abs(turn[drawn]).sum(dtype=np.float64) / 2 + rows[drawn].sum(dtype=np.float64)
    drawn = drawn[:: 1 + int(effort) // _MOST]
    # Triangles in portions whose rows and pixels fit the memory.
    wide = np.minimum(_highest(seen.x[:, drawn]) - _lowest(seen.x[:, drawn]), side) + 1
    work = np.cumsum(rows[drawn] * wide)
    cuts = np.searchsorted(work, np.arange(_AT_ONCE, work[-1] if len(work) else 0, _AT_ONCE))
    for portion in np.split(drawn, np.unique(cuts)):
        if len(portion):
            _draw(keys, seen, portion, first[portion], rows[portion], side)
    pixel = np.flatnonzero(keys)
    found = keys[pixel]
    depth = (found >> _HALF).astype(np.float32) / _STEPS - _lift(side)
    return Raster(side, pixel, (found & np.uint64(0xFFFFFFFF)).astype(np.int64), depth)


def work_of(seen: Projected) -> float:
    """About how many pixels there are to draw, each counted as often as triangles lie over it."""
    return float(np.abs(_turn(seen)).sum(dtype=np.float64)) / 2


def _turn(seen: Projected) -> Floats:
    """Twice the area of triangles, with the sign of their turn."""
    x, y = seen.x, seen.y
    return (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0])


def _lift(side: int) -> float:
    return 4.0 * side


def _lowest(corners: Floats) -> Floats:
    return np.minimum(np.minimum(corners[0], corners[1]), corners[2])


def _highest(corners: Floats) -> Floats:
    return np.maximum(np.maximum(corners[0], corners[1]), corners[2])


def _rows_of(seen: Projected, side: int) -> tuple[Indices, Indices]:
    """The first row whose middle a triangle may reach, and how many; none for one between two columns."""
    first = np.maximum(np.ceil(_lowest(seen.y) - 0.5), 0).astype(np.int32)
    last = np.minimum(np.floor(_highest(seen.y) - 0.5), side - 1).astype(np.int32)
    rows = np.maximum(last - first + 1, 0)
    rows[np.floor(_highest(seen.x) - 0.5) < np.ceil(_lowest(seen.x) - 0.5)] = 0
    return first, rows


def _draw(
    keys: NDArray[np.uint64], seen: Projected, chosen: Indices, first: Indices, rows: Indices, side: int
) -> None:
    owner = np.repeat(np.arange(len(chosen), dtype=np.int32), rows)
    row = _counted(rows) + first[owner]
    x, y, z = (axis.take(chosen, axis=1) for axis in (seen.x, seen.y, seen.z))
    start, end = _span(x.take(owner, axis=1), y.take(owner, axis=1), row.astype(np.float32) + _MIDDLE, side)
    count = np.maximum(end - start + 1, 0)
    line = np.repeat(np.arange(len(owner), dtype=np.int32), count)
    column = _counted(count) + start[line]
    who, row = owner[line], row[line]
    along, down, level = _slope(x, y, z)
    # Whole numbers would make doubles of everything they meet.
    across, below = column.astype(np.float32) + _MIDDLE, row.astype(np.float32) + _MIDDLE
    depth = level.take(who) + along.take(who) * across + down.take(who) * below
    steps = np.clip((depth + np.float32(_lift(side))) * np.float32(_STEPS), 1, 2**31).astype(np.uint64)
    np.maximum.at(keys, row * side + column, (steps << _HALF) | chosen[who].astype(np.uint64))


def _counted(counts: Indices) -> Indices:
    """0, 1, … for each count, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0, dtype=np.int32) - np.repeat(
        (ends - counts).astype(np.int32), counts
    )


def _span(x: Floats, y: Floats, middle: Floats, side: int) -> tuple[Indices, Indices]:
    """First and last pixel of a row whose middles lie inside."""
    left = np.full(len(middle), np.float32(np.inf))
    right = np.full(len(middle), np.float32(-np.inf))
    for one, other in ((0, 1), (1, 2), (2, 0)):
        crosses = (y[one] <= middle) != (y[other] <= middle)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x[one] + (middle - y[one]) * ((x[other] - x[one]) / (y[other] - y[one]))
        np.minimum(left, at, out=left, where=crosses)
        np.maximum(right, at, out=right, where=crosses)
    # A row that the triangle does not reach has no left and no right.
    first = np.ceil(np.clip(left - 0.5, 0, side)).astype(np.int32)
    last = np.floor(np.clip(right - 0.5, -1, side - 1)).astype(np.int32)
    return first, last


def _slope(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """Depth of each triangle's plane: along a row, down a column, and at the corner of the picture."""
    ux, uy, uz = x[1] - x[0], y[1] - y[0], z[1] - z[0]
    vx, vy, vz = x[2] - x[0], y[2] - y[0], z[2] - z[0]
    area = ux * vy - uy * vx
    area[area == 0] = np.inf
    along, down = (uz * vy - uy * vz) / area, (ux * vz - uz * vx) / area
    # A triangle seen nearly from its edge has a slope without end: it may not reach beyond its own corners by much.
    steep = np.abs(along) + np.abs(down) > 200
    along[steep] = down[steep] = 0
    level = z[0] - along * x[0] - down * y[0]
    level[steep] = z.mean(axis=0)[steep]
    return along, down, level
