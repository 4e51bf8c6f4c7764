"""What is seen of real pictures: each rule of the verdict has one that passes and one that fails."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec, View
from makeline.cases.designs.verdict import FindingCode, Grade, Verdict, judge
from tests.adapters.drawing.sample_pictures import opened, photo, written

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
CLASSIC = Template("classic", "basic", 1)
PORTRAIT = Path(__file__).parents[2] / "samples" / "portrait.jpg"
# Half as many pixels as the print has: 254 of them on an inch.
HALF = (695, 1452)
F, G = FindingCode, Grade


@cache
def plain_photo() -> Image.Image:
    """Detail up to every edge, and no face."""
    return photo(HALF)


def with_face(x: int, y: int, width: int = 700) -> Image.Image:
    """The portrait, so wide on the print, on a photograph; its face is in the middle of (x, y) of the print."""
    sheet = plain_photo().filter(ImageFilter.GaussianBlur(2))
    face = Image.open(PORTRAIT)
    face = face.resize((width // 2, width * face.height // face.width // 2), Image.Resampling.LANCZOS)
    # Where the face lies in the portrait.
    sheet.paste(face, (x // 2 - face.width * 52 // 100, y // 2 - face.height * 36 // 100))
    return sheet


def bordered(pixels: int, colour: str = "white") -> Image.Image:
    """A strip of one colour, so wide on the print, along the left edge: a picture that was moved too far."""
    sheet = plain_photo().copy()
    sheet.paste(colour, (0, 0, pixels // 2, sheet.height))
    return sheet


def logo() -> Image.Image:
    """A drawing in the middle of white paper: the white is no mistake."""
    sheet = Image.new("RGB", HALF, "white")
    for step in range(12):
        shade = 20 * step
        sheet.paste(
            (shade, 90, 255 - shade), (150 + 5 * step, 650 + 10 * step, 500 - 5 * step, 655 + 10 * step)
        )
    return sheet


def laid_out(raw: bytes, **more: object) -> tuple[Layout, Mapping[str, bytes]]:
    name = sha256(raw).hexdigest()
    view = more.pop("view", View())
    spec = DesignSpec("classic", (DesignPicture(name, view),), **more)  # ty: ignore[invalid-argument-type]
    return arrange(spec, CLASSIC, SHELL, ISLAND), {name: raw}


async def seen(renderer: VipsRenderer, picture: Image.Image, **more: object) -> Verdict:
    layout, pictures = laid_out(written(picture, "jpeg", quality=90), **more)
    return judge(layout, await renderer.look(layout, pictures))


GOOD_AND_BAD = {
    "a large picture": (plain_photo, {}, None),
    "a small one": (lambda: photo((200, 300)), {}, (F.TOO_FEW_PIXELS, G.FAIL)),
    "a face below the camera": (lambda: with_face(700, 1700), {}, None),
    "a face under the camera": (lambda: with_face(430, 420, 620), {}, (F.FACE_UNDER_CAMERA, G.FAIL)),
    "a face over the edge": (lambda: with_face(1262, 1700, 500), {}, (F.FACE_OUTSIDE_SAFE_ZONE, G.WARN)),
    "a strip of white": (lambda: bordered(70), {}, (F.EMPTY_EDGE, G.FAIL)),
    "a thin one": (lambda: bordered(30), {}, (F.EMPTY_EDGE, G.WARN)),
    "a black strip of a screenshot": (lambda: bordered(120, "black"), {}, (F.EMPTY_EDGE, G.FAIL)),
    "a drawing on white paper": (logo, {}, None),
    "text on it": (plain_photo, {"text": "Hello"}, None),
    "text under the camera": (
        plain_photo, {"text": "Hi", "text_spot": TextSpot(Decimal("0.3"), Decimal("0.1"))}, (F.TEXT_UNDER_CAMERA, G.FAIL),
    ),
    "text over the edge": (
        plain_photo, {"text": "Hi", "text_spot": TextSpot(Decimal("0.01"), Decimal("0.6"))}, (F.TEXT_OUTSIDE_SAFE_ZONE, G.FAIL),
    ),
    "a sticker under the camera": (
        plain_photo, {"stickers": (Sticker("cat-1", Decimal("0.3"), Decimal("0.14")),)}, (F.STICKER_UNDER_CAMERA, G.WARN),
    ),
}  # fmt: skip


async def test_each_rule_has_a_picture_that_passes_and_one_that_fails(renderer: VipsRenderer) -> None:
    for case, (picture, more, expected) in GOOD_AND_BAD.items():
        found = await seen(renderer, picture(), **more)
        told = [(finding.code, finding.grade) for finding in found.findings]
        assert told == ([] if expected is None else [expected]), case


async def test_a_face_is_found_where_it_is_whichever_way_the_picture_lies(renderer: VipsRenderer) -> None:
    upright = with_face(700, 1700)
    for turn, image in ((0, upright), (90, upright.rotate(90, expand=True)), (180, upright.rotate(180))):
        layout, pictures = laid_out(written(image, "jpeg", quality=90), view=View(turn=turn))
        (sight,) = await renderer.look(layout, pictures)
        (face,) = sight.faces
        assert abs(face.left + face.width // 2 - 700) < 60
        assert abs(face.top + face.height // 2 - 1700) < 80
        assert 250 < face.width < 450


async def test_an_overlay_shows_the_case_with_its_camera_and_what_was_found(renderer: VipsRenderer) -> None:
    layout, pictures = laid_out(written(bordered(120), "jpeg", quality=90))
    found = judge(layout, await renderer.look(layout, pictures))
    bare = opened(await renderer.draw_overlay(layout, pictures, ()))
    marked = opened(await renderer.draw_overlay(layout, pictures, found.findings))
    assert bare.size == marked.size == (600, 1254)
    assert sum(bare.getpixel((180, 180))) < 200, "the camera is dark"
    assert bare.getpixel((25, 1000)) == (255, 255, 255)
    red, green, _ = marked.getpixel((25, 1000))
    assert red > green + 20, "the finding is marked"
