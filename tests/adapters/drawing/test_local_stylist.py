"""The local stylist really changes the picture, each style in its own way, the same order always alike."""

from collections.abc import AsyncGenerator
from decimal import Decimal

import numpy as np
import pytest
import pyvips

from makeline.adapters.drawing.styling.local_stylist import LocalStylist
from makeline.adapters.drawing.styling.recipes import RECIPES
from makeline.adapters.drawing.styling.sheet import image_of, sheet_of
from makeline.cases.designs.renderer import PictureUnreadable
from makeline.cases.designs.spec import View
from makeline.cases.styles.catalogue import style_called
from makeline.cases.styles.stylist import StyleOrder


@pytest.fixture(scope="module")
def photograph() -> pyvips.Image:
    """Sky, a light ball with a rim, dark grass: something of everything a style looks for."""
    x, y = np.meshgrid(np.linspace(-1, 1, 120), np.linspace(-2, 2, 240))
    ball = np.clip(1.4 - 2 * np.hypot(x, y + 0.4), 0, 1)
    grass = np.clip(y, 0, 1) * (0.6 + 0.4 * np.sin(x * 40 + y * 9))
    bands = [0.5 - 0.2 * y + ball * 0.5, 0.55 - 0.15 * y + ball * 0.4, 0.8 - 0.3 * y - 0.4 * grass]
    return image_of(np.clip(np.stack(bands, axis=2), 0, 1).astype(np.float32))


def test_every_style_looks_different_from_the_photograph_and_from_every_other(photograph: pyvips.Image):
    sheet = sheet_of(photograph)
    made = {key: recipe(sheet.copy(), np.random.default_rng(5)) for key, recipe in RECIPES.items()}
    for key, picture in made.items():
        assert picture.shape == sheet.shape, key
        assert np.isfinite(picture).all(), key
        # Neither black nor white nor flat.
        assert 0.03 < picture.mean() < 0.97, key
        assert np.clip(picture, 0, 1).std() > 0.05, key
        again = RECIPES[key](sheet.copy(), np.random.default_rng(5))
        assert np.array_equal(picture, again), key
    pictures = {("the", "photograph"): sheet, **made}
    names = list(pictures)
    apart = {
        (one, other): float(np.abs(np.clip(pictures[one], 0, 1) - np.clip(pictures[other], 0, 1)).mean())
        for at, one in enumerate(names)
        for other in names[at + 1 :]
    }
    alike = {pair: distance for pair, distance in apart.items() if distance < 0.02}
    assert not alike, alike


@pytest.fixture
async def stylist() -> AsyncGenerator[LocalStylist]:
    opened = LocalStylist.lazy()
    yield opened
    await opened.close()


async def test_a_photograph_is_cut_for_its_print_and_styled_at_its_size(
    stylist: LocalStylist, photograph: pyvips.Image
):
    raw = photograph.pngsave_buffer()
    cut = await stylist.cut(raw, view=View(turn=90, shift_x=Decimal(-1)), need=(60, 130))
    assert (cut.width_px, cut.height_px, cut.enlarged) == (55, 120, pytest.approx(130 / 120, rel=0.02))
    small = await stylist.cut(raw, view=View(), need=(30, 62))
    assert (small.width_px, small.height_px, small.enlarged) == (30, 62, 1.0)
    style = style_called("glitch-pro", "chaos")
    made = await stylist.restyle(StyleOrder(cut, style, "", 7, (60, 130)))
    again = await stylist.restyle(StyleOrder(cut, style, "", 7, (60, 130)))
    other = await stylist.restyle(StyleOrder(cut, style, "", 8, (60, 130)))
    picture = pyvips.Image.new_from_buffer(made.data, "")
    assert (picture.width, picture.height, made.enlarged) == (60, 130, cut.enlarged)
    assert made.data == again.data != other.data
    with pytest.raises(PictureUnreadable):
        await stylist.cut(raw[:2000], view=View(), need=(60, 130))
