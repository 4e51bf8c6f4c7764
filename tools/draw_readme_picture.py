"""Draw the README's picture from a real purchase: ``python tools/draw_readme_picture.py``.

Runs ``makeline run --demo`` in a folder of its own, then puts the print file, the proof and the purchase's history side
by side. Everything shown is read from that run; only the colours are ours.
"""

import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyvips
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from makeline.adapters.object_store.storage import place_of

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures" / "demo.png"
_FONTS = ROOT / "src" / "makeline" / "adapters" / "drawing" / "fonts"
_PORT = 8231

SIZE = (1460, 900)
_CASE_WIDTH, _CASE_TOP = 340, 60
_LEFT_OF_PRINT, _LEFT_OF_PROOF, _LEFT_OF_STORY = 72, 472, 892
_DOT, _FINER = 9, 4
_PAPER, _INK, _SOFT, _LINE, _GOLD = "#F7F3EC", "#26231F", "#857C70", "#D9D0C2", "#B9812B"

# (noun, state reached): what a shopkeeper would say.
_MILESTONES = {
    ("session", "active"): ("The kiosk opens a session", "and shows its code"),
    ("session", "designing"): ("A photograph arrives", "checked and cleaned in a confined process"),
    ("session", "payment_pending"): (
        "Print file and proof exist",
        "same pixels, one hash; a blank is reserved",
    ),
    ("order", "placed"): ("The order is placed", "before anybody is asked for money"),
    ("order payment", "paid"): ("Paid", "order, blank and print job in one transaction"),
    ("print job", "sent"): ("The partner takes the job", "kept in the outbox until he has it"),
    ("allocation", "taken"): ("The machine takes a blank", "the one that was sold to this order"),
    ("print job", "printed"): ("Printed", "the file came by a signed, expiring link"),
    ("order", "completed"): ("Handed out", "the order is complete"),
}


class Step(NamedTuple):
    """One milestone; ``at`` in seconds since the session began."""

    at: float
    title: str
    detail: str


class Purchase(NamedTuple):
    """What the demo left behind."""

    print_file: Image.Image
    proof: Image.Image
    caption: str
    steps: list[Step]


def buy(folder: Path) -> Purchase:
    """Run the demo and read its order back; raises when the demo fails."""
    command = [sys.executable, "-m", "makeline.main.cli", "run", "--demo", "--port", str(_PORT)]
    subprocess.run([*command, "--data-dir", str(folder)], check=True, stdout=subprocess.DEVNULL, timeout=180)
    database = sqlite3.connect(folder / "makeline.sqlite")
    names = database.execute(
        "SELECT p.name, q.name, d.width_px, d.height_px, d.dpi FROM designs d"
        " JOIN stored_files p ON p.id = d.print_file_id JOIN stored_files q ON q.id = d.proof_file_id"
    ).fetchone()
    moves = database.execute("SELECT noun, to_state, at FROM moves ORDER BY at, id").fetchall()
    database.close()
    begun = datetime.fromisoformat(moves[0][2])
    steps = [
        Step((datetime.fromisoformat(at) - begun).total_seconds(), *_MILESTONES[noun, state])
        for noun, state, at in moves
        if (noun, state) in _MILESTONES
    ]
    return Purchase(
        Image.open(folder / "files" / place_of(names[0])).convert("RGB"),
        Image.open(folder / "files" / place_of(names[1])).convert("RGBA"),
        f"{names[2]} × {names[3]} pixels, {names[4]} dpi",
        steps,
    )


def draw(purchase: Purchase) -> Image.Image:
    """The whole picture."""
    page = Image.new("RGB", SIZE, _PAPER)
    height = round(_CASE_WIDTH * purchase.print_file.height / purchase.print_file.width)
    size = (_CASE_WIDTH, height)
    printed = purchase.print_file.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    proof = purchase.proof.resize(size, Image.Resampling.LANCZOS)
    _lay(page, printed, _LEFT_OF_PRINT)
    _lay(page, proof, _LEFT_OF_PROOF)
    pen = ImageDraw.Draw(page)
    below = _CASE_TOP + height + 26
    _caption(pen, _LEFT_OF_PRINT, below, "The print file", purchase.caption)
    _caption(pen, _LEFT_OF_PROOF, below, "The proof", "the same pixels, with the camera's hole")
    _tell(page, pen, purchase.steps, top=_CASE_TOP, bottom=_CASE_TOP + height)
    return page


def save(picture: Image.Image, path: Path) -> None:
    """As a PNG with a palette, a third of the size and no difference to see."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = pyvips.Image.new_from_memory(picture.tobytes(), picture.width, picture.height, 3, "uchar")
    plain.copy(interpretation="srgb").pngsave(
        str(path), palette=True, Q=92, dither=1.0, effort=10, compression=9, keep=0
    )


def _lay(page: Image.Image, case: Image.Image, left: int) -> None:
    shadow = Image.new("L", page.size)
    shadow.paste(case.getchannel("A").point(lambda alpha: alpha * 90 // 255), (left, _CASE_TOP + 14))
    page.paste("#3A2E1E", mask=shadow.filter(ImageFilter.GaussianBlur(16)))
    page.paste(case, (left, _CASE_TOP), case)


def _caption(pen: ImageDraw.ImageDraw, left: int, top: int, title: str, detail: str) -> None:
    middle = left + _CASE_WIDTH // 2
    pen.text((middle, top), title, _INK, _font("Poppins", 20), anchor="ma")
    pen.text((middle, top + 30), detail, _SOFT, _font("Inter", 15), anchor="ma")


def _tell(page: Image.Image, pen: ImageDraw.ImageDraw, steps: list[Step], *, top: int, bottom: int) -> None:
    line = _LEFT_OF_STORY + 86
    pitch = (bottom - top - 40) / (len(steps) - 1)
    pen.line([(line, top + 14), (line, top + 14 + pitch * (len(steps) - 1))], _LINE, 3)
    dot = Image.new("L", (2 * _DOT * _FINER, 2 * _DOT * _FINER))
    ImageDraw.Draw(dot).ellipse([0, 0, dot.width - 1, dot.height - 1], 255)
    dot = dot.resize((2 * _DOT, 2 * _DOT), Image.Resampling.LANCZOS)
    for number, step in enumerate(steps):
        height = round(top + 14 + number * pitch)
        page.paste(_GOLD, (line - _DOT, height - _DOT), dot)
        pen.text((line - 28, height), f"{step.at:.1f} s", _SOFT, _font("Inter", 17), anchor="rm")
        pen.text((line + 30, height - 10), step.title, _INK, _font("Poppins", 22), anchor="lm")
        pen.text((line + 30, height + 18), step.detail, _SOFT, _font("Inter", 15), anchor="lm")


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{name}.ttf", size)


def main() -> None:
    """Buy, draw, save."""
    with tempfile.TemporaryDirectory() as folder:
        purchase = buy(Path(folder))
        save(draw(purchase), TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
