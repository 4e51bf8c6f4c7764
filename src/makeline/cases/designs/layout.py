"""The layout of a print: where pictures, text and the camera's hole lie. Pure arithmetic, the same every time."""

from dataclasses import dataclass
from decimal import Decimal

from makeline.cases.catalog.artwork import must_be_offered
from makeline.cases.designs.arrangements import Arrangement, Template, WrongPictureCount, arrangement_of
from makeline.cases.designs.boxes import Area, Box, whole
from makeline.cases.designs.camera import CLEARANCE_MM, CameraIsland, Opening, opening_of
from makeline.cases.designs.lettering import Lettering, set_text, set_text_at
from makeline.cases.designs.ornaments import Sticker
from makeline.cases.designs.shell import Canvas, Shell, canvas_of
from makeline.cases.designs.spec import RENDERER_VERSION, DesignSpec, TextTooLong, View, design_hash
from makeline.cases.designs.typefaces import typeface_of
from makeline.kernel.errors import FieldProblem

# Text stays out of the outer 8 % of the width, the field's print area, and as far from both ends: the picture
# rolls over the case's edge there.
SAFE_PERCENT = 8
FILM_TEXT_GAP_MM = Decimal("1.5")
CASE_CORNER_MM = Decimal(9)
# So much of a backdrop shows around the pictures.
BACKDROP_MARGIN_MM = Decimal(5)


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """One picture in its box, which it covers wholly; ``view`` tells which part of it shows."""

    sha256: str
    view: View
    box: Box
    area: Area


@dataclass(frozen=True, slots=True)
class PlacedSticker:
    """One sticker: a square ``box`` turned clockwise by ``turn`` degrees about its middle; it may reach over the edge."""

    sticker_id: str
    box: Box
    turn: int

    @property
    def covers(self) -> Box:
        """The upright box around it as it is turned."""
        return self.box.turned(self.turn)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything a renderer needs; all boxes in pixels of ``canvas``.

    The background fills the canvas, as a colour or as the drawing ``backdrop``; a ``film_base`` lies on it with
    ``perforations`` cut out; then pictures in order, their corners rounded by ``frame_radius_px``, then stickers in
    order, then text. ``opening`` and ``corner_radius_px`` are drawn on the proof only: the print is a full
    rectangle and runs under the camera.
    """

    design: str
    canvas: Canvas
    background: str
    pictures: tuple[PlacedPicture, ...]
    lettering: Lettering | None
    opening: Opening | None
    safe: Box
    corner_radius_px: int
    film_base: str | None
    perforations: tuple[Box, ...]
    backdrop: str | None = None
    frame_radius_px: int = 0
    stickers: tuple[PlacedSticker, ...] = ()


def arrange(spec: DesignSpec, template: Template, shell: Shell, island: CameraIsland | None = None) -> Layout:
    """Lay a design out on a shell.

    Raises ``WrongPictureCount``, ``NoSuchArrangement``, ``UnknownFont``, ``TextNotPrintable``, ``TextTooLong``,
    ``ImpossibleShell``, ``UnknownArtwork``.
    """
    if len(spec.pictures) != template.image_count:
        message = f"{template.template_id} needs {template.image_count}"
        raise WrongPictureCount(FieldProblem("pictures", message, len(spec.pictures)))
    canvas = canvas_of(shell)
    for sticker in spec.stickers:
        must_be_offered("stickers", sticker.sticker_id, field="stickers")
    if spec.backdrop:
        must_be_offered("backgrounds", spec.backdrop, field="backdrop")
    margin = BACKDROP_MARGIN_MM if spec.backdrop else Decimal(0)
    arrangement = arrangement_of(template, canvas, margin_mm=margin)
    opening = None if island is None else opening_of(island, shell=shell, canvas=canvas)
    return Layout(
        design=design_hash(spec, shell, island=island, renderer_version=RENDERER_VERSION),
        canvas=canvas,
        background=spec.background,
        pictures=tuple(
            PlacedPicture(picture.sha256, picture.view, box, box.in_mm(canvas))
            for picture, box in zip(spec.pictures, arrangement.frames, strict=True)
        ),
        lettering=_lettering(spec, canvas, arrangement, opening),
        opening=opening,
        safe=safe_zone(canvas),
        corner_radius_px=canvas.px(CASE_CORNER_MM),
        film_base=arrangement.film_base,
        perforations=arrangement.perforations,
        backdrop=spec.backdrop or None,
        frame_radius_px=arrangement.frame_radius_px,
        stickers=tuple(_placed(sticker, canvas) for sticker in spec.stickers),
    )


def safe_zone(canvas: Canvas) -> Box:
    """The part of the canvas that is sure to lie on the flat back of the case."""
    inset = canvas.width_px * SAFE_PERCENT // 100
    return whole(canvas).shrunk(sides=inset, ends=inset)


def text_room(canvas: Canvas, arrangement: Arrangement, opening: Opening | None) -> Box:
    """Where text may stand: inside the safe zone, between a film's perforations, below the camera.

    Below the camera even where there is space beside it: text squeezed past a lens looks like a mistake. A camera in
    the lower half (none is known) leaves the room above it.
    """
    safe = safe_zone(canvas)
    left, right, top, bottom = safe.left, safe.right, safe.top, safe.bottom
    if arrangement.text_bounds is not None:
        gap = canvas.px(FILM_TEXT_GAP_MM)
        left = max(left, arrangement.text_bounds.left + gap)
        right = min(right, arrangement.text_bounds.right - gap)
    if opening is not None:
        clearance = canvas.px(CLEARANCE_MM)
        above, below = opening.box.top - clearance - top, bottom - opening.box.bottom - clearance
        if below >= above:
            top = max(top, opening.box.bottom + clearance)
        else:
            bottom = min(bottom, opening.box.top - clearance)
    return Box(left, top, right - left, bottom - top)


def _placed(sticker: Sticker, canvas: Canvas) -> PlacedSticker:
    side = int(sticker.size * canvas.width_px)
    left, top = int(sticker.x * canvas.width_px) - side // 2, int(sticker.y * canvas.height_px) - side // 2
    return PlacedSticker(sticker.sticker_id, Box(left, top, side, side), sticker.turn)


def _lettering(
    spec: DesignSpec, canvas: Canvas, arrangement: Arrangement, opening: Opening | None
) -> Lettering | None:
    typeface = typeface_of(spec.font_id)
    if not spec.text:
        return None
    if spec.text_spot is not None:
        return set_text_at(
            spec.text,
            typeface=typeface,
            colour=spec.text_colour,
            spot=spec.text_spot,
            canvas=whole(canvas),
        )
    room = text_room(canvas, arrangement, opening)
    if room.width <= 0 or room.height <= 0:
        raise TextTooLong(FieldProblem("text", "the camera leaves no room for text on this case"))
    return set_text(
        spec.text,
        typeface=typeface,
        colour=spec.text_colour,
        place=spec.text_place,
        room=room,
        canvas=whole(canvas),
    )
