"""What the customer wants, as the phone sums it up, and how it is read against the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.catalog.queries import ModelNotAvailable, catalogue
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, View
from makeline.cases.kiosk.queries import SessionPicture
from makeline.cases.ordering.price import PriceMismatch, kiosk_price
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money

_SENT_AS = {
    "text": "order_data.text",
    "font_id": "order_data.font",
    "background": "order_data.colors.background",
    "text_colour": "order_data.colors.text",
    "pictures": "order_data.images",
    "template_id": "order_data.template",
    "stickers": "order_data.stickers",
    "backdrop": "order_data.backdrop",
}


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """The order summary as sent. ``order_data`` is kept whole; ``amount`` is compared, never used.

    ``views`` belong to the pictures in their order; a picture without one is shown from its middle.
    """

    amount: Money
    brand: str
    model: str
    template: str
    images: tuple[str, ...]
    order_data: dict[str, Any] = field(repr=False)
    text: str = ""
    font: str = ""
    background: str = ""
    text_colour: str = ""
    text_place: TextPlace = TextPlace.BOTTOM
    views: tuple[View, ...] = ()
    text_spot: TextSpot | None = None
    stickers: tuple[Sticker, ...] = ()
    backdrop: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """The request read against the catalogue: what is to be made and what it costs."""

    model: PhoneModel
    template: Template
    price: Money


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a picture: the name that was asked for, and the picture if somebody uploaded it."""

    wanted: str
    picture: SessionPicture | None


def read_wish(unit: Reading, request: SummaryRequest) -> Wish:
    """Model, template and price; raises ``Invalid``, ``ModelNotAvailable`` or ``PriceMismatch``."""
    shop = catalogue(unit)
    problems = []
    brand = shop.brand(request.brand) if request.brand else None
    if request.brand and brand is None:
        problems.append(FieldProblem("order_data.brand", "is not a brand of ours", request.brand[:100]))
    model = shop.model(request.model)
    if model is None or (brand is not None and model.brand_id != brand.id):
        problems.append(FieldProblem("order_data.model", "is not a phone model of ours", request.model[:100]))
    template = shop.template(request.template)
    if template is None:
        problems.append(
            FieldProblem("order_data.template", "is not a template of ours", request.template[:100])
        )
    if problems or model is None or template is None:
        raise Invalid(*problems)
    if not shop.brands[model.brand_id].available:
        raise ModelNotAvailable(f"cases for {model.name} are not on sale yet")
    price = kiosk_price(template)
    if request.amount != price:
        raise PriceMismatch(
            "the amount is not the price of this case",
            expected_amount=price.as_number(),
            currency=price.currency,
        )
    return Wish(model, template, price)


def choose_pictures(
    there: Sequence[SessionPicture], request: SummaryRequest, template: Template
) -> tuple[Slot, ...]:
    """Match the names (or links) in the request with the session's own pictures, in the order asked for.

    Without any name the session's pictures are taken in the order they came. Too few leave empty slots.
    """
    wanted = [_name_in(reference) for reference in request.images]
    if not wanted:
        wanted = [picture.name for picture in there[: template.image_count]]
    if len(wanted) > template.image_count:
        message = f"{template.name} takes {template.image_count}"
        raise Invalid(FieldProblem("order_data.images", message, len(wanted)))
    wanted += [f"picture {number}" for number in range(len(wanted) + 1, template.image_count + 1)]
    by_name = {picture.name: picture for picture in there}
    return tuple(Slot(name, by_name.get(name)) for name in wanted)


def missing_pictures(names: tuple[str, ...]) -> Invalid:
    """The refusal that names every picture nobody has uploaded."""
    return Invalid(
        *(
            FieldProblem("order_data.images", f"{name[:100]} was not uploaded to this session")
            for name in names
        )
    )


def spec_of(request: SummaryRequest, template: Template, sha256s: tuple[str, ...]) -> DesignSpec:
    """The design in its canonical form; raises ``Invalid``."""
    return DesignSpec(
        template_id=template.id,
        pictures=tuple(
            DesignPicture(sha256, view or View())
            for sha256, view in zip_longest(sha256s, request.views[: len(sha256s)])
        ),
        text=request.text,
        font_id=_font_id(request.font) or "inter",
        background=request.background or "#FFFFFF",
        text_colour=request.text_colour or "#000000",
        text_place=request.text_place,
        text_spot=request.text_spot,
        stickers=request.stickers,
        backdrop=request.backdrop,
    )


def as_sent(refused: Invalid) -> Invalid:
    """A design's refusal in the field names that the caller used."""
    return Invalid(
        *(
            FieldProblem(_SENT_AS.get(problem.field, problem.field), problem.message, problem.received)
            for problem in refused.problems
        )
    )


def _font_id(name: str) -> str:
    return "-".join(name.casefold().split())


def _name_in(reference: str) -> str:
    # A picture is named by its name or by the link that the upload answered.
    return reference.split("?", 1)[0].rsplit("/", 1)[-1]


def must_agree(path_value: str, body_value: str | None, name: str) -> None:
    """A value given in the path and in the body must be the same."""
    if body_value and body_value != path_value:
        raise Invalid(FieldProblem(name, "is not the one in the path", body_value[:100]))
