"""Which papers are taken: 43 types by their extension and, where a type has any, by its first bytes."""

from collections.abc import Callable, Mapping

from makeline.kernel.errors import FieldProblem, Invalid

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_POSTSCRIPT = (b"%!PS", b"\xc5\xd0\xd3\xc6")
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# How far a PDF or a STEP file may begin behind the first byte.
_LATE = 1024

Test = Callable[[bytes], bool]


def _anything(_: bytes) -> bool:
    return True


def _begins(*starts: bytes) -> Test:
    return lambda data: data.startswith(starts)


def _holds(word: bytes) -> Test:
    return lambda data: word in data[:_LATE]


def _markup(data: bytes) -> bool:
    """XML of any encoding: the first thing that is no space is a bracket."""
    for mark in _MARKS:
        data = data.removeprefix(mark)
    return data[:_LATE].replace(b"\x00", b"").lstrip()[:1] == b"<"


def _tape(data: bytes) -> bool:
    return data[257:262] == b"ustar"


_TESTS: Mapping[str, Test] = {
    "3ds": _begins(b"MM"),
    "7z": _begins(b"7z\xbc\xaf\x27\x1c"),
    "ai": _begins(b"%PDF-", *_POSTSCRIPT),
    "blend": _begins(b"BLENDER", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"),
    "bmp": _begins(b"BM"),
    "dae": _markup,
    "doc": _begins(_OLE),
    "docx": _begins(*_ZIP),
    "dwg": _begins(b"AC1", b"MC0.0", b"AC2.", b"AC0"),
    "dxf": _anything,
    "eps": _begins(*_POSTSCRIPT),
    "fbx": _anything,
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "gz": _begins(b"\x1f\x8b"),
    "html": _anything,
    "iges": _anything,
    "igs": _anything,
    "jpeg": _begins(b"\xff\xd8\xff"),
    "jpg": _begins(b"\xff\xd8\xff"),
    "md": _anything,
    "obj": _anything,
    "pdf": _holds(b"%PDF-"),
    "ply": _begins(b"ply"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "ppt": _begins(_OLE),
    "pptx": _begins(*_ZIP),
    "rar": _begins(b"Rar!\x1a\x07"),
    "rtf": _begins(b"{\\rtf"),
    "sat": _anything,
    "sldasm": _anything,
    "sldprt": _anything,
    "step": _holds(b"ISO-10303-21"),
    "stl": _anything,
    "stp": _holds(b"ISO-10303-21"),
    "svg": _markup,
    "tar": _tape,
    "tif": _begins(*_TIFF),
    "tiff": _begins(*_TIFF),
    "txt": _anything,
    "xls": _begins(_OLE, b"\x09\x08"),
    "xlsx": _begins(*_ZIP),
    "xml": _markup,
    "zip": _begins(*_ZIP),
}
DOCUMENT_TYPES = tuple(_TESTS)


def document_type(name: str, data: bytes) -> str:
    """The type of a paper: its extension, if its first bytes do not say otherwise; raises ``Invalid``."""
    stem, _, extension = name.rpartition(".")
    found = extension.lower() if stem else ""
    test = _TESTS.get(found)
    if test is None:
        raise Invalid(
            FieldProblem("file_name", f"must end in one of: {' '.join(DOCUMENT_TYPES)}", name[:100])
        )
    if not data:
        raise Invalid(FieldProblem("file_data", "is empty"))
    if not test(data):
        raise Invalid(FieldProblem("file_data", f"does not begin like a file of type {found}"))
    return found
