"""``python -m tools.draw_faces [FOLDER]``: walk through the pages in Chromium, then draw docs/pictures/faces.webp.

The pictures are those that tests/browser takes on its way; with FOLDER they stay there.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures" / "faces.webp"
_FONT = ROOT / "src" / "makeline" / "adapters" / "drawing" / "fonts" / "DejaVuSans.ttf"
LARGEST = 400_000

_WIDTH, _GAP, _CAPTION, _RADIUS = 2000, 22, 26, 9
_PAPER, _INK = "#e9e7e1", "#545b64"
# How high each kind of window stands on the sheet.
_HEIGHTS = {"kiosk": 420, "phone": 360, "desktop": 220}
# Long pages are shown from their top.
_RATIO = {"kiosk": 1080 / 1920, "phone": 390 / 844, "desktop": 1280 / 800}


class Face(NamedTuple):
    """One picture of a page, as large as it stands on the sheet."""

    name: str
    picture: Image.Image


def main() -> int:
    """Walk, draw, tell where; ends with what the tests ended with."""
    if len(sys.argv) > 1:
        return _drawn(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="makeline-faces-") as folder:
        return _drawn(Path(folder))


def _drawn(folder: Path) -> int:
    code = walk(folder)
    if code == 0:
        write_sheet(folder)
    return code


def walk(folder: Path) -> int:
    """Walk through the pages and leave a picture of each stop; what the tests ended with."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "tests/browser", "--faces", str(folder)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def write_sheet(folder: Path) -> None:
    """Draw the contact sheet as large as it may be."""
    sheet = draw(folder)
    for quality in (82, 74, 66, 58, 48, 38, 30):
        sheet.save(TARGET, quality=quality, method=6)
        if TARGET.stat().st_size < LARGEST:
            break
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size // 1024} KiB")


def draw(folder: Path) -> Image.Image:
    """Rows of windows of one kind, in the order in which they were seen; every fourth by night."""
    rows = [row for size in _HEIGHTS for row in _rows(_faces(folder, size))]
    height = _GAP + sum(row[0].picture.height + _CAPTION + _GAP for row in rows)
    sheet = Image.new("RGB", (_WIDTH, height), _PAPER)
    pen, font, top = ImageDraw.Draw(sheet), ImageFont.truetype(str(_FONT), 13), _GAP
    for row in rows:
        left = (_WIDTH - sum(face.picture.width + _GAP for face in row) + _GAP) // 2
        for face in row:
            sheet.paste(face.picture, (left, top), _rounded(face.picture.size))
            pen.text((left + 4, top + face.picture.height + 6), face.name, fill=_INK, font=font)
            left += face.picture.width + _GAP
        top += row[0].picture.height + _CAPTION + _GAP
    return sheet


def _faces(folder: Path, size: str) -> list[Face]:
    seen = sorted(folder.glob(f"*.{size}.png"), key=lambda path: path.stat().st_mtime)
    faces = []
    for number, by_day in enumerate(seen):
        by_night = by_day.with_name(f"{by_day.name.removesuffix('.png')}.night.png")
        path = by_night if number % 4 == 2 and by_night.exists() else by_day
        picture = Image.open(path).convert("RGB")
        shown = picture.crop((0, 0, picture.width, min(picture.height, round(picture.width / _RATIO[size]))))
        width = round(_HEIGHTS[size] * _RATIO[size])
        name = by_day.name.removesuffix(f".{size}.png").replace("-", " ")
        faces.append(Face(name, shown.resize((width, _HEIGHTS[size]), Image.Resampling.LANCZOS)))
    return faces


def _rows(faces: list[Face]) -> list[list[Face]]:
    if not faces:
        return []
    room = (_WIDTH - _GAP) // (faces[0].picture.width + _GAP)
    # Rows of one length look calmer than a full one and a rest.
    length = -(-len(faces) // -(-len(faces) // room))
    return [faces[start : start + length] for start in range(0, len(faces), length)]


def _rounded(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), _RADIUS, fill=255)
    return mask


if __name__ == "__main__":
    sys.exit(main())
