"""The vector parts of prints and proofs as SVG. Pure; a customer's text enters only here, and escaped."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from makeline.cases.designs.boxes import Box

# A thin edge of the opposite lightness keeps letters readable on any picture.
_HALO_PERCENT, _HALO_OPACITY = 5, "0.5"
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def halo_margin(size_px: int) -> int:
    """How far the halo reaches beyond the ink."""
    return size_px * _HALO_PERCENT // 100 + 2


def text_drawing(lettering: Mapping[str, Any]) -> str:
    """The letters of one text; the drawing is the upright box around them plus ``halo_margin`` on each side."""
    size, box, turn = lettering["size_px"], lettering["box"], lettering["turn"]
    margin = halo_margin(size)
    covers = Box(**box).turned(turn)
    families = quoteattr(", ".join(f"'{family}'" for family in lettering["families"]))
    lines = "".join(
        f'<text x="{line["centre"] - covers.left + margin}" y="{line["baseline"] - covers.top + margin}">'
        f"{escape(line['text'])}</text>"
        for line in lettering["lines"]
    )
    colour = lettering["colour"]
    return (
        f'<svg {_NAMESPACE} width="{covers.width + 2 * margin}" height="{covers.height + 2 * margin}">'
        f'<g{_turned(turn, covers, margin)} font-family={families} font-size="{size}" text-anchor="middle" fill="{colour}"'
        f' stroke="{_opposite(colour)}" stroke-opacity="{_HALO_OPACITY}"'
        f' stroke-width="{2 * size * _HALO_PERCENT // 100}" stroke-linejoin="round" paint-order="stroke">'
        f"{lines}</g></svg>"
    )


def sticker_drawing(svg: str, *, side: int, turn: int) -> str:
    """A sticker of ours, ``side`` pixels wide, turned about its middle in a drawing just large enough."""
    around = Box(0, 0, side, side).turned(turn)
    placed = f'x="{-side / 2:g}" y="{-side / 2:g}" width="{side}" height="{side}" '
    return (
        f'<svg {_NAMESPACE} width="{around.width}" height="{around.height}">'
        f'<g transform="translate({around.width / 2:g} {around.height / 2:g}) rotate({turn})">'
        f"{svg.replace('<svg ', f'<svg {placed}', 1)}</g></svg>"
    )


def backdrop_drawing(svg: str, *, width: int, height: int) -> str:
    """A background of ours at the size of a print."""
    return svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)


def film_band_drawing(
    *, width: int, height: int, film: str, light: str, left: int, holes: Sequence[Mapping[str, int]]
) -> str:
    """One perforated edge of a film strip that begins at pixel column ``left``."""
    cut = "".join(
        f'<rect x="{hole["left"] - left}" y="{hole["top"]}" width="{hole["width"]}"'
        f' height="{hole["height"]}" rx="{hole["width"] // 4}"/>'
        for hole in holes
    )
    return (
        f'<svg {_NAMESPACE} width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="{film}"/><g fill="{light}">{cut}</g></svg>'
    )


def case_shape_drawing(*, width: int, height: int, radius: float) -> str:
    """The outline of the case, filled: what lies outside will be cut away."""
    return (
        f'<svg {_NAMESPACE} width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" rx="{radius:.1f}" fill="#fff"/></svg>'
    )


def proof_drawing(
    *, width: int, height: int, radius: float, scale: float, opening: Mapping[str, Any] | None
) -> str:
    """What a proof shows on top of the print: the case's edge and the hole for the camera."""
    hole = ""
    if opening is not None:
        box = opening["box"]
        place = (
            f'x="{box["left"] * scale:.1f}" y="{box["top"] * scale:.1f}" width="{box["width"] * scale:.1f}"'
            f' height="{box["height"] * scale:.1f}" rx="{opening["corner_radius_px"] * scale:.1f}"'
        )
        hole = f'<rect {place} fill="#26282c" fill-opacity=".88" stroke="#fff" stroke-opacity=".8" stroke-width="2.5"/>'
    return (
        f'<svg {_NAMESPACE} width="{width}" height="{height}">{hole}'
        f'<rect x="1.5" y="1.5" width="{width - 3}" height="{height - 3}" rx="{radius - 1.5:.1f}" fill="none"'
        f' stroke="#26282c" stroke-opacity=".55" stroke-width="3"/></svg>'
    )


