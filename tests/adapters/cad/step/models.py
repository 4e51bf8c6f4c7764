"""Boundary models whose measures are known, and the STEP files made of them."""

import math
from dataclasses import dataclass
from io import BytesIO

from makeline.adapters.cad.step.load import parts_of

from OCP.BRep import BRep_Builder
from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
from OCP.BRepBuilderAPI import (
    BRepBuilderAPI_MakeEdge,
    BRepBuilderAPI_MakeFace,
    BRepBuilderAPI_MakePolygon,
    BRepBuilderAPI_MakeWire,
    BRepBuilderAPI_NurbsConvert,
    BRepBuilderAPI_Transform,
)
from OCP.BRepPrimAPI import (
    BRepPrimAPI_MakeBox,
    BRepPrimAPI_MakeCone,
    BRepPrimAPI_MakeCylinder,
    BRepPrimAPI_MakePrism,
    BRepPrimAPI_MakeRevol,
    BRepPrimAPI_MakeSphere,
    BRepPrimAPI_MakeTorus,
    BRepPrimAPI_MakeWedge,
)
from OCP.gp import gp_Ax1, gp_Ax2, gp_Dir, gp_Elips, gp_Pnt, gp_Trsf, gp_Vec
from OCP.Message import Message, Message_PrinterOStream
from OCP.STEPControl import STEPControl_AsIs, STEPControl_Writer
from OCP.TopAbs import TopAbs_FACE
from OCP.TopoDS import TopoDS_Compound, TopoDS_Shape

Message.DefaultMessenger_s().RemovePrinters(Message_PrinterOStream.get_type_descriptor_s())
PI = math.pi


@dataclass(frozen=True)
class Exact:
    """A solid with its volume and area by formula."""

    name: str
    shape: TopoDS_Shape
    volume: float
    area: float


def step(shape: TopoDS_Shape) -> bytes:
    """The shape as a STEP file in millimetres."""
    writer, buffer = STEPControl_Writer(), BytesIO()
    writer.Transfer(shape, STEPControl_AsIs)
    writer.WriteStream(buffer)
    return buffer.getvalue()


def block(x: float, y: float, z: float, *, at: tuple[float, float, float] = (0, 0, 0)) -> TopoDS_Shape:
    """A box from a corner."""
    return BRepPrimAPI_MakeBox(gp_Pnt(*at), x, y, z).Shape()


def rod(
    radius: float,
    length: float,
    *,
    at: tuple[float, float, float] = (0, 0, 0),
    along: tuple[float, float, float] = (0, 0, 1),
) -> TopoDS_Shape:
    """A cylinder that begins somewhere."""
    return BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(*at), gp_Dir(*along)), radius, length).Shape()


def ring(large: float, small: float) -> TopoDS_Shape:
    """A torus."""
    return BRepPrimAPI_MakeTorus(large, small).Shape()


def cut(shape: TopoDS_Shape, *tools: TopoDS_Shape) -> TopoDS_Shape:
    """What is left of the shape."""
    for tool in tools:
        shape = BRepAlgoAPI_Cut(shape, tool).Shape()
    return shape


def turned(shape: TopoDS_Shape, angle: float = 0.7) -> TopoDS_Shape:
    """The same shape lying askew, and not at the origin."""
    move, shift = gp_Trsf(), gp_Trsf()
    move.SetRotation(gp_Ax1(gp_Pnt(1, 2, 3), gp_Dir(1, 2, 3)), angle)
    shift.SetTranslation(gp_Vec(100, -40, 7))
    return BRepBuilderAPI_Transform(shape, shift.Multiplied(move), True).Shape()


def together(*shapes: TopoDS_Shape) -> TopoDS_Shape:
    """Several shapes in one file."""
    builder, whole = BRep_Builder(), TopoDS_Compound()
    builder.MakeCompound(whole)
    for shape in shapes:
        builder.Add(whole, shape)
    return whole


def faces(shape: TopoDS_Shape) -> list[TopoDS_Shape]:
    """The faces of a shape."""
    return parts_of(shape, TopAbs_FACE)


def prism(corners: list[tuple[float, float]], height: float) -> TopoDS_Shape:
    """A polygon pulled up."""
    outline = BRepBuilderAPI_MakePolygon()
    for x, y in corners:
        outline.Add(gp_Pnt(x, y, 0))
    outline.Close()
    face = BRepBuilderAPI_MakeFace(outline.Wire()).Face()
    return BRepPrimAPI_MakePrism(face, gp_Vec(0, 0, height)).Shape()


def _ellipse_rod(large: float, small: float, height: float) -> TopoDS_Shape:
    edge = BRepBuilderAPI_MakeEdge(gp_Elips(gp_Ax2(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1)), large, small)).Edge()
    face = BRepBuilderAPI_MakeFace(BRepBuilderAPI_MakeWire(edge).Wire()).Face()
    return BRepPrimAPI_MakePrism(face, gp_Vec(0, 0, height)).Shape()


