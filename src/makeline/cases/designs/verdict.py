"""Whether a design can be printed well: a grade, and each thing that is wrong with the place where it is. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from makeline.cases.designs.boxes import Box, whole
from makeline.cases.designs.cover import crop_to_cover
from makeline.cases.designs.layout import Layout, PlacedPicture

# Dots per inch of the customer's own picture as it is printed: below the first it looks soft, below the second it is
# a mosaic.
SOFT_DPI, COARSE_DPI = 150, 75
# Percent of a face, of a sticker, that the camera hides.
FACE_TOUCHED, FACE_LOST, STICKER_LOST = 10, 50, 30
# Percent of a face that rolls over the edge.
FACE_OVER_THE_EDGE = 30
# An empty strip along an edge: narrower ones go with the cutting, wider ones than this share are how the picture is.
THIN_STRIP_MM, WIDE_STRIP_MM, LARGEST_STRIP_PERCENT = Decimal("0.8"), Decimal(3), 30


class Grade(StrEnum):
    """How it will look: good, not as good as it could be, or as nobody wants it."""

    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"


class FindingCode(StrEnum):
    """What is wrong; stable, for programs and translations."""

    TOO_FEW_PIXELS = "TOO_FEW_PIXELS"
    FACE_UNDER_CAMERA = "FACE_UNDER_CAMERA"
    TEXT_UNDER_CAMERA = "TEXT_UNDER_CAMERA"
    STICKER_UNDER_CAMERA = "STICKER_UNDER_CAMERA"
    EMPTY_EDGE = "EMPTY_EDGE"
    TEXT_OUTSIDE_SAFE_ZONE = "TEXT_OUTSIDE_SAFE_ZONE"
    FACE_OUTSIDE_SAFE_ZONE = "FACE_OUTSIDE_SAFE_ZONE"


class Blank(NamedTuple):
    """How many pixels of one colour lie along each edge of a picture before a straight line ends them."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


class Sight(NamedTuple):
    """What was seen of one placed picture: its own size, faces on the canvas, blank edges in canvas pixels."""

    width_px: int
    height_px: int
    faces: tuple[Box, ...] = ()
    blank: Blank = Blank()


class Finding(NamedTuple):
    """One thing that is wrong. ``box`` in pixels of the canvas; ``figure`` is what was measured: dots per inch, percent
    hidden or outside, or millimetres of an empty edge. ``picture``: which one of the template, from 0."""

    code: FindingCode
    grade: Grade
    box: Box
    figure: Decimal
    picture: int | None = None


class Verdict(NamedTuple):
    """The worst grade of all findings, and the findings."""

    grade: Grade
    findings: tuple[Finding, ...]


def judge(layout: Layout, sights: Sequence[Sight]) -> Verdict:
    """Hold a layout, and what was seen of its pictures in their order, against the rules."""
    findings = [*_text(layout), *_stickers(layout)]
    for index, (placed, sight) in enumerate(zip(layout.pictures, sights, strict=True)):
        findings += _sharpness(layout, placed, sight, index)
        findings += _edges(layout, placed, sight, index)
        for face in sight.faces:
            findings += _face(layout, face, index)
    worst = max((_RANKS.index(finding.grade) for finding in findings), default=0)
    return Verdict(_RANKS[worst], tuple(findings))


_RANKS = (Grade.PASS, Grade.WARN, Grade.FAIL)


def printed_dpi(layout: Layout, placed: PlacedPicture, sight: Sight) -> int:
    """How many pixels of the customer's own picture come on an inch of the print."""
    crop = crop_to_cover(width_px=sight.width_px, height_px=sight.height_px, box=placed.box, view=placed.view)
    return int(Fraction(layout.canvas.dpi) / crop.scale)


def _sharpness(layout: Layout, placed: PlacedPicture, sight: Sight, index: int) -> Iterator[Finding]:
    dpi = printed_dpi(layout, placed, sight)
    if dpi < SOFT_DPI:
        grade = Grade.FAIL if dpi < COARSE_DPI else Grade.WARN
        yield Finding(FindingCode.TOO_FEW_PIXELS, grade, placed.box, Decimal(dpi), index)


def _edges(layout: Layout, placed: PlacedPicture, sight: Sight, index: int) -> Iterator[Finding]:
    """Strips along the case's own edges; between pictures the background shows anyhow."""
    case, box, blank = whole(layout.canvas), placed.box, sight.blank
    strips = (
        (box.left == case.left, blank.left, box.width, Box(box.left, box.top, blank.left, box.height)),
        (box.top == case.top, blank.top, box.height, Box(box.left, box.top, box.width, blank.top)),
        (
            box.right == case.right,
            blank.right,
            box.width,
            Box(box.right - blank.right, box.top, blank.right, box.height),
        ),
        (
            box.bottom == case.bottom,
            blank.bottom,
            box.height,
            Box(box.left, box.bottom - blank.bottom, box.width, blank.bottom),
        ),
    )
    for outer, depth, length, strip in strips:
        wide = layout.canvas.mm(depth)
        if outer and wide >= THIN_STRIP_MM and depth * 100 <= length * LARGEST_STRIP_PERCENT:
            grade = Grade.FAIL if wide >= WIDE_STRIP_MM else Grade.WARN
            yield Finding(FindingCode.EMPTY_EDGE, grade, strip, wide, index)


def _text(layout: Layout) -> Iterator[Finding]:
    if layout.lettering is None:
        return
    box = layout.lettering.covers
    hidden = _percent_under_camera(layout, box)
    if hidden:
        yield Finding(FindingCode.TEXT_UNDER_CAMERA, Grade.FAIL, box, Decimal(hidden))
    outside = 100 - _percent(box, layout.safe)
    if outside:
        cut = _percent(box, whole(layout.canvas)) < 100
        grade = Grade.FAIL if cut else Grade.WARN
        yield Finding(FindingCode.TEXT_OUTSIDE_SAFE_ZONE, grade, box, Decimal(outside))


def _stickers(layout: Layout) -> Iterator[Finding]:
    for sticker in layout.stickers:
        hidden = _percent_under_camera(layout, sticker.covers)
        if hidden >= STICKER_LOST:
            yield Finding(FindingCode.STICKER_UNDER_CAMERA, Grade.WARN, sticker.covers, Decimal(hidden))


def _face(layout: Layout, face: Box, index: int) -> Iterator[Finding]:
    hidden = _percent_under_camera(layout, face)
    if hidden >= FACE_TOUCHED:
        grade = Grade.FAIL if hidden >= FACE_LOST else Grade.WARN
        yield Finding(FindingCode.FACE_UNDER_CAMERA, grade, face, Decimal(hidden), index)
    outside = 100 - _percent(face, layout.safe)
    if outside >= FACE_OVER_THE_EDGE:
        yield Finding(FindingCode.FACE_OUTSIDE_SAFE_ZONE, Grade.WARN, face, Decimal(outside), index)


def _percent_under_camera(layout: Layout, box: Box) -> int:
    return 0 if layout.opening is None else -(-_shared(box, layout.opening.box) * 100 // box.size)


def _percent(box: Box, of: Box) -> int:
    return _shared(box, of) * 100 // box.size


def _shared(box: Box, other: Box) -> int:
    common = box.cut(other)
    return 0 if common is None else common.size
