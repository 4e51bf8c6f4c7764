"""A STEP file at the parts shop: its facts, its shape, its price that moves; basket, account, order."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Windows
from tests.browser.looking import look_at

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

PART = files("makeline.main") / "demo_parts" / "bracket.step"


async def test_a_step_file_shows_its_shape_and_a_price_that_moves_and_becomes_an_order(
    windows: Windows, faces: Path | None
):
    window = await windows("desktop")
    await window.goes("/parts")
    await look_at(window, "parts empty", faces=faces, first_view=True, also="phone")
    await window.chooses_file("Choose files", str(PART))
    await window.sees("bracket.step")
    each = window.page.get_by_role("region", name="Price").get_by_role("strong").first
    await expect(each).to_have_text(re.compile(r"\d"))
    before = await each.inner_text()
    await window.page.get_by_label("Quantity").fill("100")
    await expect(each).not_to_have_text(before)
    await look_at(window, "parts priced", faces=faces, also="phone")

    await window.presses("Put into the basket")
    await window.presses("Go to the basket", role="link")
    await window.sees("bracket.step")
    await window.presses("Open an account")
    await window.sees("Who you are")
    await window.page.get_by_label("User name").fill("ada")
    await window.page.get_by_label("E-mail").fill("ada@example.com")
    await window.page.get_by_label("Password").fill("correct horse battery")
    await window.presses("Open an account")
    await window.page.get_by_label("Your order number").wait_for()
    await look_at(window, "basket", faces=faces, also="phone")
    await window.presses("Order (1)")
    await window.sees("ORDER_")
    await look_at(window, "parts order", faces=faces, also="phone")
