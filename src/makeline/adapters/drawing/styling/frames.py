"""What stands around and on a photograph: the frame of an instant picture, the date of a camera."""

import numpy as np
import pyvips

from makeline.adapters.drawing.styling.sheet import Sheet, blurred, px, rising, screened
from makeline.adapters.drawing.styling.textures import noise

# Seven segments of each sign, clockwise from the top, the middle one last.
_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
}
_ORANGE = (1.0, 0.45, 0.08)


def instant_framed(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """A white frame of card, wider at the foot, with a faint shadow where the picture lies in it."""
    height, width = sheet.shape[:2]
    side, top, foot = round(px(sheet, 62)), round(px(sheet, 150)), round(px(sheet, 330))
    inner_width, inner_height = width - 2 * side, height - top - foot
    # The picture is kept upright and whole in width; what does not fit goes at top and foot.
    scale = inner_width / width
    image = pyvips.Image.new_from_array(np.ascontiguousarray(sheet)).resize(scale)
    small = np.asarray(image.numpy(), np.float32)
    surplus = max(0, (small.shape[0] - inner_height) // 2)
    small = small[surplus : surplus + inner_height, :inner_width]
    card = np.full((height, width, 3), (0.965, 0.955, 0.93), np.float32)
    card += (noise(card, rng, 1.0) * 0.006 + noise(card, rng, 60) * 0.008)[:, :, None]
    opening = np.zeros((height, width), np.float32)
    opening[top : top + small.shape[0], side : side + small.shape[1]] = 1
    shade = blurred(opening, 5) * (1 - opening)
    card *= (1 - 0.35 * shade)[:, :, None]
    card[top : top + small.shape[0], side : side + small.shape[1]] = small
    edge = rising(blurred(opening, 2.2) * opening, 0.5, 0.95)
    return np.where(opening[:, :, None] > 0, card * (0.8 + 0.2 * edge)[:, :, None], card).astype(np.float32)


def date_stamped(sheet: Sheet, text: str) -> Sheet:
    """Glowing orange figures above the lower right corner."""
    height, width = sheet.shape[:2]
    tall = round(px(sheet, 42))
    wide, step = round(tall * 0.5), round(tall * 0.8)
    thick = max(2, tall // 9)
    figures = np.zeros((height, width), np.float32)
    left = width - round(px(sheet, 90)) - step * len(text)
    top = height - round(px(sheet, 210)) - tall
    for place, sign in enumerate(text):
        x = left + place * step
        if sign == "'":
            figures[top : top + tall // 4, x + wide - thick : x + wide] = 1
        for segment in _SEGMENTS.get(sign, ""):
            rows, columns = _segment(segment, tall, wide, thick)
            figures[top + rows.start : top + rows.stop, x + columns.start : x + columns.stop] = 1
    glow = blurred(figures, 0.6)[:, :, None] + blurred(figures, 5)[:, :, None] * 1.1
    return screened(sheet, glow * np.array(_ORANGE, np.float32))


def _segment(name: str, tall: int, wide: int, thick: int) -> tuple[slice, slice]:
    half = tall // 2
    return {
        "a": (slice(0, thick), slice(1, wide - 1)),
        "b": (slice(1, half), slice(wide - thick, wide)),
        "c": (slice(half + 1, tall - 1), slice(wide - thick, wide)),
        "d": (slice(tall - thick, tall), slice(1, wide - 1)),
        "e": (slice(half + 1, tall - 1), slice(0, thick)),
        "f": (slice(1, half), slice(0, thick)),
        "g": (slice(half - thick // 2, half - thick // 2 + thick), slice(1, wide - 1)),
    }[name]
