"""Drawing a print and its proof from the same pixels. Runs in a confined process."""

from decimal import Decimal
from typing import Any

import pyvips

from makeline.adapters.drawing.drawings import (
    backdrop_drawing,
    case_shape_drawing,
    film_band_drawing,
    findings_drawing,
    halo_margin,
    proof_drawing,
    sticker_drawing,
    test_card_drawing,
    text_drawing,
)
from makeline.adapters.drawing.pixels import damaged, drawing, open_picture, plain, rgb
from makeline.adapters.drawing.png_chunks import DESIGN_KEY, described
from makeline.adapters.drawing.read_job import KEEP_NOTHING, PNG_COMPRESSION, PNG_FILTER_UP
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.cover import crop_to_cover
from makeline.cases.designs.spec import View

PROOF_WIDTH_PX = 600
_TEST_CARD_PX = (1390, 2905)


def compose(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: an order as ``orders.compose_order`` writes it, blobs the pictures it numbers. Out: print, proof."""
    try:
        # The one place where all pixels are held: print and proof are both written from here.
        sheet = _adorned(_filled(header, blobs), header["stickers"], blobs)
        sheet = _lettered(sheet, header["lettering"]).copy_memory()
        return {}, [_print(sheet, header), _proof(sheet, header)]
    except pyvips.Error as error:
        raise damaged(error) from error


def overlay(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: an order as ``orders.overlay_order`` writes it. Out: the design with what was found on it."""
    try:
        sheet = _adorned(_filled(header, blobs), header["stickers"], blobs)
        sheet = _lettered(sheet, header["lettering"])
        scale = PROOF_WIDTH_PX / sheet.width
        small = sheet.resize(scale).copy_memory()
        marks = drawing(findings_drawing(header, width=small.width, height=small.height, scale=scale))
        return {}, [_png(small.composite2(marks, "over").flatten().cast("uchar"))]
    except pyvips.Error as error:
        raise damaged(error) from error


def draw_test_card(header: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: lines of text. Out: kind, size and the card."""
    width, height = _TEST_CARD_PX
    card = drawing(test_card_drawing(width=width, height=height, lines=header["lines"])).flatten()
    return {"kind": "png", "width_px": width, "height_px": height}, [_png(card)]


def _filled(header: dict[str, Any], blobs: list[bytes]) -> pyvips.Image:
    width, height = header["width_px"], header["height_px"]
    pictures = header["pictures"]
    bare = header["backdrop"] is None
    if (
        bare
        and len(pictures) == 1
        and pictures[0]["box"] == {"left": 0, "top": 0, "width": width, "height": height}
    ):
        return fitted(pictures[0], blobs, header["background"])
    sheet = plain(width, height, header["film_base"] or header["background"])
    if header["backdrop"] is not None and not header["film_base"]:
        svg = blobs[header["backdrop"]].decode()
        sheet = drawing(backdrop_drawing(svg, width=width, height=height)).flatten().copy_memory()
    for picture in pictures:
        # Each picture is drawn out at once, so that only one is ever being decoded.
        tile = fitted(picture, blobs, header["background"]).copy_memory()
        if header["frame_radius_px"]:
            shape = case_shape_drawing(width=tile.width, height=tile.height, radius=header["frame_radius_px"])
            tile = tile.bandjoin(drawing(shape)[3]).copy(interpretation="srgb")
            sheet = _laid_over(sheet, tile, picture["box"]["left"], picture["box"]["top"])
        else:
            sheet = sheet.insert(tile, picture["box"]["left"], picture["box"]["top"])
    return _perforated(sheet, header, blobs)


def fitted(picture: dict[str, Any], blobs: list[bytes], background: str) -> pyvips.Image:
    """The part of a picture that shows, at the size of its box."""
    box, raw, kind = Box(**picture["box"]), blobs[picture["blob"]], picture["kind"]
    figures = picture["view"]
    view = View(
        Decimal(figures["zoom"]), Decimal(figures["shift_x"]), Decimal(figures["shift_y"]), figures["turn"]
    )
    crop = crop_to_cover(width_px=picture["width_px"], height_px=picture["height_px"], box=box, view=view)
    shrink = next((step for step in (8, 4, 2) if crop.scale * step <= 1), 1) if kind == "jpeg" else 1
    image = open_picture(raw, kind, shrink=shrink)
    if image.hasalpha():
        image = image.flatten(background=rgb(background))
    if image.bands != 3:
        image = image.colourspace("srgb")
    if view.turn:
        image = image.copy_memory().rot(f"d{view.turn}")
    left, top = max(int(crop.left / shrink), 0), max(int(crop.top / shrink), 0)
    right = min(-int(-(crop.left + crop.width) // shrink), image.width)
    bottom = min(-int(-(crop.top + crop.height) // shrink), image.height)
    part = image.crop(left, top, right - left, bottom - top)
    sized = part.resize(box.width / part.width, vscale=box.height / part.height)
    if (sized.width, sized.height) != (box.width, box.height):
        sized = sized.embed(0, 0, box.width, box.height, extend="copy")
    return sized.copy(interpretation="srgb")


def _perforated(sheet: pyvips.Image, header: dict[str, Any], blobs: list[bytes]) -> pyvips.Image:
    if not header["perforations"]:
        return sheet
    band = header["pictures"][0]["box"]["left"]
    for left in (0, header["width_px"] - band):
        edge = film_band_drawing(
            width=band,
            height=header["height_px"],
            film=header["film_base"],
            light=header["background"],
            left=left,
            holes=[hole for hole in header["perforations"] if left <= hole["left"] < left + band],
        )
        sheet = sheet.insert(drawing(edge).flatten(), left, 0)
    return sheet if header["backdrop"] is None else _seen_through(sheet, header, blobs)


def _seen_through(sheet: pyvips.Image, header: dict[str, Any], blobs: list[bytes]) -> pyvips.Image:
    """The backdrop behind the perforations of a film."""
    svg = blobs[header["backdrop"]].decode()
    behind = drawing(backdrop_drawing(svg, width=sheet.width, height=sheet.height)).flatten().copy_memory()
    for hole in header["perforations"]:
        box = Box(**hole)
        seen = behind.crop(box.left, box.top, box.width, box.height)
        shape = case_shape_drawing(width=box.width, height=box.height, radius=box.width // 4)
        seen = seen.bandjoin(drawing(shape)[3]).copy(interpretation="srgb")
        sheet = _laid_over(sheet, seen, box.left, box.top)
    return sheet


def _lettered(sheet: pyvips.Image, lettering: dict[str, Any] | None) -> pyvips.Image:
    if lettering is None:
        return sheet
    margin = halo_margin(lettering["size_px"])
    covers = Box(**lettering["box"]).turned(lettering["turn"])
    return _laid_over(sheet, drawing(text_drawing(lettering)), covers.left - margin, covers.top - margin)


def _adorned(sheet: pyvips.Image, stickers: list[dict[str, Any]], blobs: list[bytes]) -> pyvips.Image:
    for sticker in stickers:
        box, turn = Box(**sticker["box"]), sticker["turn"]
        picture = drawing(sticker_drawing(blobs[sticker["blob"]].decode(), side=box.width, turn=turn))
        covers = box.turned(turn)
        sheet = _laid_over(sheet, picture, covers.left, covers.top)
    return sheet


def _laid_over(sheet: pyvips.Image, over: pyvips.Image, left: int, top: int) -> pyvips.Image:
    """Something with alpha on the sheet; only the ground under it is blended, and what reaches over the edge is cut."""
    cut_left, cut_top = max(-left, 0), max(-top, 0)
    width = min(over.width - cut_left, sheet.width - max(left, 0))
    height = min(over.height - cut_top, sheet.height - max(top, 0))
    if width <= 0 or height <= 0:
        return sheet
    over = over.crop(cut_left, cut_top, width, height)
    sheet = sheet.copy_memory()
    ground = sheet.crop(left + cut_left, top + cut_top, width, height)
    blended = ground.composite2(over, "over").flatten()
    return sheet.insert(blended.cast("uchar"), left + cut_left, top + cut_top)


def _print(sheet: pyvips.Image, header: dict[str, Any]) -> bytes:
    return described(
        _png(sheet),
        pixels_per_metre=header["pixels_per_metre"],
        texts={DESIGN_KEY: header["design"], "Software": "Makeline"},
    )


def _proof(sheet: pyvips.Image, header: dict[str, Any]) -> bytes:
    scale = PROOF_WIDTH_PX / sheet.width
    small = sheet.resize(scale)
    size = {"width": small.width, "height": small.height, "radius": header["corner_radius_px"] * scale}
    shape = drawing(case_shape_drawing(**size))[3]
    over = drawing(proof_drawing(**size, scale=scale, opening=header["opening"]))
    proof = small.bandjoin(shape).composite2(over, "over").cast("uchar")
    return described(
        _png(proof),
        pixels_per_metre=round(header["pixels_per_metre"] * scale),
        texts={DESIGN_KEY: header["design"], "Software": "Makeline"},
    )


def _png(image: pyvips.Image) -> bytes:
    return image.pngsave_buffer(compression=PNG_COMPRESSION, filter=PNG_FILTER_UP, keep=KEEP_NOTHING)
