"""What must hold of every page: axe finds nothing serious in it by day and by night, and its first view is light."""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.window import SIZES, Window

# Bytes on the wire of everything that a first view wants.
LARGEST_FIRST_VIEW = 200_000
_GRAVE = {"serious", "critical"}
_RUN = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...rules });
  return found.violations.map(({ id, impact, nodes }) => ({
    id, impact, at: nodes.slice(0, 5).map((node) => `${node.target} ${node.failureSummary}`) }));
}"""
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
_WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).slice(0, 5).map((one) => one.outerHTML.slice(0, 150))"""


async def look_at(
    window: Window, name: str, *, faces: Path | None, first_view: bool = False, also: str = ""
) -> None:
    """Judge what the window shows now; a first view by its weight and in the colours of the night, too.

    ``also``: in a window of that size, too. With ``faces`` its picture is kept there, in light and in dark, and axe goes
    through every size of it; else the other size must not be wider than its window.
    """
    if first_view:
        assert window.weight < LARGEST_FIRST_VIEW, f"{name} weighs {window.weight} bytes"
    if not await window.page.evaluate("() => 'axe' in window"):
        await window.page.evaluate(AXE_SCRIPT)
    by_night = first_view or faces is not None
    await _judge(window, name, window.size, faces, by_night=by_night)
    await _must_fit(window, name, window.size)
    if also:
        await window.page.set_viewport_size(SIZES[also]["viewport"])
        if faces is not None:
            await _judge(window, name, also, faces, by_night=by_night)
        await _must_fit(window, name, also)
        await window.page.set_viewport_size(SIZES[window.size]["viewport"])


async def _judge(window: Window, name: str, size: str, faces: Path | None, *, by_night: bool) -> None:
    page = window.page
    found: list[dict[str, Any]] = await page.evaluate(_RUN, {})
    await _keep(window, f"{name}.{size}.png", faces)
    if by_night:
        # Only the colours are others.
        await page.emulate_media(color_scheme="dark")
        found += [{**one, "by": "night"} for one in await page.evaluate(_RUN, _COLOURS)]
        await _keep(window, f"{name}.{size}.night.png", faces)
        await page.emulate_media(color_scheme="light")
    grave = [one for one in found if one["impact"] in _GRAVE]
    assert not grave, f"axe at {name}, {size}: {grave}"


async def _must_fit(window: Window, name: str, size: str) -> None:
    wider = await window.page.evaluate(_WIDER)
    assert not wider, f"{name} is wider than a {size}: {wider}"


async def _keep(window: Window, name: str, faces: Path | None) -> None:
    if faces is not None:
        await window.page.evaluate("() => scrollTo(0, 0)")
        await window.page.screenshot(path=faces / name)
