"""Round holes told from triangles: closed bands of narrow facets that all look to one axis.

What does not fit is not told: a polygon of few sides, half a wall, a wall that is not round to a thousandth of its
radius, or one that is hardly higher than its facets are wide.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.bores import Wall, hole_of
from makeline.adapters.cad.meshes.edges import Contacts, bodies_of
from makeline.adapters.cad.meshes.inside import Inside
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Hole

Vectors = NDArray[np.float64]
Numbers = NDArray[np.int64]

_MOST_HOLES = 200
# Larger meshes are scans and sculptures, or cost more than their holes are worth.
_MOST_TRIANGLES = 300_000
# Neighbouring facets of a wall turn by so much: a round hole has twelve facets or more, a hexagon's turn by sixty degrees.
_TURNED, _WIDEST_GAP = np.cos(np.radians(31)), np.radians(31)
_FEWEST_FACETS = 12
# Lines that differ by less are one; facets of a wall stand across their axis but for a twist.
_SAME_WAY, _ACROSS = np.cos(np.radians(0.15)), 0.02
_MOST_WAYS = 8
# How high a wall is at least, in widths of its facets.
_LOWEST = 0.6
# Of all triangles' area, and of all folds.
_WORTH_ASKING = 0.002
# Of the radius, and of the part: what single precision leaves of a place.
_ROUND, _SINGLE = 1e-3, 2e-6


def mesh_holes(triangles: Triangles, contacts: Contacts) -> Sequence[Hole]:
    """The round holes of a closed surface, widest first; its triangles agree about inside and outside."""
    if len(triangles) > _MOST_TRIANGLES:
        return []
    corners = np.asarray(triangles.corners, dtype=np.float64).reshape(-1, 3, 3)
    normals, areas = _outward(corners)
    one, other = contacts.one, contacts.other
    turn = np.cross(normals[one], normals[other])
    # A wall of a hole folds towards its axis, if at all: the neighbour lies in front.
    ahead = np.einsum("ij,ij->i", corners[other].sum(axis=1) - corners[one].sum(axis=1), normals[one])
    round_ = np.einsum("ij,ij->i", normals[one], normals[other]) > _TURNED
    linked = np.flatnonzero(round_ & (ahead > -_SINGLE * float(np.abs(corners).max())))
    bent = linked[np.einsum("ij,ij->i", turn[linked], turn[linked]) > 1e-6]
    if len(bent) < _FEWEST_FACETS:
        return []
    walls, taken = list[Wall](), np.zeros(len(corners), dtype=bool)
    # A hole stands on a face, or its facets run along it.
    for axis in [*_ways(normals, areas), *_ways(turn[bent], np.ones(len(bent)))]:
        across = (np.abs(normals @ axis) < _ACROSS) & ~taken
        for band in _bands(one, other, linked[across[one[linked]] & across[other[linked]]]):
            wall = _wall(corners[band], normals[band], axis)
            if wall is not None:
                walls.append(wall)
                taken[band] = True
    walls.sort(key=lambda wall: -wall.radius)
    inside = Inside(triangles)
    return [hole_of(wall, inside) for wall in walls[:_MOST_HOLES]]


def _outward(corners: Vectors) -> tuple[Vectors, Vectors]:
    """Unit normals that look out, and twice the areas."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    volume = np.einsum("ij,ij->", corners[:, 0] - corners[0, 0], normals)
    lengths = np.linalg.norm(normals, axis=1)
    return normals * (np.sign(volume) / np.where(lengths > 0, lengths, 1))[:, None], lengths


def _ways(lines: Vectors, weights: Vectors) -> Iterator[Vectors]:
    """The lines that weigh most, each a unit vector."""
    lengths = np.linalg.norm(lines, axis=1)
    lines = lines / np.where(lengths > 0, lengths, 1)[:, None]
    # One sign for both directions of a line.
    lead = np.abs(lines).argmax(axis=1)
    lines *= np.where(np.take_along_axis(lines, lead[:, None], axis=1) < 0, -1.0, 1.0)
    cells = np.round((lines + 1) * 200).astype(np.int64) @ np.array([1 << 20, 1 << 10, 1])
    _, cell = np.unique(cells, return_inverse=True)
    total = np.bincount(cell, weights=weights)
    for number in np.argsort(-total)[:_MOST_WAYS]:
        if total[number] < _WORTH_ASKING * total.sum():
            return
        members = np.flatnonzero(cell == number)
        heaviest = lines[members[weights[members].argmax()]]
        near = members[lines[members] @ heaviest > _SAME_WAY]
        way = weights[near] @ lines[near]
        yield way / np.linalg.norm(way)


def _bands(one: Numbers, other: Numbers, links: Numbers) -> Iterator[Numbers]:
    """Triangles that hang together by these contacts, in numbers that may go round a hole."""
    names, places = np.unique(np.concatenate((one[links], other[links])), return_inverse=True)
    if not len(names):
        return
    firsts, seconds = places[: len(links)], places[len(links) :]
    label = bodies_of(Contacts(len(names), firsts, seconds, np.ones(len(links), dtype=bool), pairwise=True))
    order = np.argsort(label, kind="stable")
    for band in np.split(names[order], np.flatnonzero(np.diff(label[order])) + 1):
        if len(band) >= _FEWEST_FACETS:
            yield band


def _wall(corners: Vectors, normals: Vectors, axis: Vectors) -> Wall | None:
    """The cylinder that all corners lie on; None if there is none, or if the band does not go all round it."""
    across = np.linalg.svd(axis[None, :])[2][1:]
    points = corners.reshape(-1, 3)
    flat = points @ across.T
    middle = flat.mean(axis=0)
    size = max(float(np.abs(points).max()), 1e-30)
    # A circle through them: x² + y² = 2ax + 2by + c.
    near = flat - middle
    solved = np.linalg.lstsq(np.c_[2 * near, np.ones(len(near))], (near**2).sum(axis=1), rcond=None)[0]
    centre = solved[:2]
    away = near - centre
    distances = np.hypot(away[:, 0], away[:, 1])
    radius = float(distances.mean())
    if np.abs(distances - radius).max() > _ROUND * radius + _SINGLE * size:
        return None
    turns = np.sort(np.arctan2(away[:, 1], away[:, 0]))
    gaps = np.diff(np.r_[turns, turns[0] + 2 * np.pi])
    looking = np.einsum("ij,ij->i", normals @ across.T, away.reshape(-1, 3, 2).mean(axis=1))
    if gaps.max() > _WIDEST_GAP or (looking >= 0).any():
        return None
    along = points @ axis
    if np.ptp(along) < _LOWEST * float(gaps.max()) * radius:
        # A row of a ball or of a rounded edge would do as well.
        return None
    return Wall((middle + centre) @ across, axis, radius, float(along.min()), float(along.max()))
