"""Funny Toon: a photograph as a drawn film."""

import numpy as np

from makeline.adapters.drawing.styling.lights import dreaming, glowing
from makeline.adapters.drawing.styling.lines import contours, inked, relief
from makeline.adapters.drawing.styling.sheet import Sheet, light_of, mixed, rising, screened, smoothed
from makeline.adapters.drawing.styling.textures import dotted
from makeline.adapters.drawing.styling.tones import (
    balanced,
    clear,
    coloured,
    contrasted,
    exposed,
    mapped,
    stepped,
    tinted,
)

Rng = np.random.Generator
# From the deepest shadow to the lightest place: colours of a cheap printing press.
_COMIC = (
    (0.0, (0.08, 0.06, 0.35)),
    (0.2, (0.05, 0.36, 0.62)),
    (0.4, (0.1, 0.68, 0.42)),
    (0.6, (1.0, 0.62, 0.1)),
    (0.8, (1.0, 0.86, 0.25)),
    (1.0, (1.0, 0.98, 0.88)),
)


def wild_and_wacky(sheet: Sheet, _rng: Rng) -> Sheet:
    """A comic: few loud colours, thick ink, dots in the shadows."""
    lit = exposed(sheet, 0.5)
    calm = np.clip(smoothed(smoothed(clear(lit, 25, 1.2), 7, edge=0.08), 7, edge=0.08), 0, 1)
    loud = stepped(np.clip(coloured(calm, 3.0), 0, 1), 5, softness=0.1)
    loud = mixed(loud, mapped(loud, _COMIC), 0.42)
    dots = dotted(calm, 9) * rising(light_of(calm), 0.75, 0.35)
    loud = mixed(loud, loud * 0.62, dots)
    ink = np.maximum(
        inked(smoothed(lit, 3, edge=0.05), 4, from_=0.012, to=0.035),
        contours(calm, 1.8, from_=0.035, to=0.07),
    )
    return mixed(loud, np.full_like(loud, 0.05), ink)


def smooth_and_funny(sheet: Sheet, _rng: Rng) -> Sheet:
    """Modelled of something soft and lit by a warm afternoon: rounded, glowing, without a hard line."""
    calm = smoothed(smoothed(clear(exposed(sheet, 0.46), 40, 0.7), 12, edge=0.07), 8, edge=0.07)
    warm = balanced(coloured(calm, 1.9), (1.06, 1.0, 0.93))
    shape = relief(calm, 5)[:, :, None]
    lit = screened(
        warm * (1 + 0.5 * np.minimum(shape, 0)),
        np.maximum(shape, 0) * np.array((0.5, 0.45, 0.36), np.float32),
    )
    lit = tinted(lit, shadows=(0.46, 0.46, 0.62), lights=(0.58, 0.53, 0.42), strength=0.8)
    return dreaming(glowing(contrasted(lit, 0.25), 16, 0.45, above=0.6, colour=(1.0, 0.88, 0.7)), 6, 0.2)
