"""Where everything of a design lies: ``POST /v1/designs/outline``, asked by the page while somebody designs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable, catalogue
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.boxes import Box
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.compose import island_of, shell_of
from makeline.cases.designs.lettering import Lettering
from makeline.cases.designs.ornaments import TextSpot
from makeline.cases.designs.outline import Outline, outline_of
from makeline.cases.designs.schemas import Body, Figure, Name, TextSpotBody
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignSpec, TextPlace
from makeline.cases.designs.typefaces import families_needed
from makeline.cases.designs.wire import font_named, measures_in
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid


class OutlineBody(Body):
    """As much of a design as decides where things lie. ``width_mm`` and ``height_mm``: of the very blank, where it is
    known; else the one that the catalogue prefers."""

    model: Name
    template: Name
    text: Annotated[str, Field(max_length=1000)] | None = None
    font: Annotated[str, Field(max_length=100)] | None = None
    text_place: TextPlace = Field(default=TextPlace.BOTTOM, strict=False)
    text_spot: TextSpotBody | None = None
    backdrop: Name | None = None
    width_mm: Annotated[Figure, Field(gt=0, lt=1000)] | None = None
    height_mm: Annotated[Figure, Field(gt=0, lt=1000)] | None = None


class BoxAnswer(BaseModel):
    """A rectangle in pixels of the print, from its top left corner as seen from behind."""

    left: int
    top: int
    width: int
    height: int


class OpeningAnswer(BaseModel):
    """The camera's hole."""

    box: BoxAnswer
    corner_radius_px: int


class TextLineAnswer(BaseModel):
    """One line about the column ``centre``, standing on the row ``baseline``."""

    text: str
    centre: int
    baseline: int
    width: int


class LetteringAnswer(BaseModel):
    """The text as it is set; ``box`` before it is turned about its middle. ``families``: the fonts that it needs."""

    lines: list[TextLineAnswer]
    size_px: int
    families: list[str]
    box: BoxAnswer
    turn: int


class UnprintableAnswer(BaseModel):
    """Why there is no lettering."""

    code: str
    message: str
    received: Any = None


class OutlineAnswer(BaseModel):
    """The case and everything that does not depend on what is in the pictures; all in pixels of the print."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    corner_radius_px: int
    safe: BoxAnswer
    opening: OpeningAnswer | None
    frames: list[BoxAnswer]
    frame_radius_px: int
    film_base: str | None
    perforations: list[BoxAnswer]
    usual_size_px: int
    lettering: LetteringAnswer | None
    unprintable: UnprintableAnswer | None


@dataclass(frozen=True)
class OutlineDesk:
    """What the path needs of the house."""

    database: Database

    async def outline(self, request: Request) -> Response:
        """For anybody; nothing is kept."""
        body = await read_body(request, OutlineBody)

        def look(unit: Reading) -> dict[str, Any]:
            template, shell, island = _ground(unit, body)
            spec = DesignSpec(
                template_id=template.template_id,
                pictures=(),
                text=body.text or "",
                font_id=font_named(body.font),
                text_place=body.text_place,
                text_spot=None if body.text_spot is None else TextSpot(*measures_in(body.text_spot)),
                backdrop=body.backdrop or "",
            )
            return _told(outline_of(spec, template, shell, island), shell, spec.font_id)

        return json_answer(await self.database.read(look), headers={"Cache-Control": "no-store"})


def outline_endpoints(desk: OutlineDesk) -> Sequence[Endpoint]:
    """What is open to anybody."""
    return (
        Endpoint(
            "POST",
            "/v1/designs/outline",
            desk.outline,
            "Where pictures, text and camera lie on a case, while somebody designs",
            "Designs",
            OutlineBody,
            OutlineAnswer,
            refusals=(Invalid, ModelNotAvailable),
        ),
    )


def _ground(unit: Reading, body: OutlineBody) -> tuple[Template, Shell, CameraIsland]:
    """Raises ``Invalid`` naming what is not ours, ``ImpossibleShell``, ``ModelNotAvailable``."""
    shop = catalogue(unit)
    model, template = shop.model(body.model), shop.template(body.template)
    problems = []
    if model is None:
        problems.append(FieldProblem("model", "is not a phone model of ours", body.model[:100]))
    if template is None:
        problems.append(FieldProblem("template", "is not a template of ours", body.template[:100]))
    if problems or model is None or template is None:
        raise Invalid(*problems)
    if body.width_mm is not None and body.height_mm is not None:
        shell = Shell(Decimal(str(body.width_mm)), Decimal(str(body.height_mm)))
    else:
        fitting = shop.shells_of.get(model.id, ())
        if not fitting:
            raise ModelNotAvailable(f"there is no blank for {model.name}")
        shell = shell_of(fitting[0])
    return Template(template.id, template.category, template.image_count), shell, island_of(model)


def _told(outline: Outline, shell: Shell, font_id: str) -> dict[str, Any]:
    layout, refused = outline.layout, outline.unprintable
    return {
        "width_px": layout.canvas.width_px,
        "height_px": layout.canvas.height_px,
        "width_mm": float(shell.width_mm),
        "height_mm": float(shell.height_mm),
        "corner_radius_px": layout.corner_radius_px,
        "safe": asdict(layout.safe),
        "opening": None if layout.opening is None else asdict(layout.opening),
        "frames": [asdict(placed.box) for placed in layout.pictures],
        "frame_radius_px": layout.frame_radius_px,
        "film_base": layout.film_base,
        "perforations": [asdict(hole) for hole in layout.perforations],
        "usual_size_px": outline.usual_size_px,
        "lettering": None if layout.lettering is None else _lettering(layout.lettering, font_id),
        "unprintable": None
        if refused is None
        else {
            "code": refused.code,
            "message": refused.problems[0].message,
            "received": refused.problems[0].received,
        },
    }


def _lettering(lettering: Lettering, font_id: str) -> dict[str, Any]:
    box: Box = lettering.box
    return {
        "lines": [asdict(line) for line in lettering.lines],
        "size_px": lettering.size_px,
        "families": families_needed(font_id, "".join(line.text for line in lettering.lines)),
        "box": asdict(box),
        "turn": lettering.turn,
    }
