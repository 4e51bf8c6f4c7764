"""Fewer triangles for browsers: corners that share a small cube become one."""

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles

Corners = NDArray[np.float64]

# Cubes along the largest size, coarser and coarser.
_GRIDS = (512, 384, 256, 192, 128, 96, 64, 48, 32)


def thinned(triangles: Triangles, *, most: int) -> Triangles:
    """The same shape with at most ``most`` triangles, roughly; the mesh itself if it has no more."""
    if len(triangles) <= most:
        return triangles
    points = np.asarray(triangles.corners, dtype=np.float64).reshape(-1, 3)
    low = points.min(axis=0)
    size = max(float((points.max(axis=0) - low).max()), 1e-30)
    found = points.reshape(-1, 9)
    for grid in _GRIDS:
        found = _clustered(points, low, grid / size)
        if len(found) <= most:
            break
    return Triangles(found[:most])


def _clustered(points: Corners, low: Corners, per_unit: float) -> Corners:
    cells = ((points - low) * per_unit).astype(np.int64)
    names = (cells[:, 0] << 40) | (cells[:, 1] << 20) | cells[:, 2]
    _, where, counts = np.unique(names, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(where, weights=axis) / counts for axis in points.T], axis=1)
    faces = where.reshape(-1, 3)
    kept = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
    faces = faces[kept]
    # Of triangles that became the same one, a single one is drawn.
    start = np.argmin(faces, axis=1)[:, None]
    turned = np.take_along_axis(faces, (start + np.arange(3)) % 3, axis=1)
    return means[np.unique(turned, axis=0)].reshape(-1, 9)
