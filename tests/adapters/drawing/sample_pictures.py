"""Pictures good and bad, made here so that every byte of them is known."""

import io
import random
import struct
import zlib

from PIL import Image, ImageDraw

Size = tuple[int, int]


def photo(size: Size = (800, 600)) -> Image.Image:
    """A colourful picture with detail: red corner top left, green top right, blue bottom left."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    pen.rectangle((width * 3 // 4, 0, width, height // 4), fill=(20, 200, 20))
    pen.rectangle((0, height * 3 // 4, width // 4, height), fill=(20, 20, 220))
    dice = random.Random(7)
    for _ in range(40):
        x, y = dice.randrange(width), dice.randrange(height)
        pen.line((x, y, dice.randrange(width), dice.randrange(height)), fill=(x % 256, y % 256, 90), width=3)
    return image


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of a kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One PNG chunk with a true checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(size: Size, rows: bytes, *, depth: int = 8, colour: int = 0, before: bytes = b"") -> bytes:
    """A PNG that claims a size and holds the rows given, whatever they are."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(rows, 1))
    return b"\x89PNG\r\n\x1a\n" + header + before + pixels + png_chunk(b"IEND", b"")


def jpeg_claiming(raw: bytes, size: Size) -> bytes:
    """The same JPEG with another size written into its frame header."""
    place = next(
        at
        for at in range(2, len(raw))
        if raw[at] == 0xFF and raw[at + 1] in {0xC0, 0xC2} and raw[at + 2] == 0
    )
    return raw[: place + 5] + struct.pack(">HH", size[1], size[0]) + raw[place + 9 :]


def opened(data: bytes) -> Image.Image:
    """The image of a file."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
