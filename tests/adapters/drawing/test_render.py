"""Prints and proofs: the right pixels in the right places, and the same ones every time."""

import struct
from dataclasses import asdict
from decimal import Decimal
from hashlib import sha256

import pytest
import pytest_asyncio
from PIL import Image

from makeline.adapters.drawing.png_chunks import DESIGN_KEY, chunks_of
from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.renderer import (
    LARGEST_PICTURE_BYTES,
    PictureMissing,
    PictureUnreadable,
    RenderedDesign,
)
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec, View
from makeline.cases.designs.typefaces import shipped_typefaces
from tests.adapters.drawing.sample_pictures import opened, photo, written
from tests.boxes import holds

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
CLASSIC = Template("classic", "basic", 1)
FILM = Template("film-strip-3", "film", 3)
PHOTO = written(photo((1200, 900)), "jpeg", quality=95)
NAME = sha256(PHOTO).hexdigest()


def laid_out(
    template: Template = CLASSIC, text: str = "", *, name: str = NAME, view: View | None = None, **more
):
    pictures = tuple(DesignPicture(name, view or View()) for _ in range(template.image_count))
    spec = DesignSpec(template.template_id, pictures, text, **more)
    return arrange(spec, template, SHELL, ISLAND)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def plain(renderer: VipsRenderer) -> RenderedDesign:
    return await renderer.render(laid_out(), {NAME: PHOTO})


async def test_a_print_is_a_full_opaque_rectangle_of_the_canvas_size(plain: RenderedDesign) -> None:
    image = opened(plain.print_png)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1390, 2905))
    assert (plain.width_px, plain.height_px, plain.dpi) == (1390, 2905, 509)


async def test_print_and_proof_say_their_resolution_and_which_design_they_are(plain: RenderedDesign) -> None:
    for png, metre in ((plain.print_png, 20_020), (plain.proof_png, 8642)):
        said = [(name, content) for name, content in chunks_of(png) if name != b"IDAT"]
        assert [name for name, _ in said] == [b"IHDR", b"sRGB", b"pHYs", b"tEXt", b"tEXt", b"IEND"]
        assert dict(said)[b"pHYs"] == struct.pack(">IIB", metre, metre, 1)
        assert opened(png).info[DESIGN_KEY] == laid_out().design
    assert round(opened(plain.print_png).info["dpi"][0]) == 509


async def test_the_same_layout_gives_the_same_bytes(renderer: VipsRenderer, plain: RenderedDesign) -> None:
    assert await renderer.render(laid_out(), {NAME: PHOTO}) == plain


