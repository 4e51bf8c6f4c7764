"""All there is to know of a STEP file: measured on its exact surfaces, boxed as it lies, its faces and holes told."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.oriented_box import MOST_FACES, oriented_box
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.step.faces import Face, faces_of, vector
from makeline.adapters.cad.step.holes import holes_of, turned_part
from makeline.adapters.cad.step.load import Bodies, load_step
from makeline.adapters.cad.step.measure import area_of, box_of, turned_to, volume_of
from makeline.adapters.cad.step.tessellate import triangles_of
from makeline.foundation.limited_jobs import report
from makeline.parts.geometry.facts import (
    Basis,
    FaceKind,
    ModelFacts,
    PartFacts,
    Point,
    SurfaceFacts,
)
from makeline.parts.geometry.reader import Stage

from OCP.BRepAdaptor import BRepAdaptor_Curve
from OCP.collections import (
    IndexedDataMap_TopoDS_Shape_List_TopoDS_Shape_TopTools_ShapeMapHasher as EdgesAndFaces,
)
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE
from OCP.TopExp import TopExp
from OCP.TopoDS import TopoDS

Vectors = NDArray[np.float64]

_LEAKS_TOLD = 20
_SAME_LINE = np.cos(np.radians(0.5))
# The end of a freeform face along a turned axis is a search of its own; with more of them the triangles must do.
_MOST_SEARCHED = 200


def analyse_step(data: bytes, *, most: int) -> tuple[PartFacts, Triangles]:
    """The facts of a part and its triangles, at most ``most``; raises ``UnusableFile``."""
    bodies = load_step(data)
    report(Stage.MEASURING, 0)
    faces = faces_of(bodies)
    freeform = sum(face.kind is FaceKind.FREEFORM for face in faces)
    low, high = box_of(bodies.whole)
    area = area_of(bodies)
    report(Stage.MEASURING, 0.25)
    triangles = triangles_of(bodies, sizes=high - low, most=most)
    report(Stage.MEASURING, 0.5)
    box = oriented_box(triangles, _directions(faces))
    sizes = box.sizes if freeform > _MOST_SEARCHED else _exact_sizes(bodies, box.frame)
    lonely, leaks = (0, []) if bodies.closed else _open_edges(bodies)
    surface = SurfaceFacts(
        triangles=len(triangles),
        volume=volume_of(bodies),
        area=area,
        low=_point(low),
        high=_point(high),
        open_edges=lonely,
        leaks=leaks,
    )
    model = ModelFacts(
        faces=dict(Counter(face.kind for face in faces)),
        holes=holes_of(faces, triangles) if bodies.closed else [],
        turned=bodies.closed and turned_part(faces),
    )
    return PartFacts(Basis.EXACT, surface, len(bodies.parts), sizes, box.reach, 0, model), triangles


def _directions(faces: Sequence[Face]) -> Vectors:
    """Lines that a box may follow, largest faces first: normals of planes, and axes of what turns.

    An axis comes with a line across it: a round part fits a box however that one is turned about its axis.
    """
    found = list[tuple[float, Vectors]]()
    for face in faces:
        if face.direction is None:
            continue
        for place, (area, line) in enumerate(found):
            if abs(line @ face.direction) >= _SAME_LINE:
                found[place] = area + face.area, line
                break
        else:
            found.append((face.area, face.direction))
    found.sort(key=lambda one: -one[0])
    lines = [line for _, line in found[:MOST_FACES]]
    return np.array([*lines, *map(_across, lines[:3])] or np.empty((0, 3)))


def _across(line: Vectors) -> Vectors:
    across = np.cross(line, np.eye(3)[int(np.abs(line).argmin())])
    return across / np.linalg.norm(across)


def _exact_sizes(bodies: Bodies, frame: Vectors) -> Point:
    """Sizes along three lines, in their order; a frame of three lines may be left-handed, which changes no size."""
    one, other = frame[0], frame[1]
    low, high = box_of(turned_to(bodies.whole, (one, other, np.cross(one, other))))
    return _point(np.sort(high - low)[::-1])


def _open_edges(bodies: Bodies) -> tuple[int, list[Point]]:
    """How many edges have one face only, and the middles of the first of them."""
    edges = EdgesAndFaces()
    TopExp.MapShapesAndAncestors_s(bodies.whole, TopAbs_EDGE, TopAbs_FACE, edges)
    lonely = [
        TopoDS.Edge(edges.FindKey(place))
        for place in range(1, edges.Extent() + 1)
        if edges.FindFromIndex(place).Size() == 1
    ]
    curves = [BRepAdaptor_Curve(edge) for edge in lonely[:_LEAKS_TOLD]]
    middles = [curve.Value((curve.FirstParameter() + curve.LastParameter()) / 2) for curve in curves]
    return len(lonely), [_point(vector(middle)) for middle in middles]


def _point(values: Vectors) -> Point:
    # No minus zero.
    x, y, z = values + 0.0
    return float(x), float(y), float(z)
