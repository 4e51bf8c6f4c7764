"""Debian's Chromium, without a picture on any screen."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

# It may speak to nobody. Without a card for it, only pictures in three dimensions are drawn the slow way.
FLAGS = (
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


class NoChromium(RuntimeError):
    """The browser is not installed."""


@asynccontextmanager
async def open_chromium() -> AsyncGenerator[Browser]:
    """One browser; every person in it gets a context of her own. Raises ``NoChromium``."""
    program = shutil.which("chromium")
    if program is None:
        raise NoChromium("Chromium is missing. As root: apt-get install chromium")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        await browser.close()
