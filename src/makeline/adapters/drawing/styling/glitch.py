"""Glitch Pro: broken on purpose."""

import numpy as np

from makeline.adapters.drawing.styling.glitches import misplaced, parted, smeared, torn, wobbling
from makeline.adapters.drawing.styling.lights import glowing
from makeline.adapters.drawing.styling.sheet import Sheet
from makeline.adapters.drawing.styling.textures import grilled, scanned, speckled
from makeline.adapters.drawing.styling.tones import coloured, contrasted, exposed, tinted, vignetted

Rng = np.random.Generator


def retro(sheet: Sheet, rng: Rng) -> Sheet:
    """A picture tube with a bad aerial: colours apart, bars of phosphor, rows out of line."""
    sheet = contrasted(coloured(exposed(sheet, 0.4), 1.5), 0.4)
    sheet = tinted(sheet, shadows=(0.36, 0.5, 0.62), lights=(0.55, 0.53, 0.44), strength=0.9)
    sheet = torn(wobbling(parted(sheet, 20), rng, 8), rng, bands=14, reach=90)
    sheet = grilled(scanned(speckled(sheet, rng, 0.03), 0.34, lines=200), 0.4, columns=150)
    return vignetted(glowing(sheet * 1.3, 6, 0.5, above=0.5), 0.4)


def chaos(sheet: Sheet, rng: Rng) -> Sheet:
    """A file that fell apart: melting columns, blocks of elsewhere, torn bands, three colours in three places."""
    sheet = contrasted(coloured(exposed(sheet, 0.36), 1.7), 0.4)
    melted = smeared(sheet, low=0.22, high=0.72, longest=160)
    broken = misplaced(melted, rng, blocks=26, reach=260)
    broken = torn(parted(broken, 16, down=5), rng, bands=26, reach=170)
    return tinted(
        scanned(broken, 0.1, lines=420), shadows=(0.42, 0.36, 0.66), lights=(0.5, 0.56, 0.5), strength=0.8
    )
