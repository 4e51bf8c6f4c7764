"""OBJ: corners and faces as lines of text; everything else in it (colours, normals, curves) is not the part."""

from collections.abc import Iterator

import numpy as np

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Fault, UnusableFile

_LONGEST_LINE = 4096


def read_obj(data: bytes | memoryview, *, most: int) -> Triangles:
    """The triangles of an OBJ file; faces with more corners are cut into fans. Raises ``UnusableFile``."""
    corners, faces = list[list[float]](), list[tuple[int, int, int]]()
    for words in _lines(bytes(data)):
        if words[0] == b"v":
            corners.append(_corner(words))
        elif words[0] == b"f":
            faces += _fan(words, len(corners))
            if len(faces) > most:
                raise UnusableFile(Fault.TOO_LARGE, f"more than {most} triangles")
    if not corners and not faces:
        raise UnusableFile(Fault.NOT_THE_TYPE, "this is no OBJ file: it has neither corners nor faces")
    if not faces:
        raise UnusableFile(Fault.NO_SURFACE, "the file holds no face")
    index = np.array(faces)
    if index.min() < 0 or index.max() >= len(corners):
        raise UnusableFile(Fault.BROKEN, "a face names a corner that does not exist")
    return Triangles(np.array(corners)[index].reshape(-1, 9))


def _lines(text: bytes) -> Iterator[list[bytes]]:
    if b"\0" in text[:1024]:
        raise UnusableFile(Fault.NOT_THE_TYPE, "this is no OBJ file: it is not text")
    # A backslash at the end joins a line with the next one.
    for line in text.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ").splitlines():
        if len(line) > _LONGEST_LINE:
            raise UnusableFile(Fault.BROKEN, f"a line is longer than {_LONGEST_LINE} characters")
        words = line.split()
        if words:
            yield words


def _corner(words: list[bytes]) -> list[float]:
    try:
        x, y, z = (float(word) for word in words[1:4])
    except ValueError as error:
        raise UnusableFile(Fault.BROKEN, "a corner has no three numbers") from error
    return [x, y, z]


def _fan(words: list[bytes], so_far: int) -> Iterator[tuple[int, int, int]]:
    try:
        named = [int(word.partition(b"/")[0]) for word in words[1:]]
    except ValueError as error:
        raise UnusableFile(Fault.BROKEN, "a face names a corner that is no number") from error
    if len(named) < 3 or 0 in named:
        raise UnusableFile(Fault.BROKEN, "a face has fewer than three corners")
    # Corners count from one; negative ones count back from here.
    index = [one - 1 if one > 0 else so_far + one for one in named]
    yield from ((index[0], index[place], index[place + 1]) for place in range(1, len(index) - 1))
