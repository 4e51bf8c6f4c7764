"""Light that was not in the photograph: glow, flash, leaks, neon, rays."""

import numpy as np

from makeline.adapters.drawing.styling.sheet import (
    Plane,
    Sheet,
    across,
    blurred,
    light_of,
    rising,
    screened,
)
from makeline.adapters.drawing.styling.tones import Colour


def glowing(
    sheet: Sheet,
    thousandths: float,
    strength: float,
    *,
    above: float = 0.55,
    colour: Colour = (1, 1, 1),
) -> Sheet:
    """Light parts shine into their surroundings."""
    bright = sheet * rising(light_of(sheet), above, 1.0)[:, :, None]
    halo = (blurred(bright, thousandths) + blurred(bright, thousandths * 3)) * 0.5
    return screened(sheet, halo * np.array(colour, np.float32) * np.float32(strength))


def dreaming(sheet: Sheet, thousandths: float, strength: float) -> Sheet:
    """The whole picture over itself, blurred and light: soft, and still sharp."""
    soft = blurred(sheet, thousandths)
    return sheet + (screened(sheet, soft * 0.55) - sheet) * np.float32(strength)


def flashed(sheet: Sheet, strength: float) -> Sheet:
    """A flash beside the lens: the middle burns, the edges drown."""
    x, y = across(sheet)
    near = np.exp(-(x * x * 1.1 + (y + 0.15) ** 2 * 1.3) * 1.6)
    lit = sheet * (0.42 + 1.05 * near[:, :, None])
    return sheet + (lit - sheet) * np.float32(strength)


def leaked(
    sheet: Sheet, rng: np.random.Generator, strength: float, *, colour: Colour = (1.0, 0.42, 0.12)
) -> Sheet:
    """Light that came through the camera's back door, from one side."""
    x, y = across(sheet)
    side = 1 if rng.random() < 0.5 else -1
    middle, width = rng.uniform(-0.5, 0.5), rng.uniform(0.5, 0.9)
    streak = rising(x * side, 0.25, 1.15) * np.exp(-(((y - middle) / width) ** 2))
    core = rising(x * side, 0.7, 1.2) * np.exp(-(((y - middle) / (width * 0.6)) ** 2))
    tone = np.array(colour, np.float32)
    light = streak[:, :, None] * tone + core[:, :, None] * (tone * 0.4 + 0.6) * 0.8
    return screened(sheet, light * np.float32(strength))


def edged_in_neon(
    sheet: Sheet, edges: Plane, *, left: Colour, right: Colour, strength: float, glow: float = 6.0
) -> Sheet:
    """Lines that shine in two colours, from one side to the other."""
    x, y = across(sheet)
    along = rising(x * 0.8 + y * 0.6, -0.7, 0.7)[:, :, None]
    colour = np.array(left, np.float32) * (1 - along) + np.array(right, np.float32) * along
    tube = edges[:, :, None] * colour
    halo = blurred(tube, glow) * 1.6 + blurred(tube, glow * 4) * 1.4
    return screened(screened(sheet, halo * np.float32(strength)), tube * np.float32(strength) * 0.9)


def lit_from_sides(sheet: Sheet, *, left: Colour, right: Colour, strength: float) -> Sheet:
    """Two coloured lamps, one on each side."""
    x, _ = across(sheet)
    light = light_of(sheet)[:, :, None]
    one = rising(-x, -0.6, 1.0)[:, :, None] * np.array(left, np.float32)
    other = rising(x, -0.6, 1.0)[:, :, None] * np.array(right, np.float32)
    lamps = (one + other) * (0.25 + light * 0.95)
    return sheet + (screened(sheet * 0.72, lamps) - sheet) * np.float32(strength)


def streaked(sheet: Sheet, strength: float, *, colour: Colour, above: float = 0.86) -> Sheet:
    """The blue-white lines that wide lenses draw beside bright lights."""
    bright = rising(light_of(sheet), above, 1.0)
    width = bright.shape[1]
    reach = max(3, width // 5)
    # A wide window in one direction only: sums of sums.
    padded = np.pad(bright, ((0, 0), (reach, reach)))
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    line = ((sums[:, 2 * reach :] - sums[:, : -2 * reach])[:, :width] / (2 * reach)).astype(np.float32)
    line = blurred(line, 1.2)
    return screened(sheet, line[:, :, None] * np.array(colour, np.float32) * np.float32(strength))
