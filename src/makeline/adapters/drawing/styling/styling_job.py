"""Cutting a photograph for a print, and making a picture of it in one of our styles. Runs in a confined process."""

from decimal import Decimal
from typing import Any

import numpy as np
import pyvips

from makeline.adapters.drawing.pixels import damaged, open_picture
from makeline.adapters.drawing.styling.recipes import RECIPES
from makeline.adapters.drawing.styling.sheet import image_of, sheet_of
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.cover import crop_to_cover
from makeline.cases.designs.spec import View
from makeline.foundation.limited_jobs import JobRefused

_QUALITY = 93


def cut(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: kind and size of the photograph, the ``view``, the print's ``need``. Out: size, enlarged; the JPEG."""
    try:
        return _cut(header, blobs[0])
    except pyvips.Error as error:
        raise damaged(error) from error


def style(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: template, style, seed, the print's ``need``. Blobs in: the cut JPEG; out: the picture, of that size."""
    recipe = RECIPES.get((header["template"], header["style"]))
    if recipe is None:
        raise JobRefused("NO_RECIPE", "nobody has written a recipe for this style")
    width, height = header["need"]
    try:
        photo = open_picture(blobs[0], "jpeg").copy_memory()
        sized = photo.resize(width / photo.width, vscale=height / photo.height)
        made = recipe(sheet_of(sized), np.random.default_rng(header["seed"]))
        data = image_of(made.astype(np.float32)).jpegsave_buffer(Q=_QUALITY, subsample_mode="off", keep=0)
    except pyvips.Error as error:
        raise damaged(error) from error
    return {"width_px": width, "height_px": height}, [data]


def _cut(header: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], list[bytes]]:
    figures = header["view"]
    view = View(
        Decimal(figures["zoom"]), Decimal(figures["shift_x"]), Decimal(figures["shift_y"]), figures["turn"]
    )
    box = Box(0, 0, *header["need"])
    part = crop_to_cover(width_px=header["width_px"], height_px=header["height_px"], box=box, view=view)
    image = open_picture(raw, header["kind"])
    if image.hasalpha():
        image = image.flatten(background=[255.0, 255.0, 255.0])
    if image.bands != 3:
        image = image.colourspace("srgb")
    if view.turn:
        image = image.copy_memory().rot(f"d{view.turn}")
    left, top = max(int(part.left), 0), max(int(part.top), 0)
    width = min(max(round(part.width), 1), image.width - left)
    height = min(max(round(part.height), 1), image.height - top)
    image = image.crop(left, top, width, height)
    enlarged = max(box.width / width, box.height / height, 1.0)
    if enlarged == 1.0:
        image = image.resize(box.width / width, vscale=box.height / height)
    data = image.copy(interpretation="srgb").jpegsave_buffer(Q=_QUALITY, subsample_mode="off", keep=0)
    return {"width_px": image.width, "height_px": image.height, "enlarged": enlarged}, [data]
