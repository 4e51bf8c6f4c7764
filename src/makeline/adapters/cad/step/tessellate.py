"""Exact surfaces as triangles: for pictures, and for choosing among boxes."""

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.step.load import Bodies, parts_of
from makeline.parts.geometry.facts import Fault, UnusableFile

from OCP.BRep import BRep_Tool
from OCP.BRepMesh import BRepMesh_IncrementalMesh
from OCP.Poly import Poly_Triangulation
from OCP.TopAbs import TopAbs_FACE, TopAbs_REVERSED
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS, TopoDS_Face

# How far triangles may lie off the surface: of the part's largest size, and of its smallest, which may be a wire's.
_OF_LARGEST, _OF_SMALLEST = 0.0005, 0.005
# How far neighbouring triangles may turn, in radians.
_TURN = 0.2


def triangles_of(bodies: Bodies, *, sizes: NDArray[np.float64], most: int) -> Triangles:
    """The surface of all bodies as triangles that look outward; ``sizes`` along the axes, mm."""
    largest, smallest = float(sizes.max()), float(sizes.min())
    deviation = min(_OF_LARGEST * largest, max(_OF_SMALLEST * smallest, 1e-6 * largest))
    BRepMesh_IncrementalMesh(bodies.whole, deviation, False, _TURN, False)
    pieces, count = list[NDArray[np.float64]](), 0
    for face in parts_of(bodies.whole, TopAbs_FACE):
        piece = _triangles(TopoDS.Face(face))
        count += len(piece)
        if count > most:
            raise UnusableFile(Fault.TOO_LARGE, f"more than {most} triangles")
        pieces.append(piece)
    corners = np.concatenate(pieces)
    if not len(corners):
        raise UnusableFile(Fault.NO_SURFACE, "no face of the file could be drawn")
    return Triangles(corners)


def _triangles(face: TopoDS_Face) -> NDArray[np.float64]:
    place = TopLoc_Location()
    found = BRep_Tool.Triangulation_s(face, place)
    if found is None:
        return np.empty((0, 9))
    corners, index = _corners(found), _index(found)
    move = place.Transformation()
    turn = np.array([[move.Value(row, column) for column in (1, 2, 3, 4)] for row in (1, 2, 3)])
    corners = corners @ turn[:, :3].T + turn[:, 3]
    if face.Orientation() == TopAbs_REVERSED:
        index = index[:, ::-1]
    return corners[index].reshape(-1, 9)


def _corners(found: Poly_Triangulation) -> NDArray[np.float64]:
    nodes = (found.Node(place) for place in range(1, found.NbNodes() + 1))
    return np.array([(node.X(), node.Y(), node.Z()) for node in nodes])


def _index(found: Poly_Triangulation) -> NDArray[np.int64]:
    return np.array([found.Triangle(place).Get() for place in range(1, found.NbTriangles() + 1)]) - 1
