"""Stand-ins for two libraries that the CAD kernel asks for and never calls, because nothing here has a screen.

The kernel's drawing part is linked to OpenGL and X11; the loader refuses the whole kernel where they are missing. A
shared object of a few kilobytes that bears their names, and the names of their functions without any function behind
them, satisfies it. A call would end the process, which is a limited one.
"""

import ctypes
import importlib.util
import os
import platform
import re
import struct
from collections.abc import Sequence
from pathlib import Path

_MACHINES = {"x86_64": 62, "aarch64": 183}
_NAME = re.compile(rb"(?:gl|X)[A-Z]\w*")
_ASKING = ("libTKOpenGl*", "libTKService*")
_HEAD, _SEGMENT, _SYMBOL = 64, 56, 24
_DYNAMIC_SYMBOLS, _UNDEFINED = 11, 0
# A function of this object that lies at an address of its own: one where nothing is.
_FUNCTION, _ABSOLUTE, _NOWHERE = 0x12, 0xFFF1, 1


def stand_in_for_screens() -> None:
    """Load both stand-ins; does nothing where the kernel is not installed or the machine is an unknown one."""
    machine = _MACHINES.get(platform.machine())
    kernel = importlib.util.find_spec("OCP")
    if machine is None or kernel is None or kernel.origin is None:
        return
    libraries = Path(kernel.origin).parent.parent / "cadquery_ocp_novtk.libs"
    asked = {
        name for part in _ASKING for path in libraries.glob(part) for name in missing_names(path.read_bytes())
    }
    # Both stay open: the loader knows a library by its path, and a closed number would be given out again.
    for library, names in ((b"libGL.so.1", sorted(asked)), (b"libX11.so.6", [])):
        place = os.memfd_create(library.decode())
        os.write(place, shared_object(library, names, machine=machine))
        ctypes.CDLL(f"/proc/self/fd/{place}", mode=ctypes.RTLD_GLOBAL)


def missing_names(library: bytes) -> list[bytes]:
    """The functions of OpenGL and X11 that an ELF file uses and does not define."""
    (sections,) = struct.unpack_from("<Q", library, 40)
    size, count = struct.unpack_from("<HH", library, 58)
    heads = [struct.unpack_from("<IIQQQQII", library, sections + size * place) for place in range(count)]
    found = list[bytes]()
    for _, kind, _, _, at, length, strings, _ in heads:
        if kind == _DYNAMIC_SYMBOLS:
            for name, _, _, section, _, _ in struct.iter_unpack("<IBBHQQ", library[at : at + length]):
                if section == _UNDEFINED:
                    start = heads[strings][4] + name
                    found.append(library[start : library.index(b"\0", start)])
    return [name for name in found if _NAME.fullmatch(name)]


def shared_object(library: bytes, functions: Sequence[bytes], *, machine: int) -> bytes:
    """An ELF file of one segment that claims to be ``library`` and to define ``functions``."""
    strings, symbols = b"\0" + library + b"\0", bytes(_SYMBOL)
    for name in functions:
        symbols += struct.pack("<IBBHQQ", len(strings), _FUNCTION, 0, _ABSOLUTE, _NOWHERE, 0)
        strings += name + b"\0"
    hashes = _one_chain(len(functions))
    symbols_at = _HEAD + 2 * _SEGMENT
    hashes_at = symbols_at + len(symbols)
    strings_at = hashes_at + len(hashes)
    table_at = (strings_at + len(strings) + 7) // 8 * 8
    # Its own name, where the hashes, strings and symbols are, how long the strings and one symbol are, the end.
    entries = (
        (14, 1),
        (4, hashes_at),
        (5, strings_at),
        (6, symbols_at),
        (10, len(strings)),
        (11, _SYMBOL),
        (0, 0),
    )
    table = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    size = table_at + len(table)
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, _HEAD, 0, 0, _HEAD, _SEGMENT, 2, 64, 0, 0
    )
    whole = struct.pack("<IIQQQQQQ", 1, 6, 0, 0, 0, size, size, 0x10000)
    dynamic = struct.pack("<IIQQQQQQ", 2, 6, table_at, table_at, table_at, len(table), len(table), 8)
    return (head + whole + dynamic + symbols + hashes + strings).ljust(table_at, b"\0") + table


def _one_chain(count: int) -> bytes:
    """A table of hashes with a single bucket, through which every name is found."""
    chain = [0, *range(2, count + 1), 0] if count else [0]
    return struct.pack(f"<III{count + 1}I", 1, count + 1, 1 if count else 0, *chain)
