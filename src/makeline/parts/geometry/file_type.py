"""Which kind of CAD file somebody sent: told by its bytes, and held against its name."""

import re
from enum import StrEnum
from pathlib import PurePath

from makeline.parts.geometry.facts import Fault, UnusableFile

# So many bytes from the beginning tell the type.
LOOKED_AT = 65_536
_OBJ_LINE = re.compile(rb"^[ \t]*v[ \t]+[-+.0-9]", re.MULTILINE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FileType(StrEnum):
    """The kinds of files that can be measured; the value is the extension we write."""

    STL = "stl"
    OBJ = "obj"
    PLY = "ply"
    THREE_MF = "3mf"
    STEP = "step"


_EXTENSIONS = {**{kind.value: kind for kind in FileType}, "stp": FileType.STEP}


def type_by_name(file_name: str) -> FileType:
    """The type that the extension claims; raises ``UnusableFile`` for a name without a known one."""
    found = _EXTENSIONS.get(PurePath(file_name).suffix[1:].lower())
    if found is None:
        known = ", ".join(sorted(_EXTENSIONS))
        raise UnusableFile(Fault.NOT_THE_TYPE, f"the name must end in one of {known}", field="file_name")
    return found


def type_by_content(data: bytes | memoryview, *, size: int | None = None) -> FileType | None:
    """The type that the bytes show; None when they show none. With ``size``, ``data`` is only the beginning."""
    # The length decides first: a binary STL may begin with any eighty bytes.
    whole = len(data) if size is None else size
    if len(data) >= 84 and whole == 84 + 50 * int.from_bytes(data[80:84], "little"):
        return FileType.STL
    head = bytes(data[:LOOKED_AT])
    if head.startswith(b"PK\x03\x04"):
        return FileType.THREE_MF
    if re.match(rb"ply\s", head):
        return FileType.PLY
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"ISO-10303-21"):
        return FileType.STEP
    if b"\0" in head:
        return None
    if text[:5].lower() == b"solid":
        return FileType.STL
    return FileType.OBJ if _OBJ_LINE.search(head) else None


def check_type(file_name: str, data: bytes | memoryview, *, size: int | None = None) -> FileType:
    """The type of a file whose name and bytes agree; raises ``UnusableFile`` naming the field to correct.

    Bytes that show no type at all are left to the reader of the claimed one, which knows best what is wrong.
    """
    claimed, found = type_by_name(file_name), type_by_content(data, size=size)
    if found is not None and found is not claimed:
        raise UnusableFile(
            Fault.NOT_THE_TYPE,
            f"the name says {claimed.value.upper()}, the bytes are {found.value.upper()}",
            field="file_name",
        )
    return claimed
