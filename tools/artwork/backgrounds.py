"""Backgrounds: 300 wide and 640 high, cut to whatever proportion a case has."""

import math
import random
from collections.abc import Callable, Iterator, Sequence

from tools.artwork import creatures, patterns, scenery, signs, things
from tools.artwork.shapes import NAMESPACE, Shapes, plain

WIDTH, HEIGHT = 300, 640
Made = Callable[[], Shapes]


def sheet(body: str) -> str:
    """The whole drawing; it covers the case, whatever its proportion."""
    return (
        f'<svg {NAMESPACE} viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice">{body}</svg>\n'
    )


def ground(colour: str) -> str:
    """One colour all over."""
    return f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour}"/>'


def fade(top: str, bottom: str, *more: str) -> str:
    """Colours that run into each other from top to bottom."""
    colours = (top, *more, bottom)
    stops = "".join(
        f'<stop offset="{index / (len(colours) - 1):.2f}" stop-color="{colour}"/>'
        for index, colour in enumerate(colours)
    )
    return (
        f'<defs><linearGradient id="f" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#f)"/>'
    )


def scattered(made: Sequence[Made], *, size: float, step: float, seed: int, tilt: float = 22) -> str:
    """Small pictures in staggered rows, each turned a little; cut off at the edges as wallpaper is."""
    dice = random.Random(seed)
    defs = "".join(f'<g id="m{index}">{plain(one())}</g>' for index, one in enumerate(made))
    uses = [
        f'<use href="#m{(row + column) % len(made)}" transform="translate({x:.0f} {y:.0f})'
        f' rotate({dice.uniform(-tilt, tilt):.0f}) scale({size / 200:.3f}) translate(-100 -100)"/>'
        for row, column, x, y in _grid(step)
    ]
    return f"<defs>{defs}</defs>{''.join(uses)}"


def _grid(step: float) -> Iterator[tuple[int, int, float, float]]:
    for row in range(math.ceil(HEIGHT / (step * 0.86)) + 1):
        for column in range(math.ceil(WIDTH / step) + 2):
            yield row, column, column * step - (step / 2 if row % 2 else 0), row * step * 0.86 + step * 0.2


def large(made: Made, *, x: float, y: float, size: float) -> str:
    """One picture about (x, y)."""
    return f'<g transform="translate({x:g} {y:g}) scale({size / 200:g}) translate(-100 -100)">{plain(made())}</g>'


def paper(made: Sequence[Made], colour: str, *, size: float = 62, step: float = 84, seed: int = 1) -> str:
    """A wallpaper of small pictures."""
    return sheet(ground(colour) + scattered(made, size=size, step=step, seed=seed))


C, S, T = creatures, signs, things

# Category -> its drawings, in order.
BACKGROUNDS: dict[str, tuple[Callable[[], str], ...]] = {
    "abstract": (patterns.bauhaus, patterns.blobs, patterns.waves),
    "animal-print": (patterns.leopard, patterns.zebra, patterns.giraffe),
    "cats": (
        lambda: paper([C.cat_head, C.paw], "#bfe6df"),
        lambda: paper([C.cat_sitting], "#f8c8d4", size=72, step=88, seed=2),
        lambda: paper([C.paw], "#3d3a5c", size=46, step=66, seed=3),
    ),
    "dogs": (
        lambda: paper([C.dog_head, C.bone], "#a9d7f2"),
        lambda: paper([C.pug], "#ffd9a0", size=70, step=88, seed=2),
        lambda: paper([C.bone, C.paw], "#355e5b", size=52, step=70, seed=3),
    ),
    "floral": (patterns.daisies, patterns.roses, patterns.leaves),
    "grafitti": (
        lambda: sheet(scenery.wall() + scattered([S.tag, T.crown], size=92, step=118, seed=4, tilt=14)),
        lambda: sheet(scenery.splashes("#1b1b24", ("#ff2f92", "#21d4c2", "#ffd31a", "#7a5cff"), seed=8)),
        lambda: paper([T.spray_can, T.crown], "#f4f1e8", size=72, step=92, seed=6),
    ),
    "hiphop": (
        lambda: paper([T.boombox, T.chain], "#5b2a86", size=72, step=92),
        lambda: paper([T.microphone, T.record], "#12b5a6", size=68, step=88, seed=2),
        lambda: sheet(
            scenery.rays("#111118", "#d4a017", x=150, y=430) + large(T.chain, x=150, y=400, size=240)
        ),
    ),
    "love": (
        lambda: paper([T.plain_heart], "#ffd6e0", size=48, step=62),
        lambda: sheet(
            fade("#ff5c8a", "#7d2ae8") + scattered([T.arrow_heart, T.letter], size=70, step=96, seed=5)
        ),
        patterns.heart_rings,
    ),
    "monochrome": (patterns.stripes, patterns.halftone, patterns.arcs),
    "monsters": (
        lambda: paper([C.monster_fluffy, C.monster_toothy, C.monster_horned], "#ffe48a", size=78, step=96),
        lambda: paper([C.monster_toothy, C.skull], "#3b2a63", size=72, step=92, seed=2),
        lambda: paper([C.monster_horned, C.alien_cyclops], "#b9f0c6", size=72, step=92, seed=3),
    ),
    "positive-vibe": (
        lambda: paper([S.smiley], "#ff8fb8", size=66, step=86),
        lambda: sheet(scenery.rainbow_hills()),
        lambda: paper([S.sun, C.cloud_face], "#9bdcff", size=72, step=92, seed=3),
    ),
    "retro-popup": (
        lambda: sheet(scenery.rays("#f7c948", "#ef6f51", x=150, y=640)),
        lambda: paper([T.cassette, T.television], "#2ec4b6", size=74, step=94, seed=2),
        scenery.seventies,
    ),
    "rock": (
        lambda: paper([T.bolt, T.guitar], "#17171f", size=72, step=92),
        lambda: sheet(
            fade("#120508", "#ff7b1c", "#8e1b12") + scattered([T.flame, C.skull], size=78, step=100, seed=2)
        ),
        lambda: sheet(
            scenery.rays("#b3122a", "#8d0d20", x=150, y=320)
            + scattered([T.guitar], size=110, step=150, seed=9)
        ),
    ),
    "space": (
        lambda: sheet(scenery.night(seed=3) + scattered([T.planet, T.rocket], size=86, step=132, seed=3)),
        lambda: sheet(scenery.galaxy(seed=5)),
        lambda: sheet(scenery.night(seed=9) + scattered([C.alien_ship, T.helmet], size=80, step=120, seed=4)),
    ),
    "surreal": (scenery.eyes, scenery.dream_moons, scenery.checker_sea),
    "tech-luxe": (scenery.circuits, scenery.hexagons, scenery.carbon),
}
