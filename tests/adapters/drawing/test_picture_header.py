"""The first bytes decide what a picture is and whether it is small enough, before anything is decoded."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.drawing.picture_header import PictureKind, check_header, read_header
from makeline.cases.designs.renderer import (
    LARGEST_PICTURE_BYTES,
    PictureMoves,
    PictureRefused,
    PictureTooLarge,
    PictureType,
    PictureUnreadable,
)
from makeline.kernel.errors import Kind
from tests.adapters.drawing.sample_pictures import photo, png, png_chunk, written


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("png", {}),
        ("jpeg", {}),
        ("jpeg", {"progressive": True, "quality": 50}),
        ("webp", {}),
        ("webp", {"lossless": True}),
        ("webp", {"exif": b"Exif\0\0some place", "lossless": True}),
    ],
)
def test_kind_and_size_are_read_from_the_bytes(kind: str, options: dict[str, object]) -> None:
    header = check_header(written(photo((321, 123)), kind, **options))
    assert (header.kind, header.width_px, header.height_px) == (kind, 321, 123)


def test_colour_at_full_resolution_is_noticed() -> None:
    full, half = (written(photo(), "jpeg", subsampling=step) for step in (0, 2))
    assert (read_header(full).subsampled, read_header(half).subsampled) == (False, True)


@pytest.mark.parametrize(
    ("size", "accepted"),
    [
        ((5000, 8000), True),
        ((8000, 4999), True),
        ((8000, 5001), False),
        ((16_000, 2500), True),
        ((16_000, 2499), True),
        ((16_001, 10), False),
        ((10, 16_001), False),
        ((30_000, 30_000), False),
        ((0xFFFFFFFF, 0xFFFFFFFF), False),
    ],
)
def test_a_picture_above_forty_megapixels_or_16000_pixels_is_refused_before_it_is_decoded(
    size: tuple[int, int], accepted: bool
) -> None:
    claim = png(size, b"")
    if accepted:
        assert check_header(claim).width_px == size[0]
    else:
        with pytest.raises(PictureTooLarge) as refusal:
            check_header(claim)
        assert refusal.value.kind is Kind.TOO_LARGE


@pytest.mark.parametrize(("more", "accepted"), [(-1, True), (0, True), (1, False)])
def test_a_picture_has_at_most_25_mib(more: int, accepted: bool) -> None:
    small = written(photo(), "png")
    padded = small + bytes(LARGEST_PICTURE_BYTES - len(small) + more)
    if accepted:
        assert check_header(padded).kind is PictureKind.PNG
    else:
        with pytest.raises(PictureTooLarge):
            check_header(padded)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello, this is a text file called photo.png",
        b"PK\x03\x04" + bytes(60),
        b"GIF89a" + bytes(60),
        b"BM" + bytes(60),
        b"%PDF-1.7" + bytes(60),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"II*\x00" + bytes(60),
        b"RIFF\x00\x00\x00\x00WAVE" + bytes(60),
        b"\x00\x00\x00\x18ftypheic" + bytes(60),
    ],
)
def test_anything_but_png_jpeg_and_webp_is_refused_by_its_bytes(raw: bytes) -> None:
    with pytest.raises(PictureType) as refusal:
        check_header(raw)
    assert refusal.value.code == "PICTURE_TYPE"


def test_a_heic_picture_is_refused_with_advice() -> None:
    with pytest.raises(PictureType, match="please send JPEG"):
        check_header(b"\x00\x00\x00\x18ftypheic" + bytes(60))


def test_animations_are_refused() -> None:
    frames = [photo((60, 40)), photo((60, 40)).rotate(180)]
    moving_webp = written(frames[0], "webp", save_all=True, append_images=frames[1:], duration=50)
    moving_png = png((2, 2), bytes(6), before=png_chunk(b"acTL", struct.pack(">II", 2, 0)))
    for raw in (moving_webp, moving_png):
        with pytest.raises(PictureMoves):
            check_header(raw)


@pytest.mark.parametrize(
    "raw",
    [
        png((0, 5), b""),
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"tEXt", b"first" * 9),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", bytes(13)) + png_chunk(b"tEXt", b"") * 5000,
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x02" * 2,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000,
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
        b"RIFF\x00\x00\x00\x00WEBPVP8L",
        b"RIFF\x00\x00\x00\x00WEBPXXXX" + bytes(60),
    ],
)
def test_a_header_that_is_cut_short_or_never_ends_is_unreadable(raw: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        check_header(raw)


@given(st.sampled_from(["png", "jpeg", "webp"]), st.data())
def test_damage_anywhere_in_the_header_is_a_refusal_at_worst(kind: str, data: st.DataObject) -> None:
    raw = bytearray(written(photo((40, 30)), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, min(80, len(raw) - 1)))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    with suppress(PictureRefused):
        check_header(cut)
