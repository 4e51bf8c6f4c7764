"""Measure the shipped fonts for the layout: how wide each letter is, how far ink rises and falls.

A maintainer runs it after changing the fonts; it needs ``fonttools``, which the product does not:

    python tools/measure_fonts.py src/makeline/adapters/drawing/fonts OUT.json

All figures are thousandths of the font size. ``advances`` are runs: the first character's code point, then
one width per following character; a character the font lacks has no width and ends the run.
"""

import json
import sys
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

# What may be printed: Latin, Greek, Cyrillic, punctuation, currency, arrows, symbols. Nothing that joins letters
# or runs from right to left, because widths of single letters say nothing about such text.
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2190, 0x22FF),
    (0x25A0, 0x27BF),
)


def measure(path: Path) -> tuple[str, dict[str, object]]:
    """Family name and measures of one font file."""
    font = TTFont(path)
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    scale = 1000 / font["head"].unitsPerEm
    runs: list[list[int]] = []
    top = bottom = 0.0
    for first, last in _RANGES:
        run: list[int] = []
        for code in range(first, last + 1):
            if code not in cmap:
                run = []
                continue
            if not run:
                run = [code]
                runs.append(run)
            glyph = glyphs[cmap[code]]
            run.append(round(glyph.width * scale))
            pen = BoundsPen(glyphs)
            glyph.draw(pen)
            if pen.bounds:
                top, bottom = max(top, pen.bounds[3] * scale), max(bottom, -pen.bounds[1] * scale)
    names = font["name"]
    family = names.getDebugName(16) or names.getDebugName(1)
    return family, {"file": path.name, "ink_top": round(top), "ink_bottom": round(bottom), "advances": runs}


def main() -> None:
    """Write the measures of every font file of a folder."""
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted([*folder.glob("*.ttf"), *folder.glob("*.otf")])
    families = dict(measure(path) for path in files)
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in families.items()
    )
    about = json.dumps("Widths and ink extents of the shipped fonts in thousandths of the font size.")
    target.write_text(f'{{"about": {about}, "families": {{\n{lines}\n}}}}\n')


if __name__ == "__main__":
    main()
