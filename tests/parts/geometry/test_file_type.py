"""A file is what its bytes say; a name that says otherwise is refused."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.parts.geometry.facts import Fault, UnusableFile
from makeline.parts.geometry.file_type import FileType, check_type, type_by_content, type_by_name
from tests.adapters.cad.meshes.solids import ascii_stl, box, stl


def archive() -> bytes:
    """A zip archive with something in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        writer.writestr("3D/3dmodel.model", "<model/>")
    return buffer.getvalue()


SAMPLES = {
    "binary.stl": stl(box(1, 2, 3)),
    # Many programs begin a binary file with the word of the other kind.
    "solid.stl": stl(box(1, 2, 3), head=b"solid part"),
    "iso.stl": stl(box(1, 2, 3), head=b"ISO-10303-21;"),
    "text.stl": ascii_stl(box(1, 2, 3)),
    "part.obj": b"# made by hand\nmtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "part.ply": b"ply\nformat ascii 1.0\n",
    "part.3mf": archive(),
    "part.step": b"ISO-10303-21;\nHEADER;\n",
    "part.stp": b"\xef\xbb\xbf\r\n ISO-10303-21;\r\n",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_and_name_agree(name: str):
    assert check_type(name, SAMPLES[name]) is type_by_name(name) is type_by_content(SAMPLES[name])


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("claimed", FileType)
def test_another_name_is_refused_and_the_name_is_the_field_to_correct(name: str, claimed: FileType):
    if claimed is type_by_name(name):
        return
    with pytest.raises(UnusableFile, match=rf"the name says {claimed.value.upper()}") as refused:
        check_type(f"x.{claimed.value}", SAMPLES[name])
    assert refused.value.fault is Fault.NOT_THE_TYPE
    assert [problem.field for problem in refused.value.problems] == ["file_name"]


@pytest.mark.parametrize("name", ["part", "part.exe", ".stl", "part.stl.zip", ""])
def test_a_name_that_claims_nothing_we_read_is_refused(name: str):
    with pytest.raises(UnusableFile, match="must end in one of 3mf, obj, ply, step, stl, stp"):
        type_by_name(name)


def test_letter_case_of_the_name_does_not_matter():
    assert type_by_name("Flansch.STEP") is FileType.STEP


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_at_without_falling_over(data: bytes):
    assert type_by_content(data) in {None, *FileType}


def test_bytes_that_show_nothing_are_left_to_the_claimed_reader():
    assert check_type("cut.stl", stl(box(1, 2, 3))[:-7]) is FileType.STL