async def test_the_picture_covers_the_print_and_runs_under_the_camera(plain: RenderedDesign) -> None:
    layout, image = laid_out(), opened(plain.print_png)
    assert layout.opening is not None
    middle = layout.opening.box
    under = image.getpixel((middle.left + middle.width // 2, middle.top + middle.height // 2))
    expected = expected_pixel(middle.left + middle.width // 2, middle.top + middle.height // 2)
    assert near(under, expected)


def expected_pixel(x: int, y: int) -> tuple[int, ...]:
    """The picture's own pixel that a centred cover fit puts on a print pixel."""
    scale = 2905 / 900
    left = (1200 - 1390 / scale) / 2
    return opened(PHOTO).getpixel((int(left + x / scale), int(y / scale)))


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 25 for a, b in zip(one, other, strict=True))


async def test_a_proof_shows_the_print_smaller_with_round_corners_and_the_camera_s_hole(
    plain: RenderedDesign,
) -> None:
    proof = opened(plain.proof_png)
    assert (proof.mode, proof.size) == ("RGBA", (600, 1254))
    assert proof.getpixel((1, 1))[3] == 0
    assert proof.getpixel((300, 1000))[3] == 255
    hole = proof.getpixel((200, 180))
    assert sum(hole[:3]) < 250
    big = opened(plain.print_png).resize((600, 1254), Image.Resampling.LANCZOS)
    assert near(proof.getpixel((300, 1000))[:3], big.getpixel((300, 1000)))


RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)


@pytest.mark.parametrize(
    ("view", "place", "colour"),
    [
        (View(shift_x=Decimal(-1)), (10, 10), RED),
        (View(shift_x=Decimal(1)), (1380, 10), GREEN),
        (View(turn=90), (10, 10), BLUE),
        (View(turn=180, shift_x=Decimal(1)), (1380, 10), BLUE),
        (View(turn=180, shift_x=Decimal(1)), (1380, 2895), RED),
        (View(turn=270), (10, 10), GREEN),
        (View(zoom=Decimal(3), shift_x=Decimal(-1), shift_y=Decimal(-1)), (10, 10), RED),
        (View(zoom=Decimal(3), shift_x=Decimal(-1), shift_y=Decimal(1)), (10, 2895), BLUE),
    ],
)
async def test_shift_zoom_and_turn_show_the_part_the_customer_chose(
    renderer: VipsRenderer, view: View, place: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    for raw in (PHOTO, written(photo((1200, 900)), "png")):
        name = sha256(raw).hexdigest()
        design = await renderer.render(laid_out(view=view, name=name), {name: raw})
        assert near(opened(design.print_png).getpixel(place), colour)


@pytest.mark.parametrize("size", [(60, 40), (3, 2000), (2000, 3), (1, 1), (1390, 2905), (5000, 5000)])
async def test_pictures_of_any_size_and_proportion_fill_their_box(
    renderer: VipsRenderer, size: tuple[int, int]
) -> None:
    raw = written(Image.new("RGB", size, (10, 120, 200)), "jpeg")
    name = sha256(raw).hexdigest()
    image = opened((await renderer.render(laid_out(name=name), {name: raw})).print_png)
    assert image.size == (1390, 2905)
    for place in ((0, 0), (1389, 0), (0, 2904), (1389, 2904), (700, 1400)):
        assert near(image.getpixel(place), (10, 120, 200))


async def test_the_background_shows_through_a_transparent_picture_and_between_pictures(
    renderer: VipsRenderer,
) -> None:
    raw = written(Image.new("RGBA", (400, 400), (255, 0, 0, 0)), "png")
    name = sha256(raw).hexdigest()
    grid = Template("4-in-1", "basic", 4)
    design = await renderer.render(laid_out(name=name, background="#123456"), {name: raw})
    assert opened(design.print_png).getpixel((700, 1400)) == (0x12, 0x34, 0x56)
    tiles = await renderer.render(laid_out(grid, background="#123456"), {NAME: PHOTO})
    assert opened(tiles.print_png).getpixel((695, 1452)) == (0x12, 0x34, 0x56)


async def test_a_film_strip_has_a_dark_base_and_holes_of_the_background_colour(
    renderer: VipsRenderer,
) -> None:
    layout = laid_out(FILM, background="#FFEECC")
    image = opened((await renderer.render(layout, {NAME: PHOTO})).print_png)
    for hole in layout.perforations:
        middle = (hole.left + hole.width // 2, hole.top + hole.height // 2)
        assert image.getpixel(middle) == (0xFF, 0xEE, 0xCC)
    first, second = (layout.pictures[index].box for index in (0, 1))
    assert image.getpixel((700, (first.bottom + second.top) // 2)) == (0x14, 0x14, 0x14)


async def test_text_stands_where_the_layout_says_in_its_colour(renderer: VipsRenderer) -> None:
    white = written(Image.new("RGB", (700, 1450), "white"), "png")
    name = sha256(white).hexdigest()
    layout = laid_out(text="Hello <&> Привет", name=name, text_colour="#DC2626")
    image = opened((await renderer.render(layout, {name: white})).print_png)
    assert layout.lettering is not None
    box = layout.lettering.box
    inside = image.crop((box.left, box.top, box.right, box.bottom))
    assert (0xDC, 0x26, 0x26) in {colour for _, colour in inside.getcolors(1_000_000)}
    red_rows = [
        y for y in range(2905) if any(image.getpixel((x, y)) == (0xDC, 0x26, 0x26) for x in range(0, 1390, 3))
    ]
    assert box.top <= min(red_rows)
    assert max(red_rows) <= box.bottom


SAMPLES = (
    "Ågfjy Quick ŠÇÞ\nЩука Ёж цыган",
    "VAVA To Te. fi ffl\n♥ ★ → № £5 €7 ₽9",
    "M" * 8 + "\nÂÊÎÔÛ\n" + "j" * 16,
)


async def test_the_ink_of_every_font_stays_within_the_box_the_layout_promised(renderer: VipsRenderer) -> None:
    layouts = [laid_out(text=text, font_id=font) for font in sorted(shipped_typefaces()) for text in SAMPLES]
    letterings = [asdict(layout.lettering) for layout in layouts if layout.lettering is not None]
    answer, _ = await renderer.pool.run(
        "tests.adapters.drawing.ink_job:ink_boxes", {"letterings": letterings}
    )
    for lettering, box in zip(letterings, answer["boxes"], strict=True):
        ink = Box(*box)
        promised = Box(**lettering["box"])
        assert ink.width > 0.6 * promised.width, lettering
        # Slanted swashes may reach a hair beyond the sum of the letters' widths.
        assert holds(promised.shrunk(sides=-12, ends=-3), ink), (lettering, box)


async def test_letters_that_a_font_lacks_are_drawn_with_the_next_family_never_as_boxes(
    renderer: VipsRenderer,
) -> None:
    # Were a letter missing, the same sign would stand for both and the ink would be equal.
    fonts = sorted(shipped_typefaces())
    letterings = [
        asdict(layout.lettering)
        for font in fonts
        for text in ("Ж", "Щ")
        if (layout := laid_out(text=text, font_id=font)).lettering is not None
    ]
    answer, _ = await renderer.pool.run(
        "tests.adapters.drawing.ink_job:ink_boxes", {"letterings": letterings}
    )
    for index, font in enumerate(fonts):
        assert answer["boxes"][2 * index][2:] != answer["boxes"][2 * index + 1][2:], font


async def test_a_missing_or_damaged_picture_is_named(renderer: VipsRenderer) -> None:
    with pytest.raises(PictureMissing) as missing:
        await renderer.render(laid_out(), {})
    assert missing.value.extras["missing"] == [NAME]
    with pytest.raises(PictureUnreadable):
        await renderer.render(laid_out(), {NAME: PHOTO[:5000]})


async def test_the_renderer_tells_how_far_it_is_confined(
    renderer: VipsRenderer, plain: RenderedDesign
) -> None:
    described = renderer.describe()
    assert described["processes"] == 1
    assert set(described["confinement"]) == {"network", "user", "files", "programs"}


def layout_of_two_sheets() -> Layout:
    return laid_out(Template("2-in-1", "basic", 2))


async def test_one_picture_in_two_frames_travels_once_and_prints_twice(renderer: VipsRenderer) -> None:
    layout = layout_of_two_sheets()
    image = opened((await renderer.render(layout, {NAME: PHOTO})).print_png)
    first, second = (placed.box for placed in layout.pictures)
    assert near(image.getpixel((600, first.top + 700)), image.getpixel((600, second.top + 700)))


async def test_a_clean_picture_may_be_larger_than_an_upload(renderer: VipsRenderer) -> None:
    # Written anew at high quality, a picture can outgrow the limit that its upload kept.
    large = PHOTO + bytes(LARGEST_PICTURE_BYTES)
    name = sha256(large).hexdigest()
    assert (await renderer.render(laid_out(name=name), {name: large})).width_px == 1390
