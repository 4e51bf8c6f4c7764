"""PLY, ASCII and binary of both byte orders: the elements ``vertex`` and ``face``; others are stepped over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Fault, UnusableFile

_TYPES = {
    "char": "i1",
    "int8": "i1",
    "uchar": "u1",
    "uint8": "u1",
    "short": "i2",
    "int16": "i2",
    "ushort": "u2",
    "uint16": "u2",
    "int": "i4",
    "int32": "i4",
    "uint": "u4",
    "uint32": "u4",
    "float": "f4",
    "float32": "f4",
    "double": "f8",
    "float64": "f8",
}
# What a list may be counted in.
_WHOLE = {name: kind for name, kind in _TYPES.items() if not kind.startswith("f")}
_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": ""}
_LONGEST_HEAD = 65_536
_INDEX_NAMES = ("vertex_indices", "vertex_index")


@dataclass
class _Element:
    """``properties``: name and type, or for a list the types of its length and of its items."""

    name: str
    count: int
    properties: list[tuple[str, str, str | None]] = field(default_factory=list)


def read_ply(data: bytes | memoryview, *, most: int) -> Triangles:
    """The triangles of a PLY file; raises ``UnusableFile``."""
    order, elements, at = _head(bytes(data[:_LONGEST_HEAD]))
    if any(element.count > 3 * most for element in elements):
        raise UnusableFile(Fault.TOO_LARGE, f"more than {most} triangles")
    body = _Text(bytes(data[at:])) if not order else _Binary(bytes(data[at:]), order)
    corners: NDArray[np.float64] | None = None
    faces: list[Sequence[int]] = []
    for element in elements:
        if element.name == "vertex":
            corners = body.corners(element)
        elif element.name == "face":
            faces = body.faces(element)
            break
        else:
            body.skip(element)
    return Triangles(_triangles(corners, faces, most))


def _head(text: bytes) -> tuple[str, list[_Element], int]:
    end = text.find(b"end_header")
    if not text.startswith(b"ply") or end < 0:
        raise UnusableFile(Fault.NOT_THE_TYPE, "this is no PLY file")
    after = text.find(b"\n", end)
    if after < 0:
        raise UnusableFile(Fault.BROKEN, "the file ends with its head")
    order, elements = None, list[_Element]()
    try:
        for line in text[:end].decode("ascii").splitlines()[1:]:
            match line.split():
                case ["format", name, _]:
                    order = _ORDERS[name]
                case ["element", name, count]:
                    elements.append(_Element(name, int(count)))
                case ["property", "list", length, item, name]:
                    elements[-1].properties.append((name, _WHOLE[length], _TYPES[item]))
                case ["property", kind, name]:
                    elements[-1].properties.append((name, _TYPES[kind], None))
                case _:
                    continue
    except (KeyError, ValueError, IndexError) as error:
        raise UnusableFile(Fault.BROKEN, "the head of the file makes no sense") from error
    if order is None or not all(map(_makes_sense, elements)):
        raise UnusableFile(Fault.BROKEN, "the head of the file makes no sense")
    return order, elements, after + 1


def _makes_sense(element: _Element) -> bool:
    names = [name for name, _, _ in element.properties]
    return element.count >= 0 and len(set(names)) == len(names)


def _axes(element: _Element) -> list[int]:
    names = [name for name, _, _ in element.properties]
    if any(item for _, _, item in element.properties) or not {"x", "y", "z"} <= set(names):
        raise UnusableFile(Fault.BROKEN, "the corners of the file have no x, y and z")
    return [names.index(axis) for axis in ("x", "y", "z")]


class _Text:
    def __init__(self, body: bytes) -> None:
        self._lines = iter(body.splitlines())

    def corners(self, element: _Element) -> NDArray[np.float64]:
        axes = _axes(element)
        rows = [self._words() for _ in range(element.count)]
        try:
            return np.array([[float(row[axis]) for axis in axes] for row in rows]).reshape(-1, 3)
        except (ValueError, IndexError) as error:
            raise UnusableFile(Fault.BROKEN, "a corner has no three numbers") from error

    def faces(self, element: _Element) -> list[Sequence[int]]:
        found = list[Sequence[int]]()
        try:
            for _ in range(element.count):
                words, at, corners = self._words(), 0, list[int]()
                for name, _, item in element.properties:
                    length = int(words[at]) if item else 0
                    if name in _INDEX_NAMES:
                        corners = [int(word) for word in words[at + 1 : at + 1 + length]]
                        if len(corners) != length:
                            raise UnusableFile(Fault.BROKEN, "a face is shorter than it says")
                    at += 1 + length
                found.append(corners)
        except (ValueError, IndexError) as error:
            raise UnusableFile(Fault.BROKEN, "a face makes no sense") from error
        return found

    def skip(self, element: _Element) -> None:
        for _ in range(element.count):
            self._words()

    def _words(self) -> list[bytes]:
        line = next(self._lines, None)
        if line is None:
            raise UnusableFile(Fault.LENGTH_DIFFERS, "the file ends before its last element")
        return line.split()


class _Binary:
    def __init__(self, body: bytes, order: str) -> None:
        self._body, self._order, self._at = body, order, 0

    def corners(self, element: _Element) -> NDArray[np.float64]:
        _axes(element)
        rows = self._rows(element)
        with np.errstate(invalid="ignore"):
            return np.stack([rows[axis].astype(np.float64) for axis in ("x", "y", "z")], axis=1)

    def faces(self, element: _Element) -> list[Sequence[int]]:
        return [self._face(element) for _ in range(element.count)]

    def skip(self, element: _Element) -> None:
        if any(item for _, _, item in element.properties):
            for _ in range(element.count):
                self._face(element)
        else:
            self._rows(element)

    def _rows(self, element: _Element) -> NDArray[Any]:
        names = [f"{place}" for place in range(len(element.properties))]
        row = np.dtype(
            [
                (name if name in ("x", "y", "z") else spare, self._order + kind)
                for spare, (name, kind, _) in zip(names, element.properties, strict=True)
            ]
        )
        return self._take(row, element.count)

    def _face(self, element: _Element) -> Sequence[int]:
        corners = list[int]()
        for name, kind, item in element.properties:
            first = self._take(np.dtype(self._order + kind), 1)
            if item:
                values = self._take(np.dtype(self._order + item), int(first[0]))
                if name in _INDEX_NAMES:
                    if not np.isfinite(values).all():
                        raise UnusableFile(Fault.BROKEN, "a face names a corner by what is no number")
                    corners = [int(value) for value in values]
        return corners

    def _take(self, kind: np.dtype[Any], count: int) -> NDArray[Any]:
        size = kind.itemsize * count
        if count < 0 or self._at + size > len(self._body):
            raise UnusableFile(Fault.LENGTH_DIFFERS, "the file ends before its last element")
        found = np.frombuffer(self._body, dtype=kind, count=count, offset=self._at)
        self._at += size
        return found


def _triangles(
    corners: NDArray[np.float64] | None, faces: list[Sequence[int]], most: int
) -> NDArray[np.float64]:
    if corners is None or not faces:
        raise UnusableFile(Fault.NO_SURFACE, "the file holds no face")
    if any(len(face) < 3 for face in faces):
        raise UnusableFile(Fault.BROKEN, "a face has fewer than three corners")
    index = np.array(
        [(face[0], face[place], face[place + 1]) for face in faces for place in range(1, len(face) - 1)]
    )
    if len(index) > most:
        raise UnusableFile(Fault.TOO_LARGE, f"more than {most} triangles")
    if index.min() < 0 or index.max() >= len(corners):
        raise UnusableFile(Fault.BROKEN, "a face names a corner that does not exist")
    return corners[index].reshape(-1, 9)
