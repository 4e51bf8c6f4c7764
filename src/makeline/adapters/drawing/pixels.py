"""Opening pictures with libvips; runs only inside a confined process."""

import pyvips

from makeline.foundation.limited_jobs import JobRefused

# Same input, same order of work, no memory kept between jobs.
pyvips.cache_set_max(0)

UNREADABLE = "PICTURE_UNREADABLE"


def open_picture(raw: bytes, kind: str, *, shrink: int = 1, fail_on: str = "error") -> pyvips.Image:
    """A picture as a stream of rows. The kind is told, never guessed, so no other decoder is ever reached.

    ``fail_on`` says what is fatal: ``error``, or already a ``warning`` of the decoder.
    """
    match kind:
        case "jpeg":
            return pyvips.Image.jpegload_buffer(raw, shrink=shrink, access="sequential", fail_on=fail_on)
        case "png":
            return pyvips.Image.pngload_buffer(raw, access="sequential", fail_on=fail_on)
        case "webp":
            return pyvips.Image.webpload_buffer(raw, access="sequential", fail_on=fail_on)
    raise JobRefused("PICTURE_TYPE", "only JPEG, PNG and WebP pictures are read")


def drawing(svg: str) -> pyvips.Image:
    """Our own vector drawing as sRGB with alpha."""
    return pyvips.Image.svgload_buffer(svg.encode())


def plain(width: int, height: int, colour: str) -> pyvips.Image:
    """A surface of one colour (#RRGGBB)."""
    return (
        pyvips.Image.black(width, height, bands=3)
        .linear([1.0, 1.0, 1.0], rgb(colour), uchar=True)
        .copy(interpretation="srgb")
    )


def rgb(colour: str) -> list[float]:
    """#RRGGBB as three numbers from 0 to 255, as the library wants them."""
    return [float(int(colour[place : place + 2], 16)) for place in (1, 3, 5)]


def damaged(error: pyvips.Error) -> JobRefused:
    """The refusal for whatever the decoder complained about; its words are for logs, not for customers."""
    detail = " ".join(str(error).split())[:200]
    return JobRefused(UNREADABLE, f"the picture is damaged or cut short ({detail})")
