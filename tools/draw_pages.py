"""``python -m tools.draw_pages [FOLDER]``: the README's pictures of the pages, and the contact sheet of all of them.

tests/browser walks through the pages and leaves a picture at each stop; FOLDER keeps those of a walk, and a folder with
pictures in it is drawn without walking again. Front door and documentation are visited here.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import httpx2
from PIL import Image, ImageDraw, ImageFilter

from tests.browser.chromium import open_chromium
from tools.draw_faces import LARGEST, ROOT, walk, write_sheet

_PICTURES = ROOT / "docs" / "pictures"
_PAPER, _SHADE = "#e9e7e1", "#55504a"
_GAP, _RADIUS = 34, 14
_PATIENCE_SECONDS = 60
# What a window shows of itself: width over height, from its top.
_RATIO = {"kiosk": 1080 / 1920, "phone": 390 / 844, "desktop": 1280 / 800}


class Row(NamedTuple):
    """One picture of the README: windows side by side, ``height`` pixels high.

    ``shown`` are patterns of names, each ending in the kind of window; every pattern gives its first ``most`` stops.
    """

    name: str
    height: int
    shown: tuple[str, ...]
    most: int = 1


ROWS = (
    Row("pages", 560, ("kiosk-code.kiosk", "phone-designer.phone", "parts?priced.desktop", "today.desktop")),
    Row("screen", 620, ("kiosk-*.kiosk",), most=5),
    Row("phone", 620, ("phone-*.phone",), most=5),
    Row("web", 460, ("designer.desktop", "check and pay.desktop", "web order.desktop")),
    Row("parts-page", 460, ("parts?priced.desktop", "basket.desktop")),
    Row("staff", 460, ("today.desktop", "staff orders.desktop", "staff machines.desktop")),
    Row("docs", 460, ("docs*.desktop",), most=3),
)
_VISITS = {
    "front-door": "/",
    "docs": "/docs",
    "docs-call": "/docs/parts#post-calculate-price",
    "docs-signing": "/docs/signing#hmac",
}


def main() -> int:
    """Walk, visit, draw; ends with what the walk ended with."""
    if len(sys.argv) > 1:
        return _drawn(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="makeline-pages-") as folder:
        return _drawn(Path(folder))


def _drawn(folder: Path) -> int:
    if not list(folder.glob("*.png")):
        code = walk(folder)
        if code:
            return code
    with tempfile.TemporaryDirectory(prefix="makeline-shop-") as data:
        asyncio.run(_visit(folder, Path(data)))
    write_sheet(folder)
    for row in ROWS:
        windows = _windows(folder, row)
        if not windows:
            print(f"{row.name}: no stop is called {' or '.join(row.shown)}; the picture stays as it is")
            continue
        _save(_row(windows), _PICTURES / f"{row.name}.webp")
    return 0


async def _visit(folder: Path, data: Path) -> None:
    """Pages that need no walk, in a shop that was just opened."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    makeline = Path(sys.executable).with_name("makeline")
    command = [str(makeline), "run", "--port", str(port), "--data-dir", str(data)]
    # Its simulators choose ports beside its own; nobody asks them for anything here.
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "DEMO_FILES": "off"}
    ) as shop:
        try:
            await _until_open(f"http://127.0.0.1:{port}")
            async with open_chromium() as browser:
                page = await browser.new_page(viewport={"width": 1280, "height": 800})
                for name, path in _VISITS.items():
                    await page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
                    await page.screenshot(path=folder / f"{name}.desktop.png")
        finally:
            shop.terminate()


async def _until_open(url: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    async with httpx2.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"{url}/ready")).status_code == 200:
                    return
            except httpx2.HTTPError:
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(0.3)


def _windows(folder: Path, row: Row) -> list[Image.Image]:
    found = []
    for pattern in row.shown:
        stops = sorted(folder.glob(f"{pattern}.png"), key=lambda path: path.stat().st_mtime)
        found += [_window(path, row.height) for path in stops[: row.most]]
    return found


def _window(path: Path, height: int) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    ratio = _RATIO[path.name.removesuffix(".png").rpartition(".")[2]]
    top = picture.crop((0, 0, picture.width, min(picture.height, round(picture.width / ratio))))
    return top.resize((round(height * ratio), height), Image.Resampling.LANCZOS)


def _row(windows: list[Image.Image]) -> Image.Image:
    width = sum(window.width + _GAP for window in windows) + _GAP
    sheet = Image.new("RGB", (width, windows[0].height + 2 * _GAP), _PAPER)
    left = _GAP
    for window in windows:
        mask = Image.new("L", window.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, window.width - 1, window.height - 1), _RADIUS, fill=255)
        shade = Image.new("L", sheet.size, 0)
        shade.paste(mask.point(lambda bright: bright // 3), (left, _GAP + 5))
        sheet.paste(_SHADE, (0, 0), shade.filter(ImageFilter.GaussianBlur(9)))
        sheet.paste(window, (left, _GAP), mask)
        left += window.width + _GAP
    return sheet


def _save(picture: Image.Image, target: Path) -> None:
    for quality in (86, 78, 70, 60, 50):
        picture.save(target, quality=quality, method=6)
        if target.stat().st_size < LARGEST:
            break
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    sys.exit(main())
