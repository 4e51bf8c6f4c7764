"""The port to whatever reads customers' pictures and draws prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from makeline.cases.designs.layout import Layout
from makeline.cases.designs.verdict import Finding, Sight
from makeline.kernel.errors import Kind, Refusal, Unavailable

LARGEST_PICTURE_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE_PX = 16_000


class PictureRefused(Refusal):
    """The picture cannot be used; the customer is told why and may bring another."""

    code = "PICTURE_REFUSED"
    kind = Kind.INVALID


class PictureTooLarge(PictureRefused):
    """Above 25 MiB, 40 megapixels or 16,000 pixels on a side."""

    code = "PICTURE_TOO_LARGE"
    kind = Kind.TOO_LARGE


class PictureType(PictureRefused):
    """Not a PNG, JPEG or WebP by its own bytes, whatever it is called."""

    code = "PICTURE_TYPE"


class PictureMoves(PictureRefused):
    """An animation; a case holds one still picture."""

    code = "PICTURE_MOVES"


class PictureUnreadable(PictureRefused):
    """Damaged, cut short, not what its header claims, or too costly to read."""

    code = "PICTURE_UNREADABLE"


class RendererBusy(Unavailable):
    """The drawing processes are full or failed for the moment; trying again helps."""

    code = "RENDERER_BUSY"


class PictureMissing(Refusal):
    """The layout names a picture that was not handed in: a mistake of ours, not of the customer."""

    code = "PICTURE_MISSING"


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture read, turned upright, converted to 8-bit sRGB, stripped of all metadata and written anew.

    ``sha256`` is that of ``data``; equal bytes in give equal bytes out. ``media_type`` is image/jpeg or image/png.
    """

    data: bytes
    media_type: str
    width_px: int
    height_px: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RenderedDesign:
    """The print file and the proof of one layout, from the same pixels; both PNG, both carry the design's hash.

    ``width_px``, ``height_px`` and ``dpi`` are the print's.
    """

    print_png: bytes
    proof_png: bytes
    width_px: int
    height_px: int
    dpi: int


class PrintRenderer(Protocol):
    """Reads pictures and draws prints. Every call may raise ``RendererBusy``."""

    async def read_picture(self, raw: bytes) -> CleanPicture:
        """Check and clean an upload; raises a ``PictureRefused``."""
        ...

    async def render(self, layout: Layout, pictures: Mapping[str, bytes]) -> RenderedDesign:
        """Draw print and proof; ``pictures`` holds the clean bytes by SHA-256, one for each the layout names.

        Raises ``PictureMissing``; ``PictureUnreadable`` when stored bytes are damaged.
        """
        ...

    async def look(self, layout: Layout, pictures: Mapping[str, bytes]) -> tuple[Sight, ...]:
        """What is seen of each placed picture: faces, and edges where nothing is. Raises as ``render`` does."""
        ...

    async def draw_overlay(
        self, layout: Layout, pictures: Mapping[str, bytes], findings: Sequence[Finding]
    ) -> bytes:
        """A PNG of the design with camera, safe zone, cut and findings. Raises as ``render`` does."""
        ...

    async def draw_test_card(self, label: str) -> CleanPicture:
        """A test card that says what it is, for test machines whose pictures are missing."""
        ...