def _ring(radius: float, width: float, height: float) -> TopoDS_Shape:
    """A rectangle turned about z, half the way round."""
    outline = BRepBuilderAPI_MakePolygon()
    for x, z in ((radius, 0), (radius + width, 0), (radius + width, height), (radius, height)):
        outline.Add(gp_Pnt(x, 0, z))
    outline.Close()
    face = BRepBuilderAPI_MakeFace(outline.Wire()).Face()
    return BRepPrimAPI_MakeRevol(face, gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1)), PI).Shape()


def _hexagon(side: float, height: float) -> TopoDS_Shape:
    return prism([(side * math.cos(k * PI / 3), side * math.sin(k * PI / 3)) for k in range(6)], height)


def exact_solids() -> list[Exact]:
    """Twenty-one solids and more, each with what mathematics says of it."""
    cube, hole = block(20, 30, 40), rod(4, 42, at=(10, 15, -1))
    ball, slant = BRepPrimAPI_MakeSphere(11).Shape(), math.hypot(12, 6)
    solids = [
        Exact("box", cube, 24000, 5200),
        Exact("plate", block(300, 200, 0.5), 30000, 120500),
        Exact("needle", block(1000, 0.1, 0.1), 10, 400.02),
        Exact("far box", block(1, 2, 3, at=(90000, -90000, 5)), 6, 22),
        Exact("cylinder", rod(7, 30), PI * 49 * 30, 2 * PI * 7 * 37),
        Exact("wire", rod(0.05, 900), PI * 0.0025 * 900, 2 * PI * 0.05 * 900.05),
        Exact("disc", rod(120, 0.8), PI * 14400 * 0.8, 2 * PI * 120 * 120.8),
        Exact("ball", ball, 4 / 3 * PI * 1331, 4 * PI * 121),
        Exact("half ball", BRepPrimAPI_MakeSphere(9.0, 0.0, PI / 2).Shape(), 2 / 3 * PI * 729, 3 * PI * 81),
        Exact("cone", BRepPrimAPI_MakeCone(10, 0, 24).Shape(), PI * 800, PI * 10 * 26 + PI * 100),
        Exact("frustum", BRepPrimAPI_MakeCone(10, 4, 12).Shape(), PI * 4 * 156, PI * 14 * slant + PI * 116),
        Exact("torus", BRepPrimAPI_MakeTorus(20, 5).Shape(), 2 * PI**2 * 500, 4 * PI**2 * 100),
        Exact(
            "wedge",
            BRepPrimAPI_MakeWedge(10, 20, 30, 0).Shape(),
            3000,
            300 + 600 + 200 + 30 * math.hypot(10, 20),
        ),
        Exact("hexagon", _hexagon(10, 25), 150 * math.sqrt(3) * 25, 300 * math.sqrt(3) + 1500),
        Exact("ellipse", _ellipse_rod(8, 8, 10), PI * 640, 2 * PI * 64 + 2 * PI * 80),
        Exact("half ring", _ring(20, 10, 5), PI / 2 * 500 * 5, PI * 500 + PI * 50 * 5 + 100),
        Exact("drilled box", cut(cube, hole), 24000 - PI * 640, 5200 - 2 * PI * 16 + 2 * PI * 160),
        Exact("tube", cut(rod(20, 50), rod(18, 50)), PI * 76 * 50, 2 * PI * 76 + 2 * PI * 38 * 50),
        Exact("hollow ball", cut(ball, BRepPrimAPI_MakeSphere(6).Shape()), 4 / 3 * PI * 1115, 4 * PI * 157),
        Exact("stepped shaft", _stepped(), PI * (100 * 30 + 36 * 40), 2 * PI * (100 + 300 + 240)),
        Exact("L", prism([(0, 0), (40, 0), (40, 10), (10, 10), (10, 30), (0, 30)], 15), 9000, 3300),
        Exact("two bodies", together(cube, rod(5, 10, at=(100, 0, 0))), 24000 + PI * 250, 5200 + PI * 150),
    ]
    # What lies far out and askew loses digits in the file itself.
    askew = [
        Exact(f"askew {one.name}", turned(one.shape), one.volume, one.area)
        for one in solids
        if "far" not in one.name
    ]
    splines = [
        Exact(f"{one.name} as splines", _as_splines(one.shape), one.volume, one.area)
        for one in solids[4:12:3]
    ]
    return [*solids, *askew, *splines]


def _as_splines(shape: TopoDS_Shape) -> TopoDS_Shape:
    return BRepBuilderAPI_NurbsConvert(shape, True).Shape()


def _stepped() -> TopoDS_Shape:
    return BRepAlgoAPI_Fuse(rod(10, 30), rod(6, 40, at=(0, 0, 30))).Shape()
