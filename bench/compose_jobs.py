"""The peers and the limit of B7 as jobs of a confined process, so that all contenders are measured alike."""

import io
from typing import Any

import pyvips
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

pyvips.cache_set_max(0)
Answer = tuple[dict[str, Any], list[bytes]]


def pillow(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Print and proof with Pillow: cover fit, text with an edge, resolution and design written in.

    ``compress_level`` None leaves the library's default.
    """
    width, height = header["width_px"], header["height_px"]
    picture = Image.open(io.BytesIO(blobs[0]))
    scale = max(width / picture.width, height / picture.height)
    left = (picture.width - width / scale) / 2
    sheet = picture.convert("RGB").resize(
        (width, height), Image.Resampling.LANCZOS, box=(left, 0, left + width / scale, picture.height)
    )
    lettering = header["lettering"]
    font = ImageFont.truetype(header["font_file"], lettering["size_px"])
    for line in lettering["lines"]:
        ImageDraw.Draw(sheet).text(
            (line["centre"], line["baseline"]),
            line["text"],
            fill=lettering["colour"],
            font=font,
            anchor="ms",
            stroke_width=lettering["size_px"] // 20,
            stroke_fill="#000000",
        )
    return {}, [_png(sheet, header), _png(_proof(sheet, header), header)]


def _proof(sheet: Image.Image, header: dict[str, Any]) -> Image.Image:
    scale = 600 / sheet.width
    small = sheet.resize((600, round(sheet.height * scale)), Image.Resampling.LANCZOS)
    shape = Image.new("L", small.size)
    whole = (0, 0, small.width - 1, small.height - 1)
    ImageDraw.Draw(shape).rounded_rectangle(whole, header["corner_radius_px"] * scale, fill=255)
    box = header["opening"]["box"]
    hole = [edge * scale for edge in (box["left"], box["top"])]
    hole += [(box["left"] + box["width"]) * scale, (box["top"] + box["height"]) * scale]
    pen = ImageDraw.Draw(small)
    pen.rounded_rectangle(hole, header["opening"]["corner_radius_px"] * scale, fill="#26282c")
    pen.rounded_rectangle(whole, header["corner_radius_px"] * scale, outline="#26282c", width=3)
    small.putalpha(shape)
    return small


def _png(image: Image.Image, header: dict[str, Any]) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("makeline:design", header["design"])
    file = io.BytesIO()
    level = header["compress_level"]
    options = {} if level is None else {"compress_level": level}
    dots = header["pixels_per_metre"] * 0.0254
    image.save(file, "png", pnginfo=said, dpi=(dots, dots), **options)
    return file.getvalue()


def decode_and_encode(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """The floor of the job: decode every row of the JPEG, write a PNG of the print's size; nothing between."""
    photo = pyvips.Image.jpegload_buffer(blobs[0], access="sequential")
    cut = photo.crop((photo.width - header["width_px"]) // 2, 0, header["width_px"], photo.height)
    sheet = cut.embed(0, 0, header["width_px"], header["height_px"])
    return {}, [sheet.pngsave_buffer(compression=1, filter=0x20, keep=0)]
