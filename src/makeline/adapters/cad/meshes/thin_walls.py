"""The thinnest wall that rays meet: from places all over the surface straight into the part, to the face behind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.lattice import Lattice, Numbers, Vectors
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Point

# Half of the rays start at equal steps of area, half at equal steps of triangles: fine details have many small ones.
_MOST_RAYS = 512
# Pairs of a ray and a triangle are what this costs: less than a fifth of a second.
_MOST_PAIRS, _PIECE, _LARGE = 800_000, 32_768, 400
# The two sides of a wall look away from each other; the two sides of a sharp edge do not.
_OPPOSITE = -0.95
_TOUCHING = 1e-6


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Of each triangle: twice its area, its middle, its longest side along an axis; and whether normals look out."""

    doubled: Vectors
    middles: NDArray[np.float32]
    sizes: NDArray[np.float32]
    outward: bool


def thinnest_wall(triangles: Triangles, *, below: float) -> tuple[float, Point] | None:
    """The thickness and the place of the thinnest wall met, if it is thinner than ``below``. For closed surfaces.

    What is told is there; a thin place that no ray meets is not told.
    """
    shapes = _shapes_of(triangles)
    starting = _spread(shapes.doubled, _MOST_RAYS)
    a, u, v, normals = _corners_of(triangles, starting, outward=shapes.outward)
    # Off the middle, so that a ray along a symmetric part does not run into an edge.
    places = a + 0.37 * u + 0.29 * v
    lattice = Lattice.over(shapes.middles, shapes.sizes, reach=below, large=_LARGE)
    ray, other = lattice.near(places, places - below * normals, most=_MOST_PAIRS)
    if not len(ray):
        return None
    pieces = [slice(start, start + _PIECE) for start in range(0, len(ray), _PIECE)]
    met = [
        _met(triangles, places[ray[piece]], -normals[ray[piece]], other[piece], outward=shapes.outward)
        for piece in pieces
    ]
    far, facing = (np.concatenate(figures) for figures in zip(*met, strict=True))
    # Of everything that a ray meets, the nearest is the other side of the wall, or it is none.
    order = np.lexsort((far, ray))
    ray, far, facing = ray[order], far[order], facing[order]
    nearest = np.concatenate(([True], ray[1:] != ray[:-1]))
    ray, far, facing = ray[nearest], far[nearest], facing[nearest]
    wall = (far < below) & (facing <= _OPPOSITE)
    if not wall.any():
        return None
    thinnest = int(np.flatnonzero(wall)[far[wall].argmin()])
    x, y, z = places[ray[thinnest]]
    return float(far[thinnest]), (float(x), float(y), float(z))


def _shapes_of(triangles: Triangles) -> _Shapes:
    count = len(triangles)
    doubled, at, volume = np.empty(count), 0, 0.0
    middles, sizes = np.empty((count, 3), dtype=np.float32), np.empty(count, dtype=np.float32)
    origin = np.asarray(triangles.corners[0, :3], dtype=np.float64)
    for block in triangles.blocks():
        end = at + block.shape[1]
        corners = block.reshape(3, 3, -1)
        low, high = corners.min(axis=0), corners.max(axis=0)
        middles[at:end] = ((low + high) / 2).T
        sizes[at:end] = (high - low).max(axis=0)
        normals = np.cross(corners[1] - corners[0], corners[2] - corners[0], axis=0)
        doubled[at:end] = np.sqrt((normals * normals).sum(axis=0))
        volume += float(((corners[0] - origin[:, None]) * normals).sum())
        at = end
    # Rounded to single precision a triangle must not become smaller than it is.
    slack = np.float32(1e-6) * np.abs(middles).max()
    return _Shapes(doubled, middles, sizes + slack, outward=volume >= 0)


def _spread(areas: Vectors, rays: int) -> Numbers:
    """Triangles all over the surface in an order by lot that is always the same, so that any part of them is spread."""
    sums = np.cumsum(areas)
    steps = (np.arange(rays // 2) + 0.5) / (rays // 2)
    by_area = np.minimum(np.searchsorted(sums, steps * sums[-1]), len(areas) - 1)
    by_count = (steps * len(areas)).astype(np.int64)
    chosen = np.unique(np.concatenate((by_area, by_count)))
    return np.random.default_rng(1).permutation(chosen[areas[chosen] > 0])


def _corners_of(
    triangles: Triangles, which: Numbers, *, outward: bool
) -> tuple[Vectors, Vectors, Vectors, Vectors]:
    """First corners, both sides from there, and unit normals that look out, each (n, 3)."""
    corners = np.asarray(triangles.corners[which], dtype=np.float64).reshape(-1, 3, 3)
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normals = np.cross(u, v) if outward else np.cross(v, u)
    lengths = np.linalg.norm(normals, axis=1)
    return corners[:, 0], u, v, normals / np.where(lengths > 0, lengths, 1)[:, None]


def _met(
    triangles: Triangles, places: Vectors, ways: Vectors, other: Numbers, *, outward: bool
) -> tuple[Vectors, Vectors]:
    """For each pair how far the ray runs to the triangle, infinite if it passes it by; and how much the triangle faces
    against where the ray came from."""
    a, u, v, normals = _corners_of(triangles, other, outward=outward)
    p = np.cross(ways, v)
    area = (u * p).sum(axis=1)
    # A triangle along the ray is not crossed.
    area[area == 0] = np.inf
    from_a = places - a
    s = (from_a * p).sum(axis=1) / area
    q = np.cross(from_a, u)
    t = (q * ways).sum(axis=1) / area
    far = (q * v).sum(axis=1) / area
    hit = (s >= 0) & (t >= 0) & (s + t <= 1) & (far > _TOUCHING)
    return np.where(hit, far, np.inf), -(normals * ways).sum(axis=1)
