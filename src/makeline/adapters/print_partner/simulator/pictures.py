"""What a printer looks at in a picture: is it a PNG, how large, at what resolution, for which design."""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_METRE_PER_INCH = 0.0254
_LONGEST_TEXT_CHUNK = 64 * 1024
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Look:
    """Findings about a fetched picture. ``dpi`` is None when the file does not say."""

    sha256: str
    width: int | None = None
    height: int | None = None
    dpi: float | None = None
    design_hash: str | None = None
    problem: str | None = None


def look_at(body: bytes, canvas: tuple[int, int]) -> Look:
    """Check a picture against the canvas (pixels) of the shell it is meant for."""
    digest = sha256(body).hexdigest()
    if not body.startswith(_SIGNATURE):
        return Look(digest, problem="not a PNG")
    chunks = _chunks(body)
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13 or b"IEND" not in chunks:
        return Look(digest, problem="a PNG that is cut or damaged")
    width, height = struct.unpack(">II", header[:8])
    dpi = _dpi(chunks.get(b"pHYs", b""))
    design = _text(chunks.get(b"design", b""))
    problem = None
    if (width, height) != canvas:
        problem = f"{width} x {height} pixels, the shell needs {canvas[0]} x {canvas[1]}"
    elif dpi is None:
        problem = "no resolution in the file"
    return Look(digest, width, height, dpi, design, problem)


def _chunks(body: bytes) -> dict[bytes, bytes]:
    """The wanted chunks; the text chunk that names the design is kept under ``design``."""
    found: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at + 12 <= len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        if at + 12 + length > len(body):
            break
        if kind in (b"IHDR", b"pHYs", b"IEND"):
            found[kind] = body[at + 8 : at + 8 + length]
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and length <= _LONGEST_TEXT_CHUNK:
            name, _, rest = body[at + 8 : at + 8 + length].partition(b"\0")
            if b"design" in name.lower():
                found[b"design"] = _plain(kind, rest)
        at += 12 + length
        if kind == b"IEND":
            break
    return found


def _plain(kind: bytes, rest: bytes) -> bytes:
    try:
        if kind == b"zTXt":
            return zlib.decompressobj().decompress(rest[1:], _LONGEST_TEXT_CHUNK)
        if kind == b"iTXt":
            compressed, text = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
            return zlib.decompressobj().decompress(text, _LONGEST_TEXT_CHUNK) if compressed else text
    except zlib.error:
        return b""
    return rest


def _dpi(chunk: bytes) -> float | None:
    if len(chunk) != 9 or chunk[8] != 1:
        return None
    across = struct.unpack(">I", chunk[:4])[0]
    return round(across * _METRE_PER_INCH, 2) if across else None


def _text(value: bytes) -> str | None:
    return value.decode("utf-8", "replace")[:_LONGEST_TEXT] or None
