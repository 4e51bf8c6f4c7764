"""The lettering a customer may choose, and how wide it runs.

Widths come with the product (measured from the very font files that draw), so that text is broken into lines here,
once, and the print can only follow.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from makeline.kernel.errors import FieldProblem, Invalid

_DATA = files("makeline.cases.catalog") / "data"
# Kerning and hinting move letters a little against the sum of their widths.
_TOLERANCE_PERCENT = 3


class UnknownFont(Invalid):
    """The design names a font that is not offered."""

    code = "UNKNOWN_FONT"


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font of the catalogue: the families it is drawn with and its measures in thousandths of its size."""

    font_id: str
    families: tuple[str, ...]
    ink_top: int
    ink_bottom: int
    advances: Mapping[str, int]

    def missing(self, text: str) -> str:
        """The characters of a text that none of the families has, each once, in order."""
        return "".join(dict.fromkeys(letter for letter in text if letter not in self.advances))

    def width(self, text: str, *, size_px: int) -> int:
        """How many pixels a line takes at a size, a little more rather than less."""
        thousandths = sum(self.advances[letter] for letter in text) * size_px
        return -(-thousandths * (100 + _TOLERANCE_PERCENT) // 100_000)


def typeface_of(font_id: str) -> Typeface:
    """The typeface of a catalogue font; raises ``UnknownFont``."""
    try:
        return shipped_typefaces()[font_id]
    except KeyError:
        raise UnknownFont(FieldProblem("font_id", "is not a font we offer", font_id)) from None


def families_needed(font_id: str, text: str) -> list[str]:
    """Those of a font's families that draw at least one of these letters; the first always."""
    typeface, letters = typeface_of(font_id), set(text)
    needed = []
    for family in typeface.families:
        drawn = letters & _widths()[family].keys()
        if drawn or not needed:
            needed.append(family)
        letters -= drawn
    return needed


@cache
def shipped_typefaces() -> Mapping[str, Typeface]:
    """Every font of the catalogue by its id."""
    fonts = json.loads((_DATA / "fonts.json").read_text("utf-8"))["rows"]
    return {font["id"]: _typeface(font["id"], font["families"], _measures(), _widths()) for font in fonts}


@cache
def _measures() -> Mapping[str, dict[str, Any]]:
    measures: Mapping[str, dict[str, Any]] = json.loads((_DATA / "font_measures.json").read_text("utf-8"))[
        "families"
    ]
    return measures


@cache
def _widths() -> Mapping[str, Mapping[str, int]]:
    return {family: _advances(row["advances"]) for family, row in _measures().items()}


def _typeface(
    font_id: str,
    families: list[str],
    measures: Mapping[str, dict[str, Any]],
    widths: Mapping[str, Mapping[str, int]],
) -> Typeface:
    advances: dict[str, int] = {}
    for family in reversed(families):
        advances.update(widths[family])
    return Typeface(
        font_id,
        tuple(families),
        max(measures[family]["ink_top"] for family in families),
        max(measures[family]["ink_bottom"] for family in families),
        advances,
    )


def _advances(runs: list[list[int]]) -> dict[str, int]:
    return {chr(run[0] + offset): width for run in runs for offset, width in enumerate(run[1:])}
