"""Cover Shoot: eight moods of a magazine."""

import numpy as np

from makeline.adapters.drawing.styling.lights import dreaming, flashed, glowing, lit_from_sides, streaked
from makeline.adapters.drawing.styling.sheet import Sheet, across, mixed, rising, smoothed
from makeline.adapters.drawing.styling.textures import dotted, grained
from makeline.adapters.drawing.styling.tones import (
    balanced,
    black_and_white,
    brightened,
    clear,
    coloured,
    contrasted,
    exposed,
    faded,
    mapped,
    sharpened,
    spread_out,
    tinted,
    vignetted,
)

Rng = np.random.Generator


def vogue_vibe(sheet: Sheet, rng: Rng) -> Sheet:
    """Cool, airy and expensive: light skin tones, blue shadows, no noise."""
    sheet = smoothed(exposed(sheet, 0.42), 2, edge=0.03)
    sheet = coloured(clear(sheet, 30, 0.5), 0.5)
    sheet = tinted(sheet, shadows=(0.42, 0.49, 0.62), lights=(0.55, 0.51, 0.49), strength=1.0)
    sheet = faded(contrasted(sheet, 0.5), black=(0.04, 0.05, 0.08), white=(1.0, 0.99, 0.97))
    return vignetted(grained(sharpened(sheet, 1.2, 0.9), rng, 0.012), 0.18)


def streetwear_heat(sheet: Sheet, rng: Rng) -> Sheet:
    """Concrete in August: hard contrast, burnt orange, gritty."""
    sheet = clear(contrasted(spread_out(sheet), 0.6), 14, 1.3)
    sheet = tinted(coloured(sheet, 1.15), shadows=(0.38, 0.5, 0.56), lights=(0.72, 0.5, 0.3), strength=1.3)
    sheet = balanced(sheet, (1.1, 0.98, 0.86))
    x, y = across(sheet)
    haze = rising(y * 0.6 - x * 0.5, -0.1, 1.2)[:, :, None] * np.array((0.42, 0.16, 0.03), np.float32)
    return vignetted(grained(sharpened(sheet, 1.0, 1.1) + haze, rng, 0.04), 0.5)


def studio_flash(sheet: Sheet, _rng: Rng) -> Sheet:
    """A ring of light and a white wall: bright, clean, crisp."""
    sheet = brightened(spread_out(sheet, ends=2), 0.62)
    sheet = sharpened(clear(flashed(coloured(sheet, 1.2), 0.5), 20, 0.7), 1.0, 1.0)
    x, y = across(sheet)
    wall = rising(np.sqrt(x * x + y * y * 0.7), 0.55, 1.35) * 0.55
    sheet = mixed(contrasted(sheet, 0.35), np.full_like(sheet, 0.97), wall)
    return glowing(sheet, 18, 0.3, above=0.75)


def cinematic_glow(sheet: Sheet, rng: Rng) -> Sheet:
    """The last scene of a film: orange light, teal shadows, a wide lens and its flare."""
    sheet = clear(contrasted(spread_out(sheet), 0.4), 22, 0.5)
    sheet = tinted(
        coloured(brightened(sheet, 1.05), 1.1),
        shadows=(0.3, 0.54, 0.64),
        lights=(0.68, 0.52, 0.34),
        strength=1.1,
    )
    sheet = streaked(
        glowing(sheet, 20, 0.6, above=0.6, colour=(1.0, 0.8, 0.55)), 0.45, colour=(0.45, 0.7, 1.0)
    )
    sheet = vignetted(
        grained(faded(sheet, black=(0.02, 0.04, 0.05), white=(1.0, 0.97, 0.92)), rng, 0.018), 0.5
    )
    bar = round(sheet.shape[0] * 0.045)
    sheet[:bar] = sheet[-bar:] = 0.01
    return sheet


def rockstar_raw(sheet: Sheet, rng: Rng) -> Sheet:
    """Backstage: nearly black and white, red where it burns, coarse grain."""
    grey = black_and_white(spread_out(sheet), (0.45, 0.4, 0.15))
    grey = clear(contrasted(grey, 0.95), 12, 1.5)
    red = mapped(
        grey,
        [
            (0.0, (0.03, 0.0, 0.01)),
            (0.45, (0.42, 0.03, 0.05)),
            (0.75, (0.95, 0.3, 0.18)),
            (1.0, (1.0, 0.93, 0.82)),
        ],
    )
    x, y = across(sheet)
    stage = rising(x * 0.7 - y * 0.7, -0.5, 0.9)
    sheet = mixed(grey * 0.9, red, stage * 0.9)
    return vignetted(grained(sharpened(sheet, 1.0, 0.8), rng, 0.085, size=1.2), 0.6)


def mono_mood(sheet: Sheet, rng: Rng) -> Sheet:
    """A quiet black and white portrait on warm paper: long tones, soft light."""
    grey = black_and_white(spread_out(sheet), (0.35, 0.5, 0.15))
    grey = dreaming(clear(grey, 35, 0.45), 14, 0.3)
    grey = tinted(contrasted(grey, 0.3), shadows=(0.51, 0.49, 0.49), lights=(0.53, 0.51, 0.46), strength=0.8)
    return vignetted(
        grained(faded(grey, black=(0.05, 0.05, 0.05), white=(0.97, 0.95, 0.91)), rng, 0.02, size=1.0), 0.35
    )


def i_d_edge(sheet: Sheet, rng: Rng) -> Sheet:
    """A fanzine in two inks: acid green paper, violet dots."""
    calm = clear(contrasted(spread_out(sheet), 0.5), 12, 1.0)
    ink = dotted(calm, 5.5, angle=0.78)[:, :, None]
    paper, colour = np.array((0.86, 1.0, 0.28), np.float32), np.array((0.23, 0.05, 0.45), np.float32)
    x, y = across(sheet)
    pink = np.array((1.0, 0.42, 0.68), np.float32)
    ground = mixed(
        np.broadcast_to(paper, sheet.shape),
        np.broadcast_to(pink, sheet.shape),
        rising(y * 0.8 + x * 0.4, -0.3, 0.6),
    )
    printed = ground * (1 - ink) + colour * ink
    return grained(printed.astype(np.float32), rng, 0.03, size=1.1)


def cover_beauty(sheet: Sheet, _rng: Rng) -> Sheet:
    """Peach light, smooth as porcelain, with a shine on everything light."""
    calm = smoothed(spread_out(sheet), 6, edge=0.06)
    sheet = mixed(calm, sharpened(sheet, 1.2, 0.6), 0.35)
    sheet = tinted(
        coloured(exposed(sheet, 0.44), 1.1),
        shadows=(0.56, 0.46, 0.53),
        lights=(0.6, 0.52, 0.47),
        strength=1.0,
    )
    sheet = lit_from_sides(sheet, left=(1.0, 0.72, 0.62), right=(1.0, 0.84, 0.9), strength=0.35)
    return dreaming(glowing(contrasted(sheet, 0.3), 14, 0.45, above=0.6, colour=(1.0, 0.9, 0.85)), 10, 0.35)
