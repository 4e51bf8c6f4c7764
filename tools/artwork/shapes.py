"""Shapes of a drawing 200 wide and 200 high, and how a sticker is made of them."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[2] / "src" / "makeline" / "adapters" / "drawing" / "fonts"
INK = "#1f2030"
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True)
class Shape:
    """One element without its colours; ``line`` above 0: only its outline is drawn, so thick."""

    tag: str
    fill: str
    line: float = 0
    outlined: bool = True

    def drawn(self) -> str:
        """With its own colours."""
        if self.line:
            return (
                f'<{self.tag} fill="none" stroke="{self.fill}" stroke-width="{self.line:g}"'
                ' stroke-linecap="round" stroke-linejoin="round"/>'
            )
        return f'<{self.tag} fill="{self.fill}"/>'

    def rim(self, width: float) -> str:
        """Its white rim."""
        fill = "none" if self.line else "#fff"
        return f'<{self.tag} fill="{fill}" stroke-width="{self.line + width:g}"/>'


Shapes = list[Shape]


def path(data: str, fill: str, *, line: float = 0, rim: bool = True) -> Shape:
    """A path."""
    return Shape(f'path d="{data}"', fill, line, rim)


def dot(x: float, y: float, r: float, fill: str, *, line: float = 0, rim: bool = True) -> Shape:
    """A circle."""
    return Shape(f'circle cx="{x:g}" cy="{y:g}" r="{r:g}"', fill, line, rim)


def oval(x: float, y: float, rx: float, ry: float, fill: str, *, turn: float = 0) -> Shape:
    """An ellipse, turned about its middle."""
    turned = f' transform="rotate({turn:g} {x:g} {y:g})"' if turn else ""
    return Shape(f'ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}"{turned}', fill)


def box(x: float, y: float, w: float, h: float, fill: str, *, r: float = 0, line: float = 0) -> Shape:
    """A rectangle with round corners."""
    return Shape(f'rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}"', fill, line)


def ring(
    points: int, outer: float, inner: float, *, x: float = 100, y: float = 100, turn: float = -90
) -> str:
    """The path of a star."""
    steps = []
    for index in range(2 * points):
        radius = inner if index % 2 else outer
        angle = math.radians(turn + index * 180 / points)
        steps.append(f"{x + radius * math.cos(angle):.1f} {y + radius * math.sin(angle):.1f}")
    return "M" + "L".join(steps) + "Z"


def heart(x: float, y: float, size: float) -> str:
    """The path of a heart; ``size`` is its half width."""
    s = size / 50
    return (
        f"M{x:g} {y + 46 * s:g}C{x - 70 * s:g} {y + 2 * s:g} {x - 46 * s:g} {y - 56 * s:g} {x:g} {y - 20 * s:g}"
        f"C{x + 46 * s:g} {y - 56 * s:g} {x + 70 * s:g} {y + 2 * s:g} {x:g} {y + 46 * s:g}Z"
    )


@cache
def _font(name: str) -> TTFont:
    return TTFont(FONTS / name)


def word(text: str, x: float, y: float, width: float, *, font: str = "Anton.ttf", slant: float = 0) -> str:
    """The path of a word about (x, y), as wide as said: letters as outlines, so that no font is needed to show it."""
    face = _font(font)
    glyphs, cmap = face.getGlyphSet(), face.getBestCmap()
    at, placed = 0, []
    for letter in text:
        name = cmap[ord(letter)]
        placed.append((name, at))
        at += glyphs[name].width
    bounds = BoundsPen(glyphs)
    for name, left in placed:
        glyphs[name].draw(TransformPen(bounds, (1, 0, 0, 1, left, 0)))
    low_x, low_y, high_x, high_y = bounds.bounds
    scale = width / (high_x - low_x)
    pen = SVGPathPen(glyphs, lambda number: f"{number:.1f}".rstrip("0").rstrip("."))
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    for name, left in placed:
        skew = slant * scale
        matrix = (
            scale,
            0,
            skew,
            -scale,
            x + (left - middle_x) * scale - middle_y * skew,
            y + middle_y * scale,
        )
        glyphs[name].draw(TransformPen(pen, matrix))
    return pen.getCommands()


def face(x: float, y: float, s: float = 1, *, ink: str = INK) -> Shapes:
    """Two eyes and a smile."""
    return [
        oval(x - 18 * s, y, 6 * s, 9 * s, ink),
        oval(x + 18 * s, y, 6 * s, 9 * s, ink),
        dot(x - 16 * s, y - 4 * s, 2.4 * s, "#fff"),
        dot(x + 20 * s, y - 4 * s, 2.4 * s, "#fff"),
        path(
            f"M{x - 12 * s:g} {y + 16 * s:g}Q{x:g} {y + 30 * s:g} {x + 12 * s:g} {y + 16 * s:g}",
            ink,
            line=5 * s,
        ),
    ]


def plain(shapes: Shapes) -> str:
    """The shapes in their colours."""
    return "".join(shape.drawn() for shape in shapes)


def sticker(shapes: Shapes) -> str:
    """A sticker: the shapes on a white rim, as if it had been cut out."""
    rim = "".join(shape.rim(15) for shape in shapes if shape.outlined)

    return (
        f'<svg {NAMESPACE} viewBox="0 0 200 200"><g stroke="#fff" stroke-linejoin="round"'
        f' stroke-linecap="round">{rim}</g>{plain(shapes)}</svg>\n'
    )
