"""Volume, area and boxes of exact surfaces."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.step.load import Bodies
from makeline.parts.geometry.facts import Fault, UnusableFile

from OCP.Bnd import Bnd_Box
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepGProp import BRepGProp
from OCP.gp import gp_Ax3, gp_Dir, gp_Pnt, gp_Trsf
from OCP.GProp import GProp_GProps
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS_Shape

Vectors = NDArray[np.float64]

_FARTHEST = 1_000_000.0
# What the integration over a face may still change by, relatively, when it stops. It stops early: at 1e-10 a spline
# measures 1.5e-8 too much, at 1e-15 less than 1e-10, for the same time. Without a figure it would be off by 0.005.
_ERROR = 1e-15
# The kernel finds the ends of a curved face to a ten-millionth of a millimetre; a nanometre is what we tell.
_PLACES = 6


def volume_of(bodies: Bodies) -> float | None:
    """The volume of all bodies, mm³; None while one of them is open."""
    if not bodies.closed:
        return None
    total = 0.0
    for part in bodies.parts:
        measured = GProp_GProps()
        BRepGProp.VolumeProperties_s(part, measured, _ERROR)
        # A body may be turned inside out; its hollows are its own shells.
        total += abs(measured.Mass())
    return _finite(total) or None


def area_of(bodies: Bodies) -> float:
    """The area of all faces, mm²; raises ``UnusableFile`` if there is none."""
    measured = GProp_GProps()
    BRepGProp.SurfaceProperties_s(bodies.whole, measured, _ERROR)
    if not _finite(measured.Mass()) > 0:
        raise UnusableFile(Fault.NO_SURFACE, "no face of the file has an area")
    return measured.Mass()


def box_of(shape: TopoDS_Shape) -> tuple[Vectors, Vectors]:
    """The lowest and highest coordinates along the axes, of the surfaces themselves."""
    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(shape, box, False, False)
    if box.IsVoid() or box.IsOpen():
        raise UnusableFile(Fault.TOO_FAR_OUT, "a surface of the file has no end")
    low, high = box.CornerMin(), box.CornerMax()
    ends = np.array([[low.X(), low.Y(), low.Z()], [high.X(), high.Y(), high.Z()]])
    if not np.isfinite(ends).all():
        raise UnusableFile(Fault.NOT_FINITE, "a coordinate is not a finite number")
    if np.abs(ends).max() > _FARTHEST:
        raise UnusableFile(Fault.TOO_FAR_OUT, "a coordinate lies more than 1 000 000 mm out")
    low_end, high_end = ends.round(_PLACES)
    return low_end, high_end


def turned_to(shape: TopoDS_Shape, frame: Sequence[Vectors] | Vectors) -> TopoDS_Shape:
    """The same shape seen in a frame of three unit vectors."""
    along, _, up = (gp_Dir(*map(float, line)) for line in frame)
    move = gp_Trsf()
    move.SetTransformation(gp_Ax3(gp_Pnt(0, 0, 0), up, along))
    return shape.Moved(TopLoc_Location(move))


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise UnusableFile(Fault.NOT_FINITE, "a measure of the file is not a finite number")
    return value
