"""STL, binary and ASCII. Binary is read in place: nothing is copied until it is measured."""

import re

import numpy as np

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import Fault, UnusableFile

_HEAD, _RECORD = 84, 50
_VERTEX = re.compile(
    rb"^[ \t]*vertex[ \t]+(\S+)[ \t]+(\S+)[ \t]+(\S+)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_FACET = re.compile(rb"^[ \t]*facet\b", re.MULTILINE | re.IGNORECASE)
_LONGEST_LINE = 1024


def read_stl(data: bytes | memoryview, *, most: int) -> Triangles:
    """The triangles of an STL file of at most ``most`` triangles; raises ``UnusableFile``.

    The length decides first: many binary files begin with the word ``solid`` too.
    """
    count = int.from_bytes(data[80:_HEAD], "little") if len(data) >= _HEAD else -1
    if count >= 0 and len(data) == _HEAD + _RECORD * count:
        return _binary(data, count, most)
    if bytes(data[:256]).lstrip()[:5].lower() == b"solid" and b"\0" not in bytes(data[:1024]):
        return _ascii(bytes(data), most)
    if count < 0:
        raise UnusableFile(Fault.NOT_THE_TYPE, "this is no STL file: it is shorter than its own head")
    raise UnusableFile(
        Fault.LENGTH_DIFFERS,
        f"the file names {count} triangles, which take {_HEAD + _RECORD * count} bytes; it has {len(data)}",
    )


def _binary(data: bytes | memoryview, count: int, most: int) -> Triangles:
    if count > most:
        raise UnusableFile(Fault.TOO_LARGE, f"{count} triangles are more than {most}")
    # Twelve floats from each record: the normal, which we do not believe, and the corners.
    records = np.ndarray((count, 12), dtype="<f4", buffer=data, offset=_HEAD, strides=(_RECORD, 4))
    return Triangles(records[:, 3:])


def _ascii(text: bytes, most: int) -> Triangles:
    if max((len(line) for line in text.splitlines()), default=0) > _LONGEST_LINE:
        raise UnusableFile(Fault.BROKEN, f"a line is longer than {_LONGEST_LINE} characters")
    facets = sum(1 for _ in _FACET.finditer(text))
    if facets > most:
        raise UnusableFile(Fault.TOO_LARGE, f"{facets} triangles are more than {most}")
    found = _VERTEX.findall(text)
    if len(found) != 3 * facets:
        raise UnusableFile(
            Fault.BROKEN, f"{facets} facets need {3 * facets} vertices; {len(found)} are there"
        )
    try:
        corners = np.array(found, dtype=bytes).astype(np.float64) if found else np.empty((0, 3))
    except ValueError as error:
        raise UnusableFile(Fault.BROKEN, "a coordinate is no number") from error
    return Triangles(corners.reshape(-1, 9))
