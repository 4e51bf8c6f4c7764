"""Cover fit: which part of a picture fills a box."""

from dataclasses import dataclass
from fractions import Fraction

from makeline.cases.designs.boxes import Box
from makeline.cases.designs.spec import View


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of the (turned) picture that shows, in its own pixels; ``scale`` is box pixels per picture pixel."""

    left: Fraction
    top: Fraction
    width: Fraction
    height: Fraction
    scale: Fraction


def crop_to_cover(*, width_px: int, height_px: int, box: Box, view: View) -> Crop:
    """The largest part of a picture with the box's proportion, divided by the zoom, moved by the shift.

    ``width_px`` and ``height_px`` are those of the picture before its turn.
    """
    if view.turn in (90, 270):
        width_px, height_px = height_px, width_px
    scale = max(Fraction(box.width, width_px), Fraction(box.height, height_px)) * Fraction(view.zoom)
    width, height = box.width / scale, box.height / scale
    left = (width_px - width) * (1 + Fraction(view.shift_x)) / 2
    top = (height_px - height) * (1 + Fraction(view.shift_y)) / 2
    return Crop(left, top, width, height, scale)
