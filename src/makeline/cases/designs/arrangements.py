"""Where each template puts its pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from makeline.cases.designs.boxes import Box, split, whole
from makeline.cases.designs.shell import Canvas
from makeline.kernel.errors import FieldProblem, Invalid

GUTTER_MM = Decimal("1.6")
FRAME_RADIUS_MM = Decimal(3)
FILM_GAP_MM = Decimal("2.4")
# The field's perforation of 20 px belongs to a design drawn 300 px wide, like the text's 30 px.
PERFORATION_PX, DESIGN_WIDTH_PX = 20, 300
FILM_BASE = "#141414"


class NoSuchArrangement(Invalid):
    """The template asks for a number of pictures that nothing here arranges."""

    code = "NO_SUCH_ARRANGEMENT"


class WrongPictureCount(Invalid):
    """The template needs another number of pictures than the design has."""

    code = "WRONG_PICTURE_COUNT"


@dataclass(frozen=True, slots=True)
class Template:
    """What the layout must know of a template of the catalogue."""

    template_id: str
    category: str
    image_count: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The boxes of a template on one canvas.

    ``film_base`` is the colour of the strip between frames, None where the customer's background shows;
    ``frame_radius_px`` rounds the corners of the frames; ``perforations`` are holes in the strip through which the background shows; ``text_bounds`` limits text left
    and right.
    """

    frames: tuple[Box, ...]
    perforations: tuple[Box, ...] = ()
    film_base: str | None = None
    text_bounds: Box | None = None
    frame_radius_px: int = 0


def arrangement_of(template: Template, canvas: Canvas, *, margin_mm: Decimal = Decimal(0)) -> Arrangement:
    """The boxes of a template: film templates make a strip, all others go by their number of pictures.

    ``margin_mm`` keeps the frames away from the edges, with round corners, so that a background shows around them; a
    film strip has a base of its own and keeps its place.
    """
    if template.category == "film":
        return _film_strip(canvas, template.image_count)
    arrange = _BY_COUNT.get(template.image_count)
    if arrange is None:
        problem = FieldProblem("template_id", "arranges 1 to 4 pictures", template.template_id)
        raise NoSuchArrangement(problem)
    margin = canvas.px(margin_mm)
    gutter = canvas.px(max(GUTTER_MM, margin_mm / 2))
    area = whole(canvas).shrunk(sides=margin, ends=margin)
    return Arrangement(arrange(area, gutter), frame_radius_px=canvas.px(FRAME_RADIUS_MM) if margin else 0)


def _full(area: Box, _gutter: int) -> tuple[Box, ...]:
    return (area,)


def _two(area: Box, gutter: int) -> tuple[Box, ...]:
    rows = split(area.top, area.height, parts=2, gutter=gutter)
    return tuple(Box(area.left, top, area.width, height) for top, height in rows)


def _three(area: Box, gutter: int) -> tuple[Box, ...]:
    """One large picture above two small ones: the camera would hide a small one nearly whole."""
    large = (area.height - gutter) * 58 // 100
    top = area.top + large + gutter
    columns = split(area.left, area.width, parts=2, gutter=gutter)
    below = tuple(Box(left, top, width, area.bottom - top) for left, width in columns)
    return (Box(area.left, area.top, area.width, large), *below)


def _four(area: Box, gutter: int) -> tuple[Box, ...]:
    columns = split(area.left, area.width, parts=2, gutter=gutter)
    rows = split(area.top, area.height, parts=2, gutter=gutter)
    return tuple(Box(left, top, width, height) for top, height in rows for left, width in columns)


def _film_strip(canvas: Canvas, count: int) -> Arrangement:
    if not 1 <= count <= 4:
        raise NoSuchArrangement(FieldProblem("image_count", "a strip has 1 to 4 frames", count))
    band = PERFORATION_PX * canvas.width_px // DESIGN_WIDTH_PX
    gap = canvas.px(FILM_GAP_MM)
    inner = canvas.width_px - 2 * band
    rows = split(gap, canvas.height_px - 2 * gap, parts=count, gutter=gap)
    frames = tuple(Box(band, top, inner, height) for top, height in rows)
    return Arrangement(
        frames,
        _perforations(canvas, band),
        FILM_BASE,
        Box(band, 0, inner, canvas.height_px),
    )


def _perforations(canvas: Canvas, band: int) -> tuple[Box, ...]:
    width, height = band * 52 // 100, band * 72 // 100
    count = canvas.height_px // (band * 13 // 10)
    inset = (band - width) // 2
    holes = []
    for row in range(count):
        top = (2 * row + 1) * canvas.height_px // (2 * count) - height // 2
        holes.append(Box(inset, top, width, height))
        holes.append(Box(canvas.width_px - inset - width, top, width, height))
    return tuple(holes)


_BY_COUNT: dict[int, Callable[[Box, int], tuple[Box, ...]]] = {1: _full, 2: _two, 3: _three, 4: _four}
