"""Letters of papers: the first font of a face that has a character draws it, so that no name breaks."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# Latin, Greek, Cyrillic and signs; Chinese and what else is written in East Asia; the two that papers of offices are set in.
_FONTS = {
    "Paper": "fonts/DejaVuSans.ttf",
    "PaperEast": "paper_fonts/DroidSansFallback.ttf",
    "PaperPlain": "fonts/PTSans.ttf",
    "PaperBold": "paper_fonts/PTSans-Bold.ttf",
}
Face = tuple[str, ...]
SLIP: Face = ("Paper", "PaperEast")
PLAIN: Face = ("PaperPlain", *SLIP)
BOLD: Face = ("PaperBold", *SLIP)
_UNKNOWN = "□"
_UNBREAKABLE = "\u00a0"
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


def _font_of(character: str, face: Face) -> str:
    for font in face:
        if (font != "PaperEast" or ord(character) in _EAST) and _draws(font, character):
            return font
    return ""


def runs(text: str, face: Face = SLIP) -> list[tuple[str, str]]:
    """The text in pieces of one font each: (font, piece); what nobody can draw is a box, controls are gaps."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return [
        (font or "Paper", "".join(piece) if font else _UNKNOWN * len(list(piece)))
        for font, piece in groupby(plain, key=lambda character: _font_of(character, face))
    ]


def width_of(text: str, size: float, face: Face = SLIP) -> float:
    """Points that a line takes."""
    return sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs(text, face))


def write(canvas: Canvas, x: float, y: float, text: str, size: float, face: Face = SLIP) -> None:
    """One line, beginning at ``x`` on the baseline ``y``."""
    for font, piece in runs(text, face):
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += pdfmetrics.stringWidth(piece, font, size)


def wrap(text: str, size: float, room: float, face: Face = SLIP) -> list[str]:
    """Lines no wider than ``room`` points; broken at gaps that may break, between East Asian characters, or where it must be."""
    lines = [""]
    for word in _words(text):
        if width_of((lines[-1] + word).rstrip(), size, face) <= room:
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width_of(lines[-1] + character, size, face) > room:
                lines.append("")
            lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        word += character
        if (character.isspace() and character != _UNBREAKABLE) or ord(character) in _EAST:
            yield word
            word = ""
    yield word