_GRADE_COLOURS = {"fail": "#E11D48", "warn": "#F59E0B"}


def findings_drawing(header: Mapping[str, Any], *, width: int, height: int, scale: float) -> str:
    """Camera, safe zone, the edge where the case is cut, and each finding with its number and code."""

    def rect(box: Mapping[str, int], look: str, radius: float = 0) -> str:
        return (
            f'<rect x="{box["left"] * scale:.1f}" y="{box["top"] * scale:.1f}" width="{box["width"] * scale:.1f}"'
            f' height="{box["height"] * scale:.1f}" rx="{radius:.1f}" {look}/>'
        )

    opening = header["opening"]
    camera = ""
    if opening is not None:
        look = 'fill="#0b1020" fill-opacity=".72" stroke="#fff" stroke-width="2.5"'
        camera = rect(opening["box"], look, opening["corner_radius_px"] * scale)
    safe = rect(header["safe"], 'fill="none" stroke="#fff" stroke-width="2.5" stroke-dasharray="10 7"')
    cut = (
        f'<rect x="1.5" y="1.5" width="{width - 3}" height="{height - 3}" rx="{header["corner_radius_px"] * scale:.1f}"'
        ' fill="none" stroke="#38BDF8" stroke-width="3"/>'
    )
    marks = []
    for number, finding in enumerate(header["findings"], 1):
        colour = _GRADE_COLOURS[finding["grade"]]
        box = finding["box"]
        marks.append(rect(box, f'fill="{colour}" fill-opacity=".18" stroke="{colour}" stroke-width="3.5"'))
        left = min(max(box["left"] * scale, 6), width - 330)
        top = min(max(box["top"] * scale, 6), height - 34)
        words = f"{number} {finding['code'].replace('_', ' ').lower()}"
        marks.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{20 + 9.8 * len(words):.0f}" height="28" rx="5" fill="{colour}"/>'
            f'<text x="{left + 9:.1f}" y="{top + 20:.1f}" font-size="19" fill="#fff" font-family="\'Inter\'">{escape(words)}</text>'
        )
    return f'<svg {_NAMESPACE} width="{width}" height="{height}">{cut}{safe}{camera}{"".join(marks)}</svg>'


def test_card_drawing(*, width: int, height: int, lines: Sequence[str]) -> str:
    """Colour bars, a grey ramp, a frame that shows cut edges, and what the card stands for."""
    bars = "".join(
        f'<rect x="{index * width / 7:.2f}" width="{width / 7 + 1:.2f}" height="{height}" fill="{colour}"/>'
        for index, colour in enumerate(
            ("#f5f5f5", "#e8c518", "#19b6c4", "#2fa84f", "#b8359b", "#d3342f", "#2b4fb8")
        )
    )
    greys = "".join(
        f'<rect x="{index * width / 8:.2f}" y="{height * 0.8:.0f}" width="{width / 8 + 1:.2f}"'
        f' height="{height * 0.08:.0f}" fill="rgb({level},{level},{level})"/>'
        for index, level in enumerate(round(step * 255 / 7) for step in range(8))
    )
    words = "".join(
        f'<text x="{width / 2:.0f}" y="{height * 0.46 + row * width / 16:.0f}"'
        f' font-size="{width / (8 if row == 0 else 25):.0f}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    return (
        f'<svg {_NAMESPACE} width="{width}" height="{height}">{bars}{greys}'
        f'<rect x="{width * 0.06:.0f}" y="{height * 0.38:.0f}" width="{width * 0.88:.0f}"'
        f' height="{height * 0.26:.0f}" rx="30" fill="#141414"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="\'Inter\', \'DejaVu Sans\'">{words}</g>'
        f'<rect x="6" y="6" width="{width - 12}" height="{height - 12}" fill="none" stroke="#141414"'
        f' stroke-width="12"/></svg>'
    )


def _turned(turn: int, covers: Box, margin: int) -> str:
    if not turn:
        return ""
    return f' transform="rotate({turn} {covers.width / 2 + margin:g} {covers.height / 2 + margin:g})"'


def _opposite(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#000000" if 299 * red + 587 * green + 114 * blue > 127_500 else "#FFFFFF"
