"""The thinnest wall that rays meet: from places all over the surface straight into the part, to the face behind."""

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Point

# Rays times triangles are what this costs: a fifth of a second. A large mesh is asked at fewer places, or not at all.
_MOST_RAYS, _FEWEST_RAYS, _TESTS = 128, 24, 1_000_000
# The two sides of a wall look away from each other; the two sides of a sharp edge do not.
_OPPOSITE = -0.95

Vectors = NDArray[np.float64]


def thinnest_wall(triangles: Triangles, *, below: float) -> tuple[float, Point] | None:
    """The thickness and the place of the thinnest wall met, if it is thinner than ``below``. For closed surfaces.

    What is told is there; a thin place that no ray meets is not told.
    """
    rays = min(_TESTS // len(triangles), _MOST_RAYS)
    if rays < _FEWEST_RAYS:
        return None
    corners = np.asarray(triangles.corners, dtype=np.float64).reshape(-1, 3, 3)
    a, u, v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normals = np.cross(u, v)
    doubled = np.linalg.norm(normals, axis=1)
    outward = normals / np.where(doubled > 0, doubled, 1)[:, None]
    if ((a - a[0]) * normals).sum() < 0:
        outward = -outward
    thinnest: tuple[float, Point] | None = None
    for start in _spread(doubled, rays):
        # Off the middle, so that a ray along a symmetric part does not run into an edge.
        place = a[start] + 0.37 * u[start] + 0.29 * v[start]
        met = _first_behind(place, -outward[start], a, u, v)
        if met is None or outward[met[1]] @ outward[start] > _OPPOSITE:
            continue
        if met[0] < (below if thinnest is None else thinnest[0]):
            x, y, z = place
            thinnest = met[0], (float(x), float(y), float(z))
    return thinnest


def _spread(areas: Vectors, rays: int) -> NDArray[np.int64]:
    """Triangles at equal steps of area: a large face is asked often, and the same mesh always at the same places."""
    sums = np.cumsum(areas)
    steps = (np.arange(rays) + 0.5) / rays * sums[-1]
    return np.unique(np.minimum(np.searchsorted(sums, steps), len(areas) - 1))


def _first_behind(
    place: Vectors, way: Vectors, a: Vectors, u: Vectors, v: Vectors
) -> tuple[float, int] | None:
    """How far the ray runs to the nearest triangle it crosses, and which."""
    p = np.cross(way, v)
    area = (u * p).sum(axis=1)
    # A triangle along the ray is not crossed.
    area[area == 0] = np.inf
    from_a = place - a
    s = (from_a * p).sum(axis=1) / area
    q = np.cross(from_a, u)
    t = (q @ way) / area
    far = (q * v).sum(axis=1) / area
    hit = (s >= 0) & (t >= 0) & (s + t <= 1) & (far > 1e-6)
    if not hit.any():
        return None
    found = np.flatnonzero(hit)
    nearest = int(found[far[found].argmin()])
    return float(far[nearest]), nearest
