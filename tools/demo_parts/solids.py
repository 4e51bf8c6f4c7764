"""The few moves that the demo parts are made with. Lengths in millimetres, angles in degrees."""

import math
from collections.abc import Callable, Iterable

from makeline.adapters.cad.step.load import parts_of

from OCP.BRepAdaptor import BRepAdaptor_Curve
from OCP.BRepAlgoAPI import BRepAlgoAPI_Common, BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakePolygon, BRepBuilderAPI_Transform
from OCP.BRepFilletAPI import BRepFilletAPI_MakeChamfer, BRepFilletAPI_MakeFillet
from OCP.BRepOffsetAPI import BRepOffsetAPI_ThruSections
from OCP.BRepPrimAPI import (
    BRepPrimAPI_MakeBox,
    BRepPrimAPI_MakeCone,
    BRepPrimAPI_MakeCylinder,
    BRepPrimAPI_MakePrism,
    BRepPrimAPI_MakeRevol,
)
from OCP.gp import gp_Ax1, gp_Ax2, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.ShapeUpgrade import ShapeUpgrade_UnifySameDomain
from OCP.TopAbs import TopAbs_EDGE
from OCP.TopoDS import TopoDS, TopoDS_Shape, TopoDS_Wire

Place = tuple[float, float, float]
X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def block(size: Place, at: Place = (0, 0, 0)) -> TopoDS_Shape:
    """A box from its lowest corner."""
    return BRepPrimAPI_MakeBox(gp_Pnt(*at), *size).Shape()


def rod(radius: float, length: float, at: Place = (0, 0, 0), along: Place = Z) -> TopoDS_Shape:
    """A cylinder from the middle of its foot."""
    return BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(*at), gp_Dir(*along)), radius, length).Shape()


def cone(radii: tuple[float, float], length: float, at: Place = (0, 0, 0), along: Place = Z) -> TopoDS_Shape:
    """A cone from the middle of its foot."""
    return BRepPrimAPI_MakeCone(gp_Ax2(gp_Pnt(*at), gp_Dir(*along)), *radii, length).Shape()


def fused(first: TopoDS_Shape, *others: TopoDS_Shape) -> TopoDS_Shape:
    """All of them as one, without seams between faces that continue."""
    for other in others:
        first = BRepAlgoAPI_Fuse(first, other).Shape()
    seamless = ShapeUpgrade_UnifySameDomain(first, True, True, False)
    seamless.Build()
    return seamless.Shape()


def cut(shape: TopoDS_Shape, *tools: TopoDS_Shape) -> TopoDS_Shape:
    """What the tools leave."""
    for tool in tools:
        shape = BRepAlgoAPI_Cut(shape, tool).Shape()
    return shape


def shared(one: TopoDS_Shape, other: TopoDS_Shape) -> TopoDS_Shape:
    """What lies in both."""
    return BRepAlgoAPI_Common(one, other).Shape()


def outline(corners: Iterable[Place]) -> TopoDS_Wire:
    """A closed polygon."""
    polygon = BRepBuilderAPI_MakePolygon()
    for corner in corners:
        polygon.Add(gp_Pnt(*corner))
    polygon.Close()
    return polygon.Wire()


def pulled(corners: Iterable[Place], way: Place) -> TopoDS_Shape:
    """A polygon pulled along a way."""
    return BRepPrimAPI_MakePrism(BRepBuilderAPI_MakeFace(outline(corners)).Face(), gp_Vec(*way)).Shape()


def revolved(profile: Iterable[tuple[float, float]], degrees: float = 360) -> TopoDS_Shape:
    """A closed profile of (radius, height) turned about z."""
    face = BRepBuilderAPI_MakeFace(outline((radius, 0, height) for radius, height in profile)).Face()
    axis = gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(*Z))
    if degrees == 360:
        return BRepPrimAPI_MakeRevol(face, axis).Shape()
    return BRepPrimAPI_MakeRevol(face, axis, math.radians(degrees)).Shape()


def lofted(sections: Iterable[Iterable[Place]]) -> TopoDS_Shape:
    """A smooth solid through several polygons."""
    loft = BRepOffsetAPI_ThruSections(True, False)
    for section in sections:
        loft.AddWire(outline(section))
    loft.Build()
    return loft.Shape()


def turned(shape: TopoDS_Shape, degrees: float, about: Place = Z, at: Place = (0, 0, 0)) -> TopoDS_Shape:
    """The shape turned about a line."""
    move = gp_Trsf()
    move.SetRotation(gp_Ax1(gp_Pnt(*at), gp_Dir(*about)), math.radians(degrees))
    return BRepBuilderAPI_Transform(shape, move, True).Shape()


def around(shape: TopoDS_Shape, count: int, first: float = 0) -> list[TopoDS_Shape]:
    """So many copies about z."""
    return [turned(shape, first + 360 * number / count) for number in range(count)]


def rounded(shape: TopoDS_Shape, radius: float, which: Callable[[Place], bool]) -> TopoDS_Shape:
    """The edges rounded whose middles are chosen."""
    return _softened(BRepFilletAPI_MakeFillet(shape), shape, radius, which)


def bevelled(shape: TopoDS_Shape, size: float, which: Callable[[Place], bool]) -> TopoDS_Shape:
    """The edges bevelled whose middles are chosen."""
    return _softened(BRepFilletAPI_MakeChamfer(shape), shape, size, which)


def _softened(maker, shape: TopoDS_Shape, size: float, which: Callable[[Place], bool]) -> TopoDS_Shape:
    seen = []
    for part in parts_of(shape, TopAbs_EDGE):
        edge = TopoDS.Edge(part)
        if any(edge.IsSame(other) for other in seen):
            continue
        seen.append(edge)
        curve = BRepAdaptor_Curve(edge)
        middle = curve.Value((curve.FirstParameter() + curve.LastParameter()) / 2)
        if which((middle.X(), middle.Y(), middle.Z())):
            maker.Add(size, edge)
    maker.Build()
    return maker.Shape()


def near(one: float, other: float) -> bool:
    """The same place along an axis."""
    return abs(one - other) < 1e-6
