"""The faces of a boundary model as a machinist sees them: what each is, which way it looks, what it turns about."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.step.load import Bodies, parts_of
from makeline.parts.geometry.facts import FaceKind

from OCP.BRepAdaptor import BRepAdaptor_Surface
from OCP.BRepGProp import BRepGProp
from OCP.GeomAbs import (
    GeomAbs_Cone,
    GeomAbs_Cylinder,
    GeomAbs_Plane,
    GeomAbs_Sphere,
    GeomAbs_SurfaceOfRevolution,
    GeomAbs_Torus,
)
from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt
from OCP.GProp import GProp_GProps
from OCP.TopAbs import TopAbs_FACE, TopAbs_REVERSED
from OCP.TopoDS import TopoDS, TopoDS_Face

Vector = NDArray[np.float64]

_KINDS = {
    GeomAbs_Plane: FaceKind.PLANE,
    GeomAbs_Cylinder: FaceKind.CYLINDER,
    GeomAbs_Cone: FaceKind.CONE,
    GeomAbs_Sphere: FaceKind.SPHERE,
    GeomAbs_Torus: FaceKind.TORUS,
}


@dataclass(frozen=True, slots=True)
class Face:
    """One face. ``direction`` is a plane's normal or the axis a face turns about, ``point`` lies on that axis.

    ``direction`` is None for a freeform face and for a sphere, which turns about every line through ``point``.
    """

    face: TopoDS_Face
    surface: BRepAdaptor_Surface
    body: int
    kind: FaceKind
    area: float
    point: Vector | None
    direction: Vector | None


def faces_of(bodies: Bodies) -> list[Face]:
    """The faces of all bodies; ``body`` numbers them."""
    return [
        _face(TopoDS.Face(face), body)
        for body, part in enumerate(bodies.parts)
        for face in parts_of(part, TopAbs_FACE)
    ]


def reversed_face(face: Face) -> bool:
    """Whether the material lies on the side that the surface itself looks to."""
    return face.face.Orientation() == TopAbs_REVERSED


def vector(value: gp_Pnt | gp_Dir) -> Vector:
    """Three numbers."""
    return np.array([value.X(), value.Y(), value.Z()])


def _face(face: TopoDS_Face, body: int) -> Face:
    surface = BRepAdaptor_Surface(face, True)
    kind = _KINDS.get(surface.GetType(), FaceKind.FREEFORM)
    measured = GProp_GProps()
    BRepGProp.SurfaceProperties_s(face, measured)
    axis = _axis(surface)
    point = direction = None
    if axis is not None:
        point, direction = vector(axis.Location()), vector(axis.Direction())
    elif kind is FaceKind.SPHERE:
        point = vector(surface.Sphere().Location())
    return Face(face, surface, body, kind, measured.Mass(), point, direction)


def _axis(surface: BRepAdaptor_Surface) -> gp_Ax1 | None:
    kind = surface.GetType()
    if kind == GeomAbs_Plane:
        return surface.Plane().Axis()
    if kind == GeomAbs_Cylinder:
        return surface.Cylinder().Axis()
    if kind == GeomAbs_Cone:
        return surface.Cone().Axis()
    if kind == GeomAbs_Torus:
        return surface.Torus().Axis()
    return surface.AxeOfRevolution() if kind == GeomAbs_SurfaceOfRevolution else None
