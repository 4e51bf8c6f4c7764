"""Letters of papers: the first of two fonts that has a character draws it, so that no name breaks."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# Latin, Greek, Cyrillic and signs; Chinese and what else is written in East Asia.
_FONTS = {"Paper": "fonts/DejaVuSans.ttf", "PaperEast": "paper_fonts/DroidSansFallback.ttf"}
_UNKNOWN = "□"
_EAST = range(0x2E80, 0x10000)


@cache
def _font(name: str) -> TTFont:
    """A font, read when the first text wants it."""
    with as_file(files("makeline.adapters.drawing") / _FONTS[name]) as path:
        font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return font


def _draws(font: str, character: str) -> bool:
    return ord(character) in (_font(font).face.charToGlyph or {})


def _font_of(character: str) -> str:
    if _draws("Paper", character):
        return "Paper"
    return "PaperEast" if ord(character) in _EAST and _draws("PaperEast", character) else ""


def runs(text: str) -> list[tuple[str, str]]:
    """The text in pieces of one font each: (font, piece); what nobody can draw is a box, controls are gaps."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return [
        (font or "Paper", "".join(piece) if font else _UNKNOWN * len(list(piece)))
        for font, piece in groupby(plain, key=_font_of)
    ]


def width_of(text: str, size: float) -> float:
    """Points that a line takes."""
    return sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs(text))


def write(canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
    """One line, beginning at ``x`` on the baseline ``y``."""
    for font, piece in runs(text):
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += pdfmetrics.stringWidth(piece, font, size)


def wrap(text: str, size: float, room: float) -> list[str]:
    """Lines no wider than ``room`` points; broken at spaces, between East Asian characters, or where it must be."""
    lines = [""]
    for word in _words(text):
        if width_of((lines[-1] + word).rstrip(), size) <= room:
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width_of(lines[-1] + character, size) > room:
                lines.append("")
            lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        word += character
        if character.isspace() or ord(character) in _EAST:
            yield word
            word = ""
    yield word
