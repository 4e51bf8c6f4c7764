"""Proofs look as they looked when somebody last looked at them: ``make golden`` draws them anew, to be looked at again."""

import numpy as np
import pytest
from PIL import Image

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.main.seed import shipped_rows
from tests.adapters.drawing.golden_designs import DESIGNS, FOLDER, golden, proof_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Levels of 255: what another build of the libraries may differ by on the whole, and in the worst spot of 4 x 4 pixels.
ALIKE, ALIKE_ANYWHERE = 2.0, 15.0
_SPOT = 4


def apart(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How far two pictures of one size are apart: on the whole, and in the worst spot."""
    if one.size != other.size:
        return 255.0, 255.0
    difference = np.abs(np.asarray(one.convert("RGB"), float) - np.asarray(other.convert("RGB"), float)).mean(
        axis=2
    )
    rows, columns = (length // _SPOT for length in difference.shape)
    spots = (
        difference[: rows * _SPOT, : columns * _SPOT].reshape(rows, _SPOT, columns, _SPOT).mean(axis=(1, 3))
    )
    return float(difference.mean()), float(spots.max())


def kept(name: str) -> Image.Image:
    return Image.open(FOLDER / f"{name}.webp").convert("RGB")


async def test_every_proof_looks_as_it_did(renderer: VipsRenderer) -> None:
    for name in DESIGNS:
        on_the_whole, anywhere = apart(golden(await proof_of(renderer, name)), kept(name))
        assert on_the_whole <= ALIKE, f"{name}: {on_the_whole:.1f}"
        assert anywhere <= ALIKE_ANYWHERE, f"{name}: {anywhere:.1f}"


async def test_every_template_has_a_golden_picture_and_no_two_are_alike() -> None:
    assert {row["id"] for row in shipped_rows("templates")} <= DESIGNS.keys()
    assert {path.stem for path in FOLDER.glob("*.webp")} == DESIGNS.keys()
    pictures = [kept(name) for name in DESIGNS]
    for index, picture in enumerate(pictures):
        for other in pictures[:index]:
            assert apart(picture, other)[1] > 2 * ALIKE_ANYWHERE
