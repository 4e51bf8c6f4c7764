"""A case designed and bought on the web without a mouse: search, photograph, words, address, payment page, order page."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Windows
from tests.browser.looking import look_at
from tests.journeys.street import Street

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def test_a_case_is_designed_and_bought_by_the_keyboard_alone(
    shop: Street, windows: Windows, faces: Path | None, photograph: Path
):
    window = await windows("desktop")
    window.friends.append(f"http://127.0.0.1:{shop.house.settings.stripe_simulator_port}")
    press = window.page.keyboard.press
    await window.goes("/shop")
    await window.sees("Phone cases with your own design")
    await look_at(window, "shop", faces=faces, first_view=True, also="phone")
    await window.tabs_to("searchbox", "Which phone is it for?")
    await window.page.keyboard.type("iphone 15 pro")
    await window.enters("link", re.compile("iPhone 15 Pro(?! Max)"))

    await window.sees("Design your case")
    async with window.page.expect_file_chooser() as waiting:
        await window.enters("button", "Choose a photo")
    await (await waiting.value).set_files(photograph)
    await window.sees("This will look good")
    await look_at(window, "designer", faces=faces, also="phone")
    await window.tabs_to("tab", "Photos", back=True)
    await press("ArrowRight")
    await press("ArrowRight")
    await window.types("Words on your case", "Make a wish")
    await window.reads("Saved")
    await window.enters("button", "Continue")

    await window.sees("Where shall it go?")
    await window.types("E-mail", "ada@example.com")
    await window.types("Your name", "Ada Lovelace")
    await window.types("Street and number", "12 St James's Square")
    await window.types("Postcode", "SW1Y 4JH")
    await window.types("Town", "London")
    await look_at(window, "delivery", faces=faces, also="phone")
    await window.enters("button", "Continue")
    await window.sees("Check and pay")
    await look_at(window, "check and pay", faces=faces)
    await window.enters("button", re.compile(r"Pay £"))

    await window.sees("38.99 GBP")
    await window.enters("button", "Pay 38.99 GBP")
    await window.sees("Your case is made")
    await look_at(window, "web order", faces=faces)
