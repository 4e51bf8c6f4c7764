"""OBJ and PLY say the same as STL, and refuse what they cannot mean."""

import struct
from io import BytesIO

import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from makeline.adapters.cad.meshes.measure import measure_mesh
from makeline.adapters.cad.meshes.obj import read_obj
from makeline.adapters.cad.meshes.ply import read_ply
from makeline.parts.geometry.facts import Fault, UnusableFile
from tests.adapters.cad.meshes.solids import box, stl, tube

MOST = 10_000
SQUARE = b"v 0 0 0\nv 2 0 0\nv 2 2 0\nv 0 2 0\n"
TUBE = tube(30, 20, 100)


def by_library(kind: str, **how: object) -> bytes:
    """The tube as an independent library writes it."""
    mesh = trimesh.load_mesh(BytesIO(stl(TUBE)), file_type="stl")
    written = mesh.export(file_type=kind, **how)
    return written.encode() if isinstance(written, str) else written


def obj_fault(text: bytes, most: int = MOST) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        measure_mesh(read_obj(text, most=most))
    return refused.value.fault


def ply_fault(data: bytes, most: int = MOST) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        measure_mesh(read_ply(data, most=most))
    return refused.value.fault


def test_what_another_program_wrote_measures_the_same():
    volume = measure_mesh(read_ply(by_library("ply"), most=MOST)).volume
    for found in (
        read_ply(by_library("ply", encoding="ascii"), most=MOST),
        read_obj(by_library("obj"), most=MOST),
    ):
        facts = measure_mesh(found)
        assert facts.watertight
        assert facts.volume == pytest.approx(volume, rel=1e-5)
        assert facts.triangles == len(TUBE)


def test_faces_with_many_corners_are_cut_into_triangles():
    assert measure_mesh(read_obj(SQUARE + b"f 1 2 3 4\n", most=MOST)).area == 4


def test_corners_may_be_counted_backwards_and_carry_normals():
    assert measure_mesh(read_obj(SQUARE + b"f -4//1 -3//1 -2//1 \\\n -1//1\n", most=MOST)).area == 4


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"\0\0binary", Fault.NOT_THE_TYPE),
        (b"", Fault.NOT_THE_TYPE),
        (b"hello\n", Fault.NOT_THE_TYPE),
        (SQUARE, Fault.NO_SURFACE),
        (SQUARE + b"f 1 2\n", Fault.BROKEN),
        (SQUARE + b"f 1 2 0\n", Fault.BROKEN),
        (SQUARE + b"f 1 2 5\n", Fault.BROKEN),
        (SQUARE + b"f -9 1 2\n", Fault.BROKEN),
        (SQUARE + b"f one two three\n", Fault.BROKEN),
        (b"v 0 0\n", Fault.BROKEN),
        (b"v 0 0 z\n", Fault.BROKEN),
        (b"v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", Fault.NOT_FINITE),
        (b"# " + b"x" * 5000, Fault.BROKEN),
    ],
    ids=str,
)
def test_an_obj_that_makes_no_sense_is_refused(text: bytes, fault: Fault):
    assert obj_fault(text) is fault


def test_too_many_triangles_are_refused_while_reading():
    assert obj_fault(SQUARE + b"f 1 2 3 4\n" * 10, most=15) is Fault.TOO_LARGE
    assert ply_fault(by_library("ply"), most=100) is Fault.TOO_LARGE


def test_big_endian_files_are_read_as_well():
    head = (
        b"ply\nformat binary_big_endian 1.0\ncomment made by hand\nelement vertex 4\nproperty double x\n"
        b"property double y\nproperty uchar red\nproperty double z\nelement edge 1\nproperty int vertex1\n"
        b"element face 1\nproperty uchar flags\nproperty list uchar int vertex_indices\nend_header\n"
    )
    corners = [(0, 0), (2, 0), (2, 2), (0, 2)]
    body = b"".join(struct.pack(">ddBd", x, y, 7, 0) for x, y in corners)
    body += struct.pack(">i", 3) + struct.pack(">BB4i", 1, 4, 0, 1, 2, 3)
    assert measure_mesh(read_ply(head + body, most=MOST)).area == 4
    assert ply_fault(head + body[:-1]) is Fault.LENGTH_DIFFERS


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"ply", b"plx", Fault.NOT_THE_TYPE),
        (b"end_header", b"end", Fault.NOT_THE_TYPE),
        (b"format ascii 1.0\n", b"", Fault.BROKEN),
        (b"format ascii", b"format packed", Fault.BROKEN),
        (b"property float x", b"property floof x", Fault.BROKEN),
        (b"property float x\n", b"", Fault.BROKEN),
        (b"element vertex", b"element vertex minus ", Fault.BROKEN),
        (b"element vertex 192", b"element vertex -1", Fault.BROKEN),
        (b"element vertex 192", b"element vertex 9999", Fault.LENGTH_DIFFERS),
        (b"element face 384", b"element face 0", Fault.NO_SURFACE),
    ],
    ids=str,
)
def test_a_ply_that_makes_no_sense_is_refused(old: bytes, new: bytes, fault: Fault):
    text = by_library("ply", encoding="ascii")
    assert old in text
    assert ply_fault(text.replace(old, new, 1)) is fault


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_a_spoilt_file_is_measured_or_refused_and_never_breaks_the_reader(place: int, spoilt: bytes):
    for write, read in ((by_library("ply"), read_ply), (by_library("obj"), read_obj)):
        data = write[:place] + spoilt + write[place + len(spoilt) :]
        try:
            facts = measure_mesh(read(data, most=MOST))
        except UnusableFile:
            continue
        assert facts.area > 0


def test_a_box_as_obj_is_the_box():
    lines = [f"v {x} {y} {z}" for triangle in box(3, 2, 1) for x, y, z in triangle]
    lines += [f"f {place} {place + 1} {place + 2}" for place in range(1, len(lines) + 1, 3)]
    facts = measure_mesh(read_obj("\n".join(lines).encode(), most=MOST))
    assert (facts.volume, facts.area) == (6, 22)
