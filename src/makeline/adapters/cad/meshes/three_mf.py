"""3MF: objects of corners and triangles, put together by components and laid out by build items.

Only geometry is read. Colours, slicer settings and anything a program might run are never looked at. Documents that
declare entities are refused before anything is expanded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.package import Package
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Fault, UnusableFile

_MODEL = "3D/3dmodel.model"
_RELATIONS = "_rels/.rels"
_MODEL_RELATION = "3dmodel"
_DEEPEST = 32
_MM = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}

Matrix = NDArray[np.float64]


@dataclass
class _Object:
    corners: list[tuple[float, float, float]] = field(default_factory=list)
    faces: list[tuple[int, int, int]] = field(default_factory=list)
    parts: list[tuple[str, Matrix]] = field(default_factory=list)
    _corners: NDArray[np.float64] | None = None

    def corners_of_faces(self) -> NDArray[np.float64]:
        """The corners (3 n, 3) of its triangles, looked up once however often it is used; raises ``UnusableFile``."""
        if self._corners is None:
            index = np.array(self.faces)
            if index.min() < 0 or index.max() >= len(self.corners):
                raise UnusableFile(Fault.BROKEN, "a triangle names a corner that does not exist")
            self._corners = np.array(self.corners)[index].reshape(-1, 3)
        return self._corners


class _Weight(NamedTuple):
    """How many triangles and components an object comes to, each part counted as often as it is used; how many levels
    of parts lie below it."""

    count: int
    levels: int


def read_3mf(data: bytes | memoryview, *, most: int) -> Triangles:
    """The triangles of everything that is to be built, in mm; raises ``UnusableFile``."""
    package = Package(data)
    name = _model_name(package)
    model = _Model(most)
    _parse(package.read(name), model)
    items = model.items or [(number, _still()) for number in model.objects]
    weights: dict[str, _Weight] = {}
    if sum(_weigh(model.objects, target, weights, depth=0).count for target, _ in items) > most:
        raise UnusableFile(Fault.TOO_LARGE, "copies of components make too many triangles")
    # What overflows is no number any more, and is refused by whoever measures.
    with np.errstate(over="ignore", invalid="ignore"):
        placed = [
            triangles for target, matrix in items for triangles in _placed(model.objects, target, matrix)
        ]
        if not placed:
            raise UnusableFile(Fault.NO_SURFACE, "the file holds no triangle")
        return Triangles(np.concatenate(placed) * model.scale)


class _Model:
    def __init__(self, most: int) -> None:
        self.most = most
        self.scale = 1.0
        self.objects: dict[str, _Object] = {}
        self.items: list[tuple[str, Matrix]] = []
        self._open: _Object | None = None
        self._count = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """An element begins; names come without their namespace."""
        match tag.rpartition(" ")[2]:
            case "model":
                unit = given.get("unit", "millimeter")
                if unit not in _MM:
                    raise UnusableFile(Fault.BROKEN, "the file is in a unit that does not exist")
                self.scale = _MM[unit]
            case "object":
                self._open = self.objects[given["id"]] = _Object()
            case "vertex" if self._open is not None:
                self._open.corners.append((float(given["x"]), float(given["y"]), float(given["z"])))
            case "triangle" if self._open is not None:
                self._count += 1
                if self._count > self.most:
                    raise UnusableFile(Fault.TOO_LARGE, f"more than {self.most} triangles")
                self._open.faces.append((int(given["v1"]), int(given["v2"]), int(given["v3"])))
            case "component" if self._open is not None:
                self._open.parts.append((given["objectid"], _matrix(given.get("transform"))))
            case "item":
                self.items.append((given["objectid"], _matrix(given.get("transform"))))
            case _:
                pass


def _parse(text: bytes, model: _Model) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = model.start
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise UnusableFile(Fault.BROKEN, "the model is not well-formed XML") from error
    except (KeyError, ValueError) as error:
        raise UnusableFile(Fault.BROKEN, "an element of the model lacks a number") from error


def _refuse_declarations(*_: object) -> None:
    raise UnusableFile(Fault.BROKEN, "the model declares entities")


def _model_name(package: Package) -> str:
    if _RELATIONS not in package:
        return _MODEL
    found = list[str]()

    def start(_tag: str, given: Mapping[str, str]) -> None:
        if given.get("Type", "").endswith(_MODEL_RELATION) and given.get("TargetMode") != "External":
            found.append(given.get("Target", "").lstrip("/"))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_declarations
    try:
        parser.Parse(package.read(_RELATIONS), True)
    except expat.ExpatError as error:
        raise UnusableFile(Fault.BROKEN, "the list of the archive is not well-formed XML") from error
    return found[0] if found else _MODEL


def _weigh(objects: Mapping[str, _Object], target: str, known: dict[str, _Weight], *, depth: int) -> _Weight:
    """What was weighed once is ``known``, so that parts that double from level to level are refused before any is laid
    out."""
    found = objects.get(target)
    if found is None:
        raise UnusableFile(Fault.BROKEN, "something is to be built that is not in the file")
    weight = known.get(target)
    if depth + (weight.levels if weight else 0) > _DEEPEST:
        raise UnusableFile(Fault.BROKEN, "components lie too deep in one another")
    if weight is None:
        inner = [_weigh(objects, part, known, depth=depth + 1) for part, _ in found.parts]
        weight = known[target] = _Weight(
            len(found.faces) + sum(1 + part.count for part in inner),
            max((1 + part.levels for part in inner), default=0),
        )
    return weight


def _placed(objects: Mapping[str, _Object], target: str, matrix: Matrix) -> list[NDArray[np.float64]]:
    """The triangles (n, 9) of an object and its components."""
    found = objects[target]
    placed = list[NDArray[np.float64]]()
    if found.faces:
        corners = found.corners_of_faces() @ matrix[:3] + matrix[3]
        placed.append(corners.reshape(-1, 9))
    for part, inner in found.parts:
        placed += _placed(objects, part, _after(inner, matrix))
    return placed


def _still() -> Matrix:
    return np.vstack((np.eye(3), np.zeros(3)))


def _matrix(text: str | None) -> Matrix:
    """Twelve numbers, row by row: three rows that turn and one that moves."""
    if text is None:
        return _still()
    matrix = np.array([float(word) for word in text.split()])
    if matrix.size != 12 or not np.isfinite(matrix).all():
        raise ValueError("a transform has twelve numbers")
    return matrix.reshape(4, 3)


def _after(inner: Matrix, outer: Matrix) -> Matrix:
    return np.vstack((inner[:3] @ outer[:3], inner[3] @ outer[:3] + outer[3]))
