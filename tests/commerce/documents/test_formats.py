"""Types of documents: the extension says it, the first bytes may not say otherwise."""

import pytest

from makeline.commerce.documents.formats import DOCUMENT_TYPES, document_type
from makeline.kernel.errors import Invalid

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STARTS = {
    "3ds": b"MM\x00\x00", "7z": b"7z\xbc\xaf\x27\x1c", "ai": b"%PDF-1.5", "blend": b"BLENDER-v300", "bmp": b"BM",
    "dae": b"<?xml", "doc": OLE, "docx": b"PK\x03\x04", "dwg": b"AC1032", "dxf": b"0\nSECTION", "eps": b"%!PS-Adobe",
    "fbx": b"Kaydara FBX Binary", "gif": b"GIF89a", "gz": b"\x1f\x8b\x08", "html": b"<p>", "iges": b" " * 72 + b"S",
    "igs": b" " * 72 + b"S", "jpeg": b"\xff\xd8\xff\xe0", "jpg": b"\xff\xd8\xff\xe1", "md": b"# x", "obj": b"v 0 0 0",
    "pdf": b"\xef\xbb\xbf%PDF-1.4", "ply": b"ply\n", "png": b"\x89PNG\r\n\x1a\n", "ppt": OLE, "pptx": b"PK\x03\x04",
    "rar": b"Rar!\x1a\x07\x01", "rtf": b"{\\rtf1", "sat": b"400 0 1", "sldasm": OLE, "sldprt": b"\x00\x01",
    "step": b"ISO-10303-21;", "stl": b"solid x", "stp": b"/* x */ ISO-10303-21;", "svg": b"\xef\xbb\xbf\n <svg",
    "tar": b"\x00" * 257 + b"ustar\x00", "tif": b"II*\x00", "tiff": b"MM\x00*", "txt": b"x", "xls": OLE,
    "xlsx": b"PK\x03\x04", "xml": "\ufeff<a/>".encode("utf-16-le"), "zip": b"PK\x05\x06",
}  # fmt: skip
WITHOUT_START = {
    "dxf", "fbx", "html", "iges", "igs", "md", "obj", "sat", "sldasm", "sldprt", "stl", "txt",
}  # fmt: skip


def test_there_are_forty_three_types_and_no_other():
    assert sorted(STARTS) == sorted(DOCUMENT_TYPES)
    assert len(DOCUMENT_TYPES) == 43


@pytest.mark.parametrize("kind", STARTS)
def test_a_file_that_begins_like_its_type_is_taken_in_any_case(kind: str):
    assert document_type(f"a.{kind.upper()}", STARTS[kind]) == kind


@pytest.mark.parametrize("kind", sorted(STARTS.keys() - WITHOUT_START))
def test_a_program_that_calls_itself_a_paper_is_refused(kind: str):
    with pytest.raises(Invalid, match="does not begin"):
        document_type(f"a.{kind}", b"MZ\x90\x00" + b"\x00" * 600)


@pytest.mark.parametrize("name", ["a.exe", "a", ".pdf", "a.pdf.exe", "a.", "pdf"])
def test_every_other_name_is_refused(name: str):
    with pytest.raises(Invalid, match="must end in"):
        document_type(name, b"%PDF-")
