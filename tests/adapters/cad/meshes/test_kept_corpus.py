"""What fuzzing found worth keeping goes through its reader again: measured, or refused with a reason, and in no time."""

import time
from collections.abc import Callable

import pytest

from makeline.adapters.cad.meshes.analyse import analyse_mesh
from makeline.adapters.cad.meshes.obj import read_obj
from makeline.adapters.cad.meshes.ply import read_ply
from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.meshes.three_mf import read_3mf
from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.facts import UnusableFile
from tests.adapters.cad.corpus import kept_corpus
from tests.adapters.cad.hostile import three_mf

MOST_SECONDS = 2.0
READERS: dict[str, tuple[Callable[..., Triangles], Callable[[bytes], bytes]]] = {
    "stl": (read_stl, bytes),
    "obj": (read_obj, bytes),
    "ply": (read_ply, bytes),
    "3mf": (read_3mf, three_mf),
    "archive": (read_3mf, bytes),
    "pictures": (read_stl, bytes),
}


def outcome_of(reader: Callable[..., Triangles], data: bytes) -> str:
    """``measured``, or why not."""
    try:
        facts, _ = analyse_mesh(reader(data, most=20_000))
    except UnusableFile as unusable:
        return unusable.message
    return "measured" if facts.surface.area > 0 else ""


@pytest.mark.parametrize("name", READERS)
def test_whatever_was_kept_is_measured_or_refused_with_a_reason(name: str):
    reader, wrapped = READERS[name]
    corpus = kept_corpus(name)
    assert corpus, "make fuzzfiles and store what it keeps"
    for data in corpus:
        began = time.process_time()
        assert outcome_of(reader, wrapped(data))
        assert time.process_time() - began < MOST_SECONDS
