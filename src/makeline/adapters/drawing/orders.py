"""A layout as the plain JSON that a drawing process reads."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import ROUND_HALF_UP
from typing import Any

from makeline.adapters.drawing.picture_header import read_header
from makeline.cases.catalog.artwork import artwork_drawing
from makeline.cases.designs.layout import Layout, PlacedPicture
from makeline.cases.designs.renderer import PictureMissing
from makeline.cases.designs.verdict import Finding


def compose_order(layout: Layout, pictures: Mapping[str, bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The order and the pictures it numbers, each once; raises ``PictureMissing``, ``PictureRefused``."""
    wanted = list(dict.fromkeys(placed.sha256 for placed in layout.pictures))
    missing = [sha256 for sha256 in wanted if sha256 not in pictures]
    if missing:
        raise PictureMissing("the design names pictures that are not here", missing=missing)
    blobs = [pictures[sha256] for sha256 in wanted]
    # Clean pictures are ours: written anew, one may well be larger than the upload it came from might be.
    headers = [read_header(blob) for blob in blobs]
    pictured = len(blobs)
    artwork = [f"stickers/{placed.sticker_id}" for placed in layout.stickers]
    if layout.backdrop is not None:
        artwork.append(f"backgrounds/{layout.backdrop}")
    drawings = {name: pictured + index for index, name in enumerate(dict.fromkeys(artwork))}
    blobs += [artwork_drawing(name) for name in drawings]
    order = {
        "design": layout.design,
        "width_px": layout.canvas.width_px,
        "height_px": layout.canvas.height_px,
        "pixels_per_metre": int((layout.canvas.px_per_mm * 1000).to_integral_value(ROUND_HALF_UP)),
        "background": layout.background,
        "film_base": layout.film_base,
        "backdrop": None if layout.backdrop is None else drawings[f"backgrounds/{layout.backdrop}"],
        "frame_radius_px": layout.frame_radius_px,
        "stickers": [
            {
                "blob": drawings[f"stickers/{placed.sticker_id}"],
                "box": asdict(placed.box),
                "turn": placed.turn,
            }
            for placed in layout.stickers
        ],
        "perforations": [asdict(hole) for hole in layout.perforations],
        "corner_radius_px": layout.corner_radius_px,
        "opening": None if layout.opening is None else asdict(layout.opening),
        "lettering": None if layout.lettering is None else asdict(layout.lettering),
        "pictures": [
            {
                "blob": wanted.index(placed.sha256),
                "kind": headers[wanted.index(placed.sha256)].kind,
                "width_px": headers[wanted.index(placed.sha256)].width_px,
                "height_px": headers[wanted.index(placed.sha256)].height_px,
                "box": asdict(placed.box),
                "view": _view(placed),
            }
            for placed in layout.pictures
        ],
    }
    return order, blobs


def overlay_order(
    layout: Layout, pictures: Mapping[str, bytes], findings: Sequence[Finding]
) -> tuple[dict[str, Any], list[bytes]]:
    """The same with the safe zone and what was found."""
    order, blobs = compose_order(layout, pictures)
    found = [
        {"code": finding.code, "grade": finding.grade, "box": asdict(finding.box)} for finding in findings
    ]
    return {**order, "safe": asdict(layout.safe), "findings": found}, blobs


def _view(placed: PlacedPicture) -> dict[str, Any]:
    view = placed.view
    return {
        "zoom": str(view.zoom),
        "shift_x": str(view.shift_x),
        "shift_y": str(view.shift_y),
        "turn": view.turn,
    }
