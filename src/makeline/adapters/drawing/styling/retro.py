"""Retro Remix: eleven decades and dreams, from film noir to chrome."""

import numpy as np

from makeline.adapters.drawing.styling.frames import date_stamped, instant_framed
from makeline.adapters.drawing.styling.glitches import parted, torn, wobbling
from makeline.adapters.drawing.styling.lights import (
    dreaming,
    edged_in_neon,
    flashed,
    glowing,
    leaked,
    lit_from_sides,
    streaked,
)
from makeline.adapters.drawing.styling.lines import contours, relief
from makeline.adapters.drawing.styling.sheet import (
    Sheet,
    across,
    blurred,
    light_of,
    mixed,
    rising,
    screened,
    smoothed,
)
from makeline.adapters.drawing.styling.textures import (
    dotted,
    dusted,
    grained,
    noise,
    scanned,
    speckled,
)
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
    spread_out,
    stepped,
    tinted,
    vignetted,
)

Rng = np.random.Generator


def vhs_nostalgia(sheet: Sheet, rng: Rng) -> Sheet:
    """A tape that was watched too often: soft colours beside their places, lines, a torn foot."""
    sheet = coloured(exposed(sheet, 0.36), 1.5)
    light = light_of(blurred(sheet, 1.2))[:, :, None]
    washed = blurred(sheet, 9) - light_of(blurred(sheet, 9))[:, :, None]
    sheet = parted(light + washed * 1.5, 11)
    sheet = tinted(sheet, shadows=(0.44, 0.42, 0.68), lights=(0.56, 0.5, 0.42), strength=0.8)
    sheet = wobbling(sheet, rng, 7)
    sheet = _tracking(sheet, rng)
    sheet = speckled(glowing(sheet, 8, 0.35), rng, 0.05)
    return vignetted(
        scanned(faded(sheet, black=(0.06, 0.05, 0.1), white=(1.0, 0.98, 0.95)), 0.26, lines=260), 0.3
    )


def _tracking(sheet: Sheet, rng: Rng) -> Sheet:
    """The band of snow that crawls through a bad tape, and the slipped rows at its foot."""
    height = sheet.shape[0]
    sheet = sheet.copy()
    for middle, thick in ((rng.uniform(0.12, 0.3), 0.012), (0.965, 0.03)):
        top, foot = int(height * (middle - thick)), min(height, int(height * (middle + thick)))
        band = np.roll(sheet[top:foot], int(sheet.shape[1] * 0.07), axis=1)
        snow = rising(noise(band, rng, 1.4), 0.6, 1.6)[:, :, None]
        sheet[top:foot] = screened(band * 0.85, snow * 0.7)
    return sheet


def neon_80s(sheet: Sheet, _rng: Rng) -> Sheet:
    """Magenta and cyan tubes along every edge of a violet night."""
    calm = smoothed(spread_out(sheet), 6, edge=0.06)
    night = mapped(
        contrasted(calm, 0.6),
        [
            (0.0, (0.03, 0.0, 0.1)),
            (0.35, (0.2, 0.02, 0.38)),
            (0.65, (0.75, 0.08, 0.55)),
            (0.88, (1.0, 0.45, 0.55)),
            (1.0, (1.0, 0.86, 0.72)),
        ],
    )
    night = mixed(night, coloured(calm, 1.4) * 0.8, 0.22)
    edges = contours(calm, 1.4, from_=0.018, to=0.09)
    lit = edged_in_neon(night, edges, left=(0.1, 0.95, 1.0), right=(1.0, 0.15, 0.75), strength=0.75)
    return vignetted(scanned(lit, 0.08, lines=360), 0.45)


def polaroid_glow(sheet: Sheet, rng: Rng) -> Sheet:
    """An instant picture in its white frame: milky, warm, with a breath of green in the shadows."""
    sheet = dreaming(coloured(spread_out(sheet), 0.9), 9, 0.55)
    sheet = tinted(sheet, shadows=(0.45, 0.56, 0.55), lights=(0.6, 0.53, 0.4), strength=0.9)
    sheet = faded(contrasted(sheet, 0.25), black=(0.12, 0.12, 0.13), white=(1.0, 0.97, 0.88))
    sheet = vignetted(grained(leaked(sheet, rng, 0.4, colour=(1.0, 0.6, 0.3)), rng, 0.025, size=1.2), 0.22)
    return instant_framed(sheet, rng)


