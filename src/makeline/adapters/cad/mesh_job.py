"""Reading one mesh file: the job of a limited process. Blobs in: the file. Header out: its facts and the names
of its pictures; blobs out: these and its scene."""

from collections.abc import Callable
from typing import Any

from makeline.adapters.cad.answer import answer_of
from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.obj import read_obj
from makeline.adapters.cad.meshes.ply import read_ply
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.meshes.three_mf import read_3mf
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.foundation.limited_jobs import JobRefused
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.file_type import FileType

_READERS: dict[FileType, Callable[..., Triangles]] = {
    FileType.STL: read_stl,
    FileType.OBJ: read_obj,
    FileType.PLY: read_ply,
    FileType.THREE_MF: read_3mf,
}


def read(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: ``type``, ``most`` triangles and the ``side`` of pictures. A refusal carries the fault as its code."""
    try:
        triangles = _READERS[FileType(header["type"])](blobs[0], most=header["most"])
        facts, triangles = analyse_mesh(triangles)
        return answer_of(facts, triangles, side=header["side"])
    except UnusableFile as unusable:
        raise JobRefused(unusable.fault.value, unusable.message) from unusable
