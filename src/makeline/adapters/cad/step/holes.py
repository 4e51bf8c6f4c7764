"""Round holes and parts that a lathe makes alone, told from the faces of a boundary model."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.bores import Wall, hole_of
from makeline.adapters.cad.meshes.inside import Inside
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.step.faces import Face, reversed_face
from makeline.parts.geometry.facts import FaceKind, Hole

Vector = NDArray[np.float64]

_MOST_HOLES = 200
# A wall that goes nearly all the way round belongs to a hole; less of it is a rounded corner or the end of a slot.
_ALL_ROUND = math.radians(355)
_SAME_LINE, _SAME_WAY = 1e-4, 1 - 1e-9


@dataclass(slots=True)
class _Wall(Wall):
    body: int
    round: float


def holes_of(faces: Sequence[Face], triangles: Triangles) -> list[Hole]:
    """The round holes of closed bodies, widest first; not more than are worth telling."""
    walls = _walls(face for face in faces if face.kind is FaceKind.CYLINDER and _concave(face))
    found = [wall for wall in walls if wall.round >= _ALL_ROUND]
    found.sort(key=lambda wall: -wall.radius)
    # The kernel's own test takes up to a tenth of a second for a point.
    inside = Inside(triangles)
    return [hole_of(wall, inside) for wall in found[:_MOST_HOLES]]


def turned_part(faces: Sequence[Face]) -> bool:
    """Whether all faces turn about one line."""
    axes = [face for face in faces if face.direction is not None and face.kind is not FaceKind.PLANE]
    if not axes:
        return False
    point, axis = axes[0].point, axes[0].direction
    assert point is not None and axis is not None
    return all(_turns_about(face, point, axis) for face in faces)


def _turns_about(face: Face, point: Vector, axis: Vector) -> bool:
    if face.direction is not None and abs(face.direction @ axis) < _SAME_WAY:
        return False
    if face.kind is FaceKind.PLANE:
        return True
    return face.point is not None and _off_line(face.point, point, axis) < _SAME_LINE


def _concave(face: Face) -> bool:
    # The surface looks away from its axis, unless its own axes are left-handed.
    outward = face.surface.Cylinder().Direct()
    return outward == reversed_face(face)


def _walls(faces: Iterable[Face]) -> list[_Wall]:
    """Faces on one cylinder as one wall: many programs cut a hole in two halves."""
    walls = list[_Wall]()
    for face in faces:
        surface = face.surface
        point, axis = face.point, face.direction
        assert point is not None and axis is not None
        angle = surface.LastUParameter() - surface.FirstUParameter()
        ends = surface.FirstVParameter(), surface.LastVParameter()
        radius = surface.Cylinder().Radius()
        for wall in walls:
            if _same(wall, face.body, point, axis, radius):
                low, high = sorted(
                    ((point - wall.point) @ wall.axis) + end * (axis @ wall.axis) for end in ends
                )
                # Two halves stand side by side; two holes on one line, one behind the other.
                if low < wall.high and high > wall.low:
                    wall.round += angle
                    wall.low, wall.high = min(low, wall.low), max(high, wall.high)
                    break
        else:
            walls.append(_Wall(point, axis, radius, *ends, face.body, angle))
    return walls


def _same(wall: _Wall, body: int, point: Vector, axis: Vector, radius: float) -> bool:
    return (
        body == wall.body
        and abs(radius - wall.radius) < _SAME_LINE
        and abs(axis @ wall.axis) > _SAME_WAY
        and _off_line(point, wall.point, wall.axis) < _SAME_LINE
    )


def _off_line(point: Vector, start: Vector, axis: Vector) -> float:
    away = point - start
    return float(np.linalg.norm(away - (away @ axis) * axis))
