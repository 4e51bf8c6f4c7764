"""Bytes of a STEP file as bodies: closed ones with an inside, or open surfaces."""

from dataclasses import dataclass
from io import BytesIO

from makeline.parts.geometry.facts import Fault, UnusableFile

from OCP.BRep import BRep_Builder, BRep_Tool
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeSolid, BRepBuilderAPI_Sewing
from OCP.IFSelect import IFSelect_RetDone
from OCP.Message import Message, Message_PrinterOStream
from OCP.STEPControl import STEPControl_Reader
from OCP.TopAbs import TopAbs_FACE, TopAbs_ShapeEnum, TopAbs_SHELL, TopAbs_SOLID
from OCP.TopExp import TopExp_Explorer
from OCP.TopoDS import TopoDS, TopoDS_Compound, TopoDS_Shape

_MOST_FACES = 50_000
# Faces that lie this close, in mm, were meant to touch.
_GAP = 1e-3


@dataclass(frozen=True, slots=True)
class Bodies:
    """``whole`` holds all ``parts``; ``closed``: each of them has an inside; ``loose``: surfaces left beside them."""

    whole: TopoDS_Shape
    parts: list[TopoDS_Shape]
    closed: bool
    loose: int


def load_step(data: bytes) -> Bodies:
    """The bodies of a file, in mm; raises ``UnusableFile``."""
    Message.DefaultMessenger_s().RemovePrinters(Message_PrinterOStream.get_type_descriptor_s())
    reader = STEPControl_Reader()
    if reader.ReadStream("part", BytesIO(data)) != IFSelect_RetDone:
        raise UnusableFile(Fault.BROKEN, "the file is no valid STEP file")
    reader.TransferRoots()
    shape = reader.OneShape()
    if shape is None or shape.IsNull():
        raise UnusableFile(Fault.NO_SURFACE, "the file holds no shape")
    faces = len(parts_of(shape, TopAbs_FACE))
    if not faces:
        raise UnusableFile(Fault.NO_SURFACE, "the file holds no face")
    if faces > _MOST_FACES:
        raise UnusableFile(Fault.TOO_LARGE, f"{faces} faces are more than {_MOST_FACES}")
    return _bodies(shape)


def parts_of(shape: TopoDS_Shape, kind: TopAbs_ShapeEnum) -> list[TopoDS_Shape]:
    """All parts of a kind, in the order of the file."""
    found, explorer = [], TopExp_Explorer(shape, kind)
    while explorer.More():
        found.append(explorer.Current())
        explorer.Next()
    return found


def _bodies(shape: TopoDS_Shape) -> Bodies:
    solids = parts_of(shape, TopAbs_SOLID)
    if solids:
        loose = len(parts_of(shape, TopAbs_FACE)) - sum(len(parts_of(solid, TopAbs_FACE)) for solid in solids)
        whole = shape if not loose else _together(solids)
        return Bodies(whole, solids, closed=all(map(_closed, solids)), loose=loose)
    sewing = BRepBuilderAPI_Sewing(_GAP)
    sewing.Add(shape)
    sewing.Perform()
    sewn = sewing.SewedShape()
    shells = parts_of(sewn, TopAbs_SHELL)
    if shells and all(BRep_Tool.IsClosed_s(shell) for shell in shells):
        made = [BRepBuilderAPI_MakeSolid(TopoDS.Shell(shell)).Solid() for shell in shells]
        return Bodies(_together(made), list(made), closed=True, loose=0)
    return Bodies(sewn, shells or [sewn], closed=False, loose=0)


def _closed(solid: TopoDS_Shape) -> bool:
    return all(BRep_Tool.IsClosed_s(shell) for shell in parts_of(solid, TopAbs_SHELL))


def _together(shapes: list[TopoDS_Shape]) -> TopoDS_Shape:
    builder, whole = BRep_Builder(), TopoDS_Compound()
    builder.MakeCompound(whole)
    for shape in shapes:
        builder.Add(whole, shape)
    return whole
