"""A round wall that looks to its axis, and the hole it makes: open at both ends, or with a floor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.inside import Inside
from makeline.parts.geometry.facts import Hole, Point

Vector = NDArray[np.float64]

# How far below a hole's wall its floor is looked for, in radii: a drill's tip ends at 0.6, a ball's at 1.
_DEPTHS = (0.02, 0.3, 0.6, 0.85, 1.05)


@dataclass(slots=True)
class Wall:
    """A wall all round an axis: ``low`` and ``high`` are its ends along the axis, counted from ``point`` on it."""

    point: Vector
    axis: Vector
    radius: float
    low: float
    high: float


def hole_of(wall: Wall, inside: Inside) -> Hole:
    """The hole, entered from its open side; where both are open, from the top."""
    top, bottom = wall.point + wall.high * wall.axis, wall.point + wall.low * wall.axis
    floor_above = _floor(top, wall.axis, wall.radius, inside)
    floor_below = _floor(bottom, -wall.axis, wall.radius, inside)
    start, axis = (bottom, wall.axis) if floor_above and not floor_below else (top, -wall.axis)
    return Hole(
        diameter=2 * wall.radius,
        depth=wall.high - wall.low,
        through=not floor_above and not floor_below,
        at=_point(start),
        axis=_point(axis),
    )


def _floor(end: Vector, axis: Vector, radius: float, inside: Inside) -> bool:
    return any(inside.holds(end + depth * radius * axis) for depth in _DEPTHS)


def _point(values: Vector) -> Point:
    x, y, z = values + 0.0
    return float(x), float(y), float(z)
