"""What a picture's first bytes say of it, read without decoding anything. Pure; trusts nothing."""

import struct
from dataclasses import dataclass, replace
from enum import StrEnum

from makeline.cases.designs.renderer import (
    LARGEST_PICTURE_BYTES,
    LONGEST_SIDE_PX,
    MOST_PIXELS,
    PictureMoves,
    PictureTooLarge,
    PictureType,
    PictureUnreadable,
)

# Real pictures have a few dozen segments before their pixels; the rest is somebody's attempt to keep us busy.
_MOST_SEGMENTS = 2000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_JPEG_BARE_MARKERS = {0x01, *range(0xD0, 0xD9)}
_WEBP_MOVES = 0x02


class PictureKind(StrEnum):
    """The three kinds we take."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Kind and claimed size; ``subsampled`` whether a JPEG stores colour at half resolution."""

    kind: PictureKind
    width_px: int
    height_px: int
    moves: bool = False
    subsampled: bool = True


def check_header(raw: bytes) -> PictureHeader:
    """The header of an acceptable picture.

    Raises ``PictureTooLarge``, ``PictureType``, ``PictureMoves``, ``PictureUnreadable``. Bytes after the picture's
    end are no reason to refuse: telephones append films and depth maps, and what is written anew leaves them out.
    """
    if len(raw) > LARGEST_PICTURE_BYTES:
        raise PictureTooLarge("pictures of up to 25 MiB are welcome", bytes=len(raw))
    header = read_header(raw)
    if header.width_px <= 0 or header.height_px <= 0:
        raise PictureUnreadable("the picture has no pixels")
    if max(header.width_px, header.height_px) > LONGEST_SIDE_PX:
        raise PictureTooLarge(
            "a side of a picture may have up to 16,000 pixels",
            width=header.width_px,
            height=header.height_px,
        )
    if header.width_px * header.height_px > MOST_PIXELS:
        raise PictureTooLarge(
            "pictures of up to 40 megapixels are welcome", width=header.width_px, height=header.height_px
        )
    if header.moves:
        raise PictureMoves("an animation cannot be printed; please send one still picture")
    return header


def read_header(raw: bytes) -> PictureHeader:
    """Kind and claimed size by the bytes alone, never by a name; raises ``PictureType``, ``PictureUnreadable``."""
    try:
        if raw.startswith(_PNG_SIGNATURE):
            return _png(raw)
        if raw.startswith(b"\xff\xd8\xff"):
            return _jpeg(raw)
        if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            return _webp(raw)
    except (struct.error, IndexError) as error:
        raise PictureUnreadable("the picture is cut short") from error
    if raw[4:8] == b"ftyp":
        raise PictureType("HEIC and AVIF pictures are not read; please send JPEG, PNG or WebP")
    raise PictureType("only JPEG, PNG and WebP pictures are read")


def _png(raw: bytes) -> PictureHeader:
    length, name, width, height = struct.unpack_from(">I4sII", raw, 8)
    if (length, name) != (13, b"IHDR"):
        raise PictureUnreadable("the PNG does not begin as a PNG does")
    header = PictureHeader(PictureKind.PNG, width, height)
    place = 8
    for _ in range(_MOST_SEGMENTS):
        length, name = struct.unpack_from(">I4s", raw, place)
        if name == b"acTL":
            header = replace(header, moves=True)
        if name == b"IDAT":
            return header
        place += 12 + length
    raise PictureUnreadable("the PNG has no pixels")


def _jpeg(raw: bytes) -> PictureHeader:
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if raw[place] != 0xFF:
            raise PictureUnreadable("the JPEG is damaged")
        while raw[place] == 0xFF:
            place += 1
        marker = raw[place]
        place += 1
        if marker in _JPEG_BARE_MARKERS:
            continue
        if marker in _JPEG_FRAMES:
            height, width, parts = struct.unpack_from(">HHB", raw, place + 3)
            sampling = {raw[place + 9 + 3 * part] for part in range(parts)}
            return PictureHeader(PictureKind.JPEG, width, height, subsampled=sampling != {0x11})
        place += max(struct.unpack_from(">H", raw, place)[0], 2)
    raise PictureUnreadable("the JPEG has no pixels")


def _webp(raw: bytes) -> PictureHeader:
    form = raw[12:16]
    if form == b"VP8X":
        flags = raw[20]
        width = 1 + int.from_bytes(raw[24:27], "little")
        height = 1 + int.from_bytes(raw[27:30], "little")
        if len(raw) < 30:
            raise PictureUnreadable("the picture is cut short")
        return PictureHeader(PictureKind.WEBP, width, height, moves=bool(flags & _WEBP_MOVES))
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", raw, 21)
        return PictureHeader(PictureKind.WEBP, 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", raw, 26)
        return PictureHeader(PictureKind.WEBP, width & 0x3FFF, height & 0x3FFF)
    raise PictureUnreadable("the WebP is damaged")