def disposable_97(sheet: Sheet, rng: Rng) -> Sheet:
    """A camera of cardboard: hard flash, green shadows, grain, and the date in the corner."""
    sheet = contrasted(flashed(coloured(exposed(sheet, 0.34), 1.35), 0.85) * 1.12, 0.5)
    sheet = tinted(sheet, shadows=(0.38, 0.58, 0.52), lights=(0.56, 0.52, 0.45), strength=1.0)
    sheet = leaked(glowing(sheet, 12, 0.45, above=0.7), rng, 0.85)
    sheet = dusted(grained(sheet, rng, 0.055, size=1.1), rng, specks=18, scratches=3)
    sheet = faded(sheet, black=(0.05, 0.06, 0.05), white=(1.0, 0.98, 0.93))
    return date_stamped(vignetted(sheet, 0.5), "'97  8 14")


def mtv_static(sheet: Sheet, rng: Rng) -> Sheet:
    """Late-night music television: hard poster colours, static in the dark, a torn signal."""
    calm = smoothed(contrasted(exposed(sheet, 0.36), 0.7), 5, edge=0.07)
    poster = stepped(coloured(calm, 1.9), 5, softness=0.3)
    poster = tinted(poster, shadows=(0.3, 0.3, 0.75), lights=(0.62, 0.58, 0.3), strength=1.0)
    dots = dotted(sheet, 9, angle=0.55)[:, :, None]
    poster = poster * (1 - 0.35 * dots)
    static = rising(noise(sheet, rng, 1.5), 0.4, 1.8) * (1 - light_of(poster)) * 0.55
    poster = torn(screened(poster, np.repeat(static[:, :, None], 3, axis=2)), rng, bands=7, reach=60)
    return vignetted(scanned(parted(poster, 6), 0.14, lines=260), 0.3)


def rave_chrome(sheet: Sheet, _rng: Rng) -> Sheet:
    """Everything poured over with liquid metal, with the colours of oil in its reflections."""
    calm = smoothed(spread_out(sheet), 7, edge=0.05)
    light = light_of(contrasted(calm, 0.3))
    slope = relief(calm, 2.2)
    waves = 0.5 + 0.5 * np.sin((light * 2.6 + slope * 0.45) * np.float32(2 * np.pi))
    metal = np.clip(0.28 + 0.52 * waves + 0.34 * slope + (light - 0.5) * 0.35, 0, 1)
    sheen = mapped(
        np.repeat(metal[:, :, None], 3, axis=2),
        [
            (0.0, (0.05, 0.03, 0.16)),
            (0.3, (0.28, 0.3, 0.52)),
            (0.6, (0.72, 0.78, 0.9)),
            (0.82, (0.95, 0.93, 1.0)),
            (1.0, (1.0, 1.0, 1.0)),
        ],
    )
    x, y = across(sheet)
    turn = (light * 3 + slope + x * 0.7 + y * 0.9)[:, :, None] + np.array([0.0, 2.1, 4.2], np.float32)
    oil = 0.5 + 0.5 * np.cos(turn * np.float32(1.9))
    sheen = mixed(sheen, sheen * (0.45 + 0.9 * oil), 0.6)
    return glowing(contrasted(sheen, 0.35), 5, 0.4, above=0.8, colour=(0.8, 0.9, 1.0))


def retro_rewind(sheet: Sheet, rng: Rng) -> Sheet:
    """A faded print of the seventies that lay in a drawer: brown, warm, scratched."""
    sheet = contrasted(coloured(exposed(sheet, 0.4), 0.6), 0.3)
    sheet = tinted(
        balanced(sheet, (1.1, 0.99, 0.78)), shadows=(0.6, 0.47, 0.42), lights=(0.6, 0.53, 0.36), strength=1.0
    )
    sheet = leaked(faded(sheet, black=(0.2, 0.13, 0.1), white=(1.0, 0.93, 0.78)), rng, 0.75)
    return vignetted(dusted(grained(sheet, rng, 0.045, size=1.3), rng, specks=60, scratches=9), 0.4)


def bubblegum(sheet: Sheet, rng: Rng) -> Sheet:
    """The mall on a Saturday: pink and mint, soft as icing, with glitter on the lights."""
    calm = smoothed(exposed(sheet, 0.42), 6, edge=0.05)
    candy = mapped(
        calm,
        [
            (0.0, (0.42, 0.12, 0.42)),
            (0.3, (0.93, 0.35, 0.62)),
            (0.58, (1.0, 0.64, 0.78)),
            (0.8, (0.78, 0.93, 0.93)),
            (1.0, (1.0, 0.99, 0.95)),
        ],
    )
    candy = dreaming(mixed(candy, coloured(calm, 1.5), 0.3), 12, 0.6)
    return _glittering(clear(candy, 20, 0.35), rng, 70)


