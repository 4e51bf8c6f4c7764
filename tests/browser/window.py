"""A window of Chromium and whoever sits before it: ``window.button("Pay")``, ``await window.sees("Thank you")``."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect

# Beside other work on a crowded machine a page may take its time.
PATIENCE_MS: Final = 20_000
expect.set_options(timeout=PATIENCE_MS)
# What people hold or stand before: width and height in CSS pixels, and whether they touch it.
SIZES: Final[dict[str, dict[str, Any]]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "kiosk": {"viewport": {"width": 1080, "height": 1920}, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
# Chromium writes one such line for every answer above 399; those are judged by the answers themselves.
_TOLD_BY_ANSWERS = "Failed to load resource: the server responded with a status of"
_AWAY = "net::ERR_"
_MOST_TABS = 60
_IS_MARKED = """(one) => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one.matches(".unseen") ? one.labels[0] : one);
  return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
}"""


@dataclass
class Window:
    """One page. What goes wrong in it, and whoever it calls beside its own server, is written down."""

    page: Page
    size: str
    own: str
    faults: list[str] = field(default_factory=list)
    # Answers that belong to the story: ``(401, "/events")`` for a status and the end of a path.
    expected: list[tuple[int, str]] = field(default_factory=list)
    # Other servers that belong to the story.
    friends: list[str] = field(default_factory=list)
    # The line to the server is cut on purpose: then the console tells of it.
    cut: bool = False
    weight: int = 0

    async def goes(self, path: str) -> None:
        """Open a page of the shop, or follow a whole address."""
        await self.page.goto(path if "://" in path else f"{self.own}{path}", wait_until="load")

    async def sees(self, heading: str) -> Locator:
        """Wait until a heading says so."""
        found = self.page.get_by_role("heading", name=heading)
        await expect(found).to_be_visible()
        return found

    async def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the page says so anywhere."""
        found = self.page.get_by_text(text).first
        await expect(found).to_be_visible()
        return found

    async def presses(self, name: str | re.Pattern[str], *, role: Any = "button") -> None:
        """Press what bears that name."""
        await self.page.get_by_role(role, name=name).click()

    async def tabs_to(self, role: Any, name: str | re.Pattern[str], *, back: bool = False) -> Locator:
        """Walk by the keyboard to what bears that name, and see that it is there."""
        wanted = self.page.get_by_role(role, name=name).first
        await expect(wanted).to_be_visible()
        for _ in range(_MOST_TABS):
            if await wanted.evaluate("one => one === document.activeElement"):
                seen = await wanted.evaluate(_IS_MARKED)
                assert seen, f"nobody sees that {role} {name} has the focus"
                return wanted
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"the keyboard does not come to {role} {name}")

    async def enters(self, role: Any, name: str | re.Pattern[str]) -> None:
        """Walk there by the keyboard and press Enter."""
        await self.tabs_to(role, name)
        await self.page.keyboard.press("Enter")

    async def types(self, name: str, text: str) -> None:
        """Walk to a field by the keyboard and type."""
        await self.tabs_to("textbox", name)
        await self.page.keyboard.type(text)

    async def chooses_file(self, name: str, path: Any) -> None:
        """Press a label that asks for a file, and choose one."""
        async with self.page.expect_file_chooser() as waiting:
            await self.page.get_by_text(name, exact=True).filter(visible=True).click()
        await (await waiting.value).set_files(path)

    def must_be_clean(self) -> None:
        """Nothing went wrong and nobody else was called."""
        assert not self.faults, f"{self.size}: " + "\n".join(self.faults)

    def _says(self, message: ConsoleMessage) -> None:
        away = self.cut and _AWAY in message.text
        if message.type == "error" and not away and not message.text.startswith(_TOLD_BY_ANSWERS):
            self.faults.append(f"the console says: {message.text} at {message.location}")

    def _asks(self, request: Request) -> None:
        at = urlsplit(request.url)
        if at.scheme not in {"data", "blob"} and f"{at.scheme}://{at.netloc}" not in {
            self.own,
            *self.friends,
        }:
            self.faults.append(f"a request to another host: {request.url}")

    def _answered(self, response: Response) -> None:
        path = urlsplit(response.url).path
        known = any(response.status == status and path.endswith(end) for status, end in self.expected)
        if response.status >= 400 and not known:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")


@asynccontextmanager
async def open_window(chromium: Browser, own: str, size: str) -> AsyncGenerator[Window]:
    """A person of her own: no cookie and no memory of anybody else."""
    place = await chromium.new_context(**SIZES[size], locale="en-GB", reduced_motion="reduce")
    page = await place.new_page()
    page.set_default_timeout(PATIENCE_MS)
    window = Window(page, size, own)
    page.on("console", window._says)
    page.on("pageerror", lambda error: window.faults.append(f"a script failed: {error}"))
    page.on("request", window._asks)
    page.on("response", window._answered)
    line = await place.new_cdp_session(page)
    line.on("Network.loadingFinished", lambda told: _weigh(window, told))
    await line.send("Network.enable")
    try:
        yield window
    finally:
        await place.close()


def _weigh(window: Window, told: Any) -> None:
    window.weight += int(told["encodedDataLength"])
