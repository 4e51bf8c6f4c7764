"""What a PNG says of itself besides its pixels: resolution, colour space, the design it came from. Pure."""

import struct
import zlib
from collections.abc import Iterator

DESIGN_KEY = "makeline:design"
_SIGNATURE_AND_HEADER = 33
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_METRE = 1


def described(png: bytes, *, pixels_per_metre: int, texts: dict[str, str]) -> bytes:
    """The PNG with resolution, the mark of sRGB and texts, and without anything else but its pixels."""
    pixels = b"".join(chunk for name, chunk in _chunks(png) if name in _KEPT and name != b"IHDR")
    said = _chunk(b"sRGB", b"\x00")
    said += _chunk(b"pHYs", struct.pack(">IIB", pixels_per_metre, pixels_per_metre, _METRE))
    for key, text in texts.items():
        said += _chunk(b"tEXt", key.encode("latin-1") + b"\x00" + text.encode("latin-1"))
    return png[:_SIGNATURE_AND_HEADER] + said + pixels


def chunks_of(png: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of every chunk, in order."""
    return [(name, chunk[8:-4]) for name, chunk in _chunks(png)]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        end = place + 12 + length
        yield png[place + 4 : place + 8], png[place:end]
        place = end


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
