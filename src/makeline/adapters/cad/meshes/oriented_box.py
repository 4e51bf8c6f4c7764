"""The smallest box a part fits into, lying as its largest plane faces say.

Candidates are the box along the axes and one for every pair of perpendicular normals of the twenty largest plane
faces; another box wins only when it is a hundredth smaller. Part and box may lie anyhow in the file.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Point

MOST_FACES = 20
# Normals closer than half a degree belong to one face; the grid is finer, so that a face fills few cells.
_SAME_FACE = np.cos(np.radians(0.5))
_SQUARE = np.sin(np.radians(0.5))
_CELL = 400
# Numbers of cells along an axis fit this; normals of one face lie at most so many cells apart.
_STEP = 1024
_NEAR = int(np.ceil(2 * np.sin(np.radians(0.25)) * _CELL)) + 2
_WORTH_TURNING = 0.99

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrientedBox:
    """Sizes, largest first, and for each of these directions how far the part reaches from the middle line.

    ``frame``: these directions as three rows.
    """

    sizes: Point
    reach: Point
    frame: Vectors


def oriented_box(triangles: Triangles, normals: Vectors | None = None) -> OrientedBox:
    """The box that prices use; ``normals`` of plane faces, largest first, where they are known exactly."""
    straight = np.eye(3)
    frames = [straight, *_frames(_largest_normals(triangles) if normals is None else normals)]
    low, high = _extents(triangles, np.concatenate(frames))
    sizes = (high - low).reshape(-1, 3)
    volumes = sizes.prod(axis=1)
    best = int(volumes.argmin())
    if volumes[best] > _WORTH_TURNING * volumes[0]:
        best = 0
    middle = ((low + high) / 2).reshape(-1, 3)[best]
    reach = _reach(triangles, frames[best], middle)
    order = np.argsort(-sizes[best], kind="stable")
    return OrientedBox(_point(sizes[best][order]), _point(reach[order]), frames[best][order])


def _largest_normals(triangles: Triangles) -> Vectors:
    """Unit normals of the largest plane faces, largest first."""
    cells, areas, vectors = list[NDArray[np.int32]](), list[Vectors](), list[Vectors]()
    for block in triangles.blocks():
        ux, uy, uz = block[3] - block[0], block[4] - block[1], block[5] - block[2]
        vx, vy, vz = block[6] - block[0], block[7] - block[1], block[8] - block[2]
        doubled = np.stack((uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx))
        area = np.sqrt(doubled[0] * doubled[0] + doubled[1] * doubled[1] + doubled[2] * doubled[2])
        scale = _CELL / np.where(area > 0, area, 1.0)
        x, y, z = (np.rint(row * scale).astype(np.int32) + _CELL for row in doubled)
        cells.append((x * _STEP + y) * _STEP + z)
        areas.append(area)
        vectors.append(doubled)
    names, where = np.unique(np.concatenate(cells), return_inverse=True)
    rows = np.concatenate(vectors, axis=1)
    sums = np.stack([np.bincount(where, weights=row).astype(np.float64) for row in rows], axis=1)
    weight = np.bincount(where, weights=np.concatenate(areas)).astype(np.float64)
    kept = weight > 0
    return _faces(names[kept] // (_STEP * _STEP), sums[kept], weight[kept])


def _faces(column: NDArray[np.int32], sums: Vectors, weight: Vectors) -> Vectors:
    """``column``: the cells' own x, ascending, so that neighbours are looked for in a few columns only."""
    units = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-300)
    found = list[tuple[float, Vectors]]()
    left = weight.copy()
    # The largest cells gather their neighbours; a face cut by the grid is whole again.
    for _ in range(min(4 * MOST_FACES, len(weight))):
        seed = int(left.argmax())
        if left[seed] <= 0:
            break
        start, end = np.searchsorted(column, (column[seed] - _NEAR, column[seed] + _NEAR + 1))
        here = slice(int(start), int(end))
        near = (units[here] @ units[seed] >= _SAME_FACE) & (left[here] > 0)
        total = sums[here][near].sum(axis=0)
        found.append((float(left[here][near].sum()), total / np.linalg.norm(total)))
        left[here][near] = 0
    found.sort(key=lambda face: -face[0])
    return np.array([normal for _, normal in found[:MOST_FACES]])


def _frames(normals: Vectors) -> list[Vectors]:
    """Right-angled frames along pairs of perpendicular normals, each pair of lines once."""
    lines = list[Vectors]()
    for normal in normals:
        if all(abs(normal @ line) < _SAME_FACE for line in lines):
            lines.append(normal)
    frames = list[Vectors]()
    for one, other in combinations(lines, 2):
        if abs(one @ other) <= _SQUARE:
            second = other - (one @ other) * one
            second /= np.linalg.norm(second)
            frames.append(np.stack((one, second, np.cross(one, second))))
    return frames


def _extents(triangles: Triangles, directions: Vectors) -> tuple[Vectors, Vectors]:
    low, high = np.full(len(directions), np.inf), np.full(len(directions), -np.inf)
    for block in triangles.blocks():
        for corner in (block[0:3], block[3:6], block[6:9]):
            along = directions @ corner
            np.minimum(low, along.min(axis=1), out=low)
            np.maximum(high, along.max(axis=1), out=high)
    return low, high


def _reach(triangles: Triangles, frame: Vectors, middle: Vectors) -> Vectors:
    farthest = np.zeros(3)
    for block in triangles.blocks():
        for corner in (block[0:3], block[3:6], block[6:9]):
            squares = (frame @ corner - middle[:, None]) ** 2
            across = np.stack((squares[1] + squares[2], squares[0] + squares[2], squares[0] + squares[1]))
            np.maximum(farthest, across.max(axis=1), out=farthest)
    return np.sqrt(farthest)


def _point(values: Vectors) -> Point:
    x, y, z = values
    return float(x), float(y), float(z)
