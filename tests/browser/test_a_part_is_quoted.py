"""A STEP file dropped at the parts shop: its facts, its shape, its price that moves."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Windows
from tests.browser.looking import look_at

pytestmark = pytest.mark.asyncio(loop_scope="session")

PART = files("makeline.main") / "demo_parts" / "bracket.step"


@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_a_step_file_shows_its_shape_and_a_price_that_moves_with_the_quantity(
    windows: Windows, faces: Path | None, size: str
):
    window = await windows(size)
    await window.goes("/parts")
    await look_at(window, "parts-empty", faces=faces, first_view=True)
    await window.page.locator("input[type=file]").set_input_files(str(PART))
    await window.sees("bracket.step")
    each = window.page.locator("#each")
    await expect(each).to_have_text(re.compile(r"\d"))
    before = await each.inner_text()
    await window.page.get_by_label("Quantity").fill("100")
    await expect(each).not_to_have_text(before)
    await look_at(window, "parts-priced", faces=faces)
