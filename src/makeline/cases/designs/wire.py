"""Designs as they come and go over HTTP."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from makeline.cases.catalog.artwork import must_be_offered
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.models import Approval, Draft
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.schemas import DesignBody, StickerBody, TextSpotBody, ViewBody
from makeline.cases.designs.sketch import Sketch, read_sketch
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, View
from makeline.cases.designs.take_picture import picture_shown
from makeline.cases.designs.typefaces import typeface_of
from makeline.commerce.files.links import Audience, Link, Links
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text
from makeline.kernel.errors import FieldProblem, Invalid


def sketch_in(unit: Reading, links: Links, body: DesignBody, *, already: frozenset[str]) -> Sketch:
    """The design that a body describes, read against the catalogue; raises ``Invalid``.

    ``already`` are the pictures that the draft holds: those need no link.
    """
    shop = catalogue(unit)
    model = shop.model(body.model) if body.model else None
    template = shop.template(body.template)
    problems = []
    if body.model and model is None:
        problems.append(FieldProblem("model", "is not a phone model of ours", body.model[:100]))
    if template is None:
        problems.append(FieldProblem("template", "is not a template of ours", body.template[:100]))
    elif len(body.pictures) > template.image_count:
        problems.append(
            FieldProblem("pictures", f"{template.name} takes {template.image_count}", len(body.pictures))
        )
    if problems or template is None:
        raise Invalid(*problems)
    there = [
        (place, picture, picture_shown(unit, links, picture.image, already=already, field=_at(place)))
        for place, picture in enumerate(body.pictures)
        if picture is not None
    ]
    pictures = tuple(DesignPicture(file.sha256, view_in(picture.view)) for _, picture, file in there)
    return Sketch(
        model.id if model is not None else "",
        _spec(body, template.id, pictures),
        tuple(file.name for _, _, file in there),
        tuple(place for place, _, _ in there),
    )


def font_named(name: str | None) -> str:
    """The id of a font by its id or its name; raises ``UnknownFont``."""
    font_id = "-".join((name or "inter").casefold().split())
    typeface_of(font_id)
    return font_id


def view_in(view: ViewBody) -> View:
    """Which part of a picture shows."""
    zoom, shift_x, shift_y = (Decimal(str(figure)) for figure in (view.zoom, view.shift_x, view.shift_y))
    return View(zoom, shift_x, shift_y, view.turn)


def design_told(draft: Draft, approval: Approval | None, links: Links, unit: Reading) -> dict[str, Any]:
    """A draft as its owner reads it."""
    sketch, spec = read_sketch(draft.sketch), draft.sketch["spec"]
    return {
        "design_id": draft.key,
        "state": draft.state,
        "version": draft.version,
        "revision": draft.revision,
        "model": sketch.model_id or None,
        "template": sketch.spec.template_id,
        "pictures": _pictures(sketch, links, unit),
        **{name: spec[name] for name in ("text", "background", "text_colour", "text_place")},
        "font": sketch.spec.font_id,
        "text_spot": None if sketch.spec.text_spot is None else _told(sketch.spec.text_spot),
        "stickers": [{"sticker": one.sticker_id, **_told(one)} for one in sketch.spec.stickers],
        "backdrop": sketch.spec.backdrop or None,
        "created_at": utc_text(draft.created_at),
        "saved_at": utc_text(draft.saved_at),
        "approved": None if approval is None else approval_told(approval, links, unit),
    }


def approval_told(approval: Approval, links: Links, unit: Reading) -> dict[str, Any]:
    """What was approved, with a fresh link to its proof."""
    return {
        "revision": approval.revision,
        "design_hash": approval.design_hash,
        "proof_url": links.link(approval.proof_name, Audience.CUSTOMER, unit.now).url,
        "approved_at": utc_text(approval.approved_at),
    }


def _spec(body: DesignBody, template_id: str, pictures: tuple[DesignPicture, ...]) -> DesignSpec:
    font_id = font_named(body.font)
    for place, one in enumerate(body.stickers):
        must_be_offered("stickers", one.sticker, field=f"stickers.{place}.sticker")
    if body.backdrop:
        must_be_offered("backgrounds", body.backdrop, field="backdrop")
    return DesignSpec(
        template_id=template_id,
        pictures=pictures,
        text=body.text or "",
        font_id=font_id,
        background=body.background or "#FFFFFF",
        text_colour=body.text_colour or "#000000",
        text_place=TextPlace(body.text_place),
        text_spot=None if body.text_spot is None else TextSpot(*measures_in(body.text_spot)),
        stickers=tuple(Sticker(one.sticker, *measures_in(one)) for one in body.stickers),
        backdrop=body.backdrop or "",
    )


def _pictures(sketch: Sketch, links: Links, unit: Reading) -> list[Mapping[str, Any] | None]:
    """One entry for each place up to the last that has a picture."""
    told: list[Mapping[str, Any] | None] = [None] * (sketch.places[-1] + 1 if sketch.places else 0)
    for place, name, picture in zip(sketch.places, sketch.names, sketch.spec.pictures, strict=True):
        view = picture.view
        told[place] = {
            "image": name,
            "url": links.link(name, Audience.CUSTOMER, unit.now).url,
            "view": {
                "zoom": float(view.zoom),
                "shift_x": float(view.shift_x),
                "shift_y": float(view.shift_y),
                "turn": view.turn,
            },
        }
    return told


def measures_in(body: StickerBody | TextSpotBody) -> tuple[Decimal, Decimal, Decimal, int]:
    """Place, size and turn, in the order in which ornaments take them."""
    return Decimal(str(body.x)), Decimal(str(body.y)), Decimal(str(body.size)), body.turn


def _told(thing: Sticker | TextSpot) -> dict[str, Any]:
    return {"x": float(thing.x), "y": float(thing.y), "size": float(thing.size), "turn": thing.turn}


def _at(place: int) -> str:
    return f"pictures.{place}.image"


def picture_taken(file: StoredFile, link: Link) -> dict[str, Any]:
    """What whoever uploaded a picture is answered; ``url`` goes into the design."""
    return {
        "success": True,
        "image": file.name,
        "url": link.url,
        "width": file.width_px,
        "height": file.height_px,
        "sha256": file.sha256,
    }
