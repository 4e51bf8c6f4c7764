"""Uploads become clean pictures: upright, sRGB, 8 bit, without metadata, the same bytes every time."""

import hashlib
import io

import pytest
import pyvips
from PIL import Image

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.renderer import PictureRefused, PictureUnreadable
from tests.adapters.drawing.sample_pictures import jpeg_claiming, opened, photo, png, png_chunk, written

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = b"51.5007N 0.1246W"


def close(one: tuple[int, ...], other: tuple[int, ...], *, within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


async def test_a_jpeg_stays_a_jpeg_and_looks_the_same(renderer: VipsRenderer) -> None:
    clean = await renderer.read_picture(written(photo(), "jpeg", quality=95))
    image = opened(clean.data)
    assert (clean.media_type, image.format, image.mode, image.size) == (
        "image/jpeg",
        "JPEG",
        "RGB",
        (800, 600),
    )
    assert (clean.width_px, clean.height_px) == (800, 600)
    assert clean.sha256 == hashlib.sha256(clean.data).hexdigest()
    assert close(image.getpixel((20, 20)), (220, 20, 20))


async def test_a_png_stays_a_png_to_the_pixel(renderer: VipsRenderer) -> None:
    original = photo()
    clean = await renderer.read_picture(written(original, "png"))
    assert clean.media_type == "image/png"
    assert opened(clean.data).tobytes() == original.tobytes()


async def test_the_same_bytes_in_give_the_same_bytes_out(renderer: VipsRenderer) -> None:
    for kind in ("jpeg", "png", "webp"):
        raw = written(photo(), kind)
        assert (await renderer.read_picture(raw)).data == (await renderer.read_picture(raw)).data


async def test_webp_becomes_jpeg_or_where_transparent_png(renderer: VipsRenderer) -> None:
    plain = await renderer.read_picture(written(photo(), "webp"))
    see_through = photo().convert("RGBA")
    see_through.putalpha(120)
    clear = await renderer.read_picture(written(see_through, "webp", lossless=True))
    assert (plain.media_type, clear.media_type) == ("image/jpeg", "image/png")
    assert opened(clear.data).getpixel((20, 20))[3] == 120


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_picture_is_turned_as_its_camera_was_held(renderer: VipsRenderer, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = photo().transpose(undo[orientation]) if orientation in undo else photo()
    exif = Image.Exif()
    exif[0x0112] = orientation
    clean = await renderer.read_picture(written(held, "jpeg", exif=exif, quality=95))
    image = opened(clean.data)
    assert image.size == (800, 600)
    assert close(image.getpixel((20, 20)), (220, 20, 20))
    assert close(image.getpixel((780, 20)), (20, 200, 20))
    assert close(image.getpixel((20, 580)), (20, 20, 220))


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
async def test_no_metadata_survives(renderer: VipsRenderer, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    profile = pyvips.Image.profile_load("srgb")
    raw = written(
        photo(), kind, exif=exif, icc_profile=bytes(profile), comment=PLACE, xmp=b"<x>" + PLACE + b"</x>"
    )
    assert PLACE in raw
    clean = await renderer.read_picture(raw)
    assert PLACE not in clean.data
    assert b"Exif" not in clean.data
    assert b"ICC" not in clean.data
    assert b"iCCP" not in clean.data
    assert not opened(clean.data).getexif()


async def test_a_wide_colour_profile_is_converted_to_srgb(renderer: VipsRenderer) -> None:
    wide = bytes(pyvips.Image.profile_load("p3"))
    raw = written(Image.new("RGB", (64, 64), (200, 100, 50)), "png", icc_profile=wide)
    pixel = opened((await renderer.read_picture(raw)).data).getpixel((30, 30))
    # The same colour needs a stronger red in the smaller space.
    assert pixel[0] > 205
    assert pixel[2] < 45


async def test_a_broken_colour_profile_does_not_cost_the_picture(renderer: VipsRenderer) -> None:
    raw = written(photo(), "png", icc_profile=b"no profile at all" * 20)
    assert opened((await renderer.read_picture(raw)).data).tobytes() == photo().tobytes()


async def test_a_printers_cmyk_jpeg_becomes_srgb(renderer: VipsRenderer) -> None:
    raw = written(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "jpeg")
    image = opened((await renderer.read_picture(raw)).data)
    assert image.mode == "RGB"
    red, green, blue = image.getpixel((30, 30))
    assert red > 180
    assert green < 80
    assert blue < 80


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16"])
async def test_every_kind_of_png_becomes_eight_bit_srgb(renderer: VipsRenderer, mode: str) -> None:
    image = Image.new("I;16", (50, 40), 40_000) if mode == "I;16" else photo((50, 40)).convert(mode)
    clean = opened((await renderer.read_picture(written(image, "png"))).data)
    assert clean.mode in {"RGB", "RGBA"}
    assert clean.size == (50, 40)
    if mode == "I;16":
        assert close(clean.getpixel((5, 5)), (156, 156, 156), within=2)


async def test_a_grey_jpeg_becomes_srgb(renderer: VipsRenderer) -> None:
    clean = opened((await renderer.read_picture(written(photo().convert("L"), "jpeg"))).data)
    assert clean.mode == "RGB"


async def test_what_hangs_behind_a_picture_is_left_behind(renderer: VipsRenderer) -> None:
    archive = b"PK\x03\x04" + b"hidden archive" * 50
    for kind in ("png", "jpeg", "webp"):
        clean = await renderer.read_picture(written(photo(), kind) + archive)
        assert b"hidden" not in clean.data


HOSTILE = {
    "900 megapixels": png((30_000, 30_000), bytes(100_000), depth=8, colour=6),
    "a text file": b"once upon a time" * 100,
    "a truncated jpeg": written(photo(), "jpeg")[:9000],
    "a truncated png": written(photo(), "png")[:9000],
    "a truncated webp": written(photo(), "webp")[:3000],
    "a png with too few rows": png((2000, 2000), bytes(2001 * 10)),
    "a jpeg that claims more rows": jpeg_claiming(written(photo(), "jpeg"), (800, 6000)),
    "a png without pixels": png((100, 100), b""),
    "a png of impossible depth": png((100, 100), bytes(10_100), depth=5),
    "a png with damaged pixels": png((100, 100), bytes(10_100)).replace(b"IDAT\x78", b"IDAT\x00"),
    "a jpeg header alone": written(photo(), "jpeg")[:300],
    "a png with a cut checksum": written(photo(), "png")[:-20],
    "a palette png without palette": png((10, 10), bytes(110), colour=3),
    "an svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "a jpeg in a png's coat": b"\x89PNG\r\n\x1a\n" + written(photo(), "jpeg"),
    "noise behind a jpeg's first bytes": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
    "two frame headers": b"\xff\xd8" + written(photo((64, 64)), "jpeg")[2:700] * 2,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_are_refused_and_the_next_customer_is_served(
    renderer: VipsRenderer, name: str
) -> None:
    with pytest.raises(PictureRefused):
        await renderer.read_picture(HOSTILE[name])
    assert (await renderer.read_picture(written(photo((40, 30)), "png"))).width_px == 40


async def test_stray_bytes_between_the_rows_of_a_telephones_jpeg_are_forgiven(renderer: VipsRenderer) -> None:
    raw = written(photo(), "jpeg")
    assert raw.endswith(b"\xff\xd9")
    stray = raw[:-2] + bytes(8) + raw[-2:]
    assert (await renderer.read_picture(stray)).width_px == 800


async def test_hostile_files_do_not_even_cost_a_process(renderer: VipsRenderer) -> None:
    await renderer.read_picture(written(photo((40, 30)), "png"))
    started = renderer.pool.usage.processes_started
    for raw in HOSTILE.values():
        with pytest.raises(PictureRefused):
            await renderer.read_picture(raw)
    assert renderer.pool.usage.processes_started == started


async def test_a_bomb_within_the_pixel_limit_stays_within_the_memory_limit(renderer: VipsRenderer) -> None:
    side = 6000
    bomb = png((side, side), bytes((side // 8 + 1) * side), depth=1)
    assert len(bomb) < 50_000
    clean = await renderer.read_picture(bomb)
    assert (clean.width_px, clean.height_px) == (side, side)
    assert renderer.pool.usage.peak_bytes < 400 * 1024 * 1024


async def test_extra_chunks_full_of_text_are_neither_kept_nor_a_burden(renderer: VipsRenderer) -> None:
    notes = png_chunk(b"tEXt", b"Comment\0" + b"x" * 100_000) * 20
    clean = await renderer.read_picture(png((10, 10), bytes(110), before=notes))
    assert len(clean.data) < 1000


async def test_a_refusal_tells_the_customer_nothing_of_our_machinery(renderer: VipsRenderer) -> None:
    with pytest.raises(PictureUnreadable) as refusal:
        await renderer.read_picture(written(photo(), "jpeg")[:9000])
    assert refusal.value.message == "the picture is damaged or cut short"


async def test_a_test_card_says_what_it_stands_for(renderer: VipsRenderer) -> None:
    cards = [
        await renderer.draw_test_card(label) for label in ("missing.png", "missing.png", "<b>&\x00other")
    ]
    assert cards[0] == cards[1] != cards[2]
    assert Image.open(io.BytesIO(cards[2].data)).size == (1390, 2905)
