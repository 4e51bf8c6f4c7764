"""Fewer triangles for browsers: corners that share a small cube become one."""

import math

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.normals import facet_normals

Corners = NDArray[np.float64]

# Cubes along the largest size: a cube for each of them must fit the memory, and a part must stay one.
_FINEST, _COARSEST = 256, 16
_FINER_AGAIN = 0.8
# Three numbers of cubes in one number.
_BITS = 21


def thinned(triangles: Triangles, *, most: int) -> Triangles:
    """The same shape with at most ``most`` triangles; the mesh itself if it has no more."""
    if len(triangles) <= most:
        return triangles
    points = np.asarray(triangles.corners, dtype=np.float64).reshape(-1, 3)
    low = points.min(axis=0)
    size = max(float((points.max(axis=0) - low).max()), 1e-30)
    area = float(np.sqrt((facet_normals(triangles) ** 2).sum(axis=0)).sum()) / 2
    # A surface touches one and a half cubes for each square of their size, and each becomes about two triangles.
    grid = min(int(math.sqrt(most / (3 * max(area, 1e-30)) * size * size)), _FINEST)
    found = _clustered(points, low, size, max(grid, _COARSEST))
    while len(found) > most and grid > _COARSEST:
        grid = max(int(grid * _FINER_AGAIN), _COARSEST)
        found = _clustered(points, low, size, grid)
    return Triangles(found[:most])


def _clustered(points: Corners, low: Corners, size: float, grid: int) -> Corners:
    cells = np.zeros(len(points), dtype=np.int32)
    for axis in range(3):
        cells *= grid
        cells += np.minimum((points[:, axis] - low[axis]) * (grid / size), grid - 1).astype(np.int32)
    there = np.zeros(grid**3, dtype=np.bool_)
    there[cells] = True
    where = (np.cumsum(there, dtype=np.int32) - 1)[cells]
    counts = np.bincount(where)
    means = np.stack([np.bincount(where, weights=axis) / counts for axis in points.T], axis=1)
    return means[_different(where.reshape(-1, 3))].reshape(-1, 9)


def _different(faces: NDArray[np.int32]) -> NDArray[np.int64]:
    """Triangles that still have three corners, each once."""
    one, two, three = faces.T
    faces = faces[(one != two) & (two != three) & (three != one)].astype(np.int64)
    # Beginning with the smallest number, equal triangles are equal numbers.
    start = np.argmin(faces, axis=1)[:, None]
    one, two, three = np.take_along_axis(faces, (start + np.arange(3)) % 3, axis=1).T
    names = np.unique((one << 2 * _BITS) | (two << _BITS) | three)
    mask = (1 << _BITS) - 1
    return np.stack((names >> 2 * _BITS, (names >> _BITS) & mask, names & mask), axis=1)
