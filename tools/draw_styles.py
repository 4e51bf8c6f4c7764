"""Draw the contact sheet of all styles, as `docs/styles.md` shows it, from the photograph of the demo; and the strip of
small pictures that the designer offers them by, in the order of the catalogue.

.venv/bin/python tools/draw_styles.py
"""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pyvips

from makeline.adapters.drawing.styling.recipes import RECIPES
from makeline.adapters.drawing.styling.sheet import image_of, sheet_of
from makeline.cases.styles.catalogue import styles

SHEET = Path(__file__).parents[1] / "docs" / "pictures" / "styles.jpg"
STRIP = Path(__file__).parents[1] / "src" / "makeline" / "cases" / "designs" / "pages" / "styles.webp"
_SMALL = (108, 144)
# Each is made at twice its size in the sheet: grain and lines are finer than that shows.
_MADE, _SHOWN, _TALL, _ACROSS = 460, 150, 2.09, 8
_SEED = 7


def main() -> None:
    """Make every style and put them side by side, the photograph first."""
    raw = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    photo = _cut(pyvips.Image.new_from_buffer(raw, ""))
    tiles = [_named(photo, "The photograph", "")]
    pictures = {}
    for key, recipe in RECIPES.items():
        made = image_of(recipe(sheet_of(photo), np.random.default_rng(_SEED)).astype(np.float32))
        pictures[key] = made
        tiles.append(_named(made, styles()[key].name, key[0]))
    small = [
        pictures[key].thumbnail_image(_SMALL[0], height=_SMALL[1], crop="attention")
        for key, style in styles().items()
        if style.active
    ]
    strip = pyvips.Image.arrayjoin(small, across=len(small))
    strip.webpsave(str(STRIP), Q=68, keep=0)
    print(f"{STRIP}: {strip.width} x {strip.height}, {STRIP.stat().st_size // 1024} KB")
    sheet = pyvips.Image.arrayjoin(tiles, across=_ACROSS, shim=10, background=[255.0, 255.0, 255.0])
    sheet.embed(10, 10, sheet.width + 20, sheet.height + 20, extend="white").jpegsave(
        str(SHEET), Q=78, keep=0
    )
    print(f"{SHEET}: {len(tiles) - 1} styles, {SHEET.stat().st_size // 1024} KB")


def _cut(photo: pyvips.Image) -> pyvips.Image:
    width = int(photo.height / _TALL)
    left = int(photo.width * 0.6 - width / 2)
    part = photo.crop(left, 0, width, photo.height)
    return part.resize(_MADE / width, vscale=_MADE * _TALL / photo.height).copy_memory()


def _named(picture: pyvips.Image, name: str, template: str) -> pyvips.Image:
    small = picture.thumbnail_image(_SHOWN, height=4 * _SHOWN)
    label = pyvips.Image.text(f"<b>{name}</b>\n{template}", font="DejaVu Sans 7", width=_SHOWN, dpi=96)
    ground = small.embed(0, 0, small.width, small.height + 40, extend="white")
    ink = (255 - label).embed(0, 0, small.width, 36, extend="white")
    return ground.insert(ink.bandjoin([ink, ink]).copy(interpretation="srgb"), 0, small.height + 4)


if __name__ == "__main__":
    main()
