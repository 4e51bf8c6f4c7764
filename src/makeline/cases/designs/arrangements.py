"""Where each template puts its pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from makeline.cases.designs.boxes import Box, split, whole
from makeline.cases.designs.shell import Canvas
from makeline.kernel.errors import FieldProblem, Invalid

GUTTER_MM = Decimal("1.6")
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
    ``perforations`` are holes in the strip through which the background shows; ``text_bounds`` limits text left
    and right.
    """

    frames: tuple[Box, ...]
    perforations: tuple[Box, ...] = ()
    film_base: str | None = None
    text_bounds: Box | None = None


def arrangement_of(template: Template, canvas: Canvas) -> Arrangement:
    """The boxes of a template: film templates make a strip, all others go by their number of pictures."""
    if template.category == "film":
        return _film_strip(canvas, template.image_count)
    arrange = _BY_COUNT.get(template.image_count)
    if arrange is None:
        problem = FieldProblem("template_id", "arranges 1 to 4 pictures", template.template_id)
        raise NoSuchArrangement(problem)
    return Arrangement(arrange(canvas))


def _full(canvas: Canvas) -> tuple[Box, ...]:
    return (whole(canvas),)


def _two(canvas: Canvas) -> tuple[Box, ...]:
    rows = split(0, canvas.height_px, parts=2, gutter=canvas.px(GUTTER_MM))
    return tuple(Box(0, top, canvas.width_px, height) for top, height in rows)


def _three(canvas: Canvas) -> tuple[Box, ...]:
    """One large picture above two small ones: the camera would hide a small one nearly whole."""
    gutter = canvas.px(GUTTER_MM)
    large = (canvas.height_px - gutter) * 58 // 100
    top = large + gutter
    columns = split(0, canvas.width_px, parts=2, gutter=gutter)
    below = tuple(Box(left, top, width, canvas.height_px - top) for left, width in columns)
    return (Box(0, 0, canvas.width_px, large), *below)


def _four(canvas: Canvas) -> tuple[Box, ...]:
    gutter = canvas.px(GUTTER_MM)
    columns = split(0, canvas.width_px, parts=2, gutter=gutter)
    rows = split(0, canvas.height_px, parts=2, gutter=gutter)
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


_BY_COUNT: dict[int, Callable[[Canvas], tuple[Box, ...]]] = {1: _full, 2: _two, 3: _three, 4: _four}