def _glittering(sheet: Sheet, rng: Rng, stars: int) -> Sheet:
    """Four-pointed stars where it is light."""
    height, width = sheet.shape[:2]
    bright = blurred(light_of(sheet), 6)
    glitter = np.zeros((height, width), np.float32)
    for _ in range(stars):
        tries = [(int(rng.integers(0, height)), int(rng.integers(0, width))) for _ in range(6)]
        y, x = max(tries, key=lambda place: bright[place])
        arm = max(2, int(width * rng.uniform(0.006, 0.03)))
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            for step in range(arm):
                py, px_ = y + dy * step, x + dx * step
                if 0 <= py < height and 0 <= px_ < width:
                    glitter[py, px_] = max(glitter[py, px_], (1 - step / arm) ** 1.5)
    shine = blurred(glitter, 1.0) * 1.6 + blurred(glitter, 4) * 1.4
    return screened(sheet, np.repeat(shine[:, :, None], 3, axis=2))


def neo_tokyo(sheet: Sheet, _rng: Rng) -> Sheet:
    """Rain-wet streets of a film that plays in 2049: teal dark, pink lamps, lines of light."""
    sheet = clear(contrasted(spread_out(sheet), 0.45), 15, 0.6)
    sheet = tinted(
        coloured(brightened(sheet, 1.18), 0.85),
        shadows=(0.28, 0.58, 0.72),
        lights=(0.66, 0.42, 0.6),
        strength=1.2,
    )
    sheet = lit_from_sides(sheet, left=(1.0, 0.12, 0.55), right=(0.05, 0.7, 1.0), strength=0.75)
    edges = contours(smoothed(sheet, 4, edge=0.05), 1.2, from_=0.04, to=0.16) * 0.5
    sheet = edged_in_neon(sheet, edges, left=(1.0, 0.25, 0.7), right=(0.2, 0.9, 1.0), strength=0.5)
    sheet = streaked(sheet, 0.5, colour=(0.4, 0.7, 1.0))
    return vignetted(glowing(parted(sheet, 1.5), 10, 0.5, above=0.6), 0.45)


def film_noir(sheet: Sheet, rng: Rng) -> Sheet:
    """Black, white and a window blind: hard light from one side, deep shadows, grain."""
    grey = black_and_white(sheet, (0.5, 0.35, 0.15))
    grey = clear(contrasted(spread_out(grey, ends=2), 0.85), 18, 0.55)
    x, y = across(grey)
    slats = rising(np.sin((y * 0.93 + x * 0.36) * np.float32(24)), -0.35, 0.45)
    lamp = np.exp(-((x - 0.15) ** 2 * 0.9 + (y + 0.25) ** 2 * 0.8))
    lit = grey * ((0.38 + 0.62 * slats) * (0.35 + 0.85 * lamp))[:, :, None]
    lit = glowing(brightened(lit, 0.86), 9, 0.35, above=0.7)
    lit = tinted(lit, shadows=(0.49, 0.49, 0.52), lights=(0.51, 0.5, 0.48), strength=0.6)
    return vignetted(grained(lit, rng, 0.05, size=0.9), 0.55)


def psychedelic_70s(sheet: Sheet, _rng: Rng) -> Sheet:
    """A poster for a concert in 1969: flat colours that run into each other in bands."""
    calm = smoothed(smoothed(spread_out(sheet), 9, edge=0.08), 9, edge=0.08)
    light = light_of(contrasted(calm, 0.3))
    x, y = across(sheet)
    swirl = np.sin(np.sqrt((x - 0.1) ** 2 + (y + 0.2) ** 2) * 9) * 0.05
    bands = np.clip(light + swirl, 0, 1)
    levels = np.floor(bands * 9) / 9 + rising((bands * 9) % 1, 0.86, 1.0) / 9
    poster = mapped(
        np.repeat(levels[:, :, None], 3, axis=2),
        [
            (0.0, (0.16, 0.02, 0.3)),
            (0.16, (0.45, 0.04, 0.5)),
            (0.32, (0.85, 0.1, 0.42)),
            (0.48, (1.0, 0.38, 0.1)),
            (0.64, (1.0, 0.72, 0.08)),
            (0.8, (0.45, 0.85, 0.35)),
            (0.92, (0.3, 0.85, 0.85)),
            (1.0, (1.0, 0.97, 0.8)),
        ],
    )
    poster = mixed(poster, coloured(calm, 1.8), 0.12)
    return glowing(poster, 14, 0.45, above=0.6, colour=(1.0, 0.75, 0.5))
