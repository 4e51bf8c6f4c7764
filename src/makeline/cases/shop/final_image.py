"""Buy what a webstore client has made into one picture by itself: our picture, our price, one call."""

from dataclasses import dataclass

from makeline.cases.catalog.models import PhoneModel, ShellRow, Template
from makeline.cases.catalog.queries import ModelNotAvailable, catalogue
from makeline.cases.designs.compose import Commission, compose
from makeline.cases.designs.queries import design_hashed
from makeline.cases.designs.renderer import PrintRenderer, RendererBusy
from makeline.cases.designs.spec import DesignPicture, DesignSpec
from makeline.cases.designs.take_picture import picture_shown
from makeline.cases.shop.address import read_buyer
from makeline.cases.shop.buy import Purchase, ShopTerms
from makeline.cases.shop.makers import makers
from makeline.commerce.files.links import Links
from makeline.commerce.files.storage import Storage
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money

# One picture over the whole case, whatever it was made of.
_WHOLE = "classic"
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class FinalImage:
    """What such a client says: ``url`` is our signed link of the picture, ``amount`` what it believes to be the price."""

    url: str
    template: str
    brand: str
    model: str
    amount: Money
    email: str
    name: str
    language: str = "en"


async def drawn(
    begin: Begin,
    storage: Storage,
    renderer: PrintRenderer,
    links: Links,
    terms: ShopTerms,
    wish: FinalImage,
) -> Commission:
    """Proof and print file exist when this returns; the same picture is drawn once.

    Raises ``Invalid`` naming each field, ``ModelNotAvailable``, and what ``compose`` raises.
    """
    for _ in range(_ROUNDS):
        commission, there = await begin(lambda unit: _commission(unit, links, terms, wish), actor="webstore")
        if there:
            return commission
        await compose(begin, storage, renderer, commission)
    raise RendererBusy("the design could not be drawn just now", retry_after=3)


def purchase_of(unit: UnitOfWork, commission: Commission, wish: FinalImage) -> Purchase:
    """What is bought of a drawn commission: collected where it is made, for such clients know no address."""
    design = design_hashed(unit, commission.design_hash)
    if design is None:
        raise LookupError(commission.design_hash)
    email, name = (wish.email, wish.name) if not wish.email else read_buyer(wish.email, wish.name)
    return Purchase(
        design=design,
        email=email,
        name=name,
        language=wish.language,
        expected=wish.amount,
        sold_as=_chosen(unit, wish)[1].id,
    )


def _commission(unit: Reading, links: Links, terms: ShopTerms, wish: FinalImage) -> tuple[Commission, bool]:
    model, _template = _chosen(unit, wish)
    picture = picture_shown(unit, links, wish.url, already=frozenset(), field="final_image_url")
    spec = DesignSpec(_WHOLE, (DesignPicture(picture.sha256),))
    whole = catalogue(unit).templates[_WHOLE]
    shell = _shell(unit, terms, model)
    commission = Commission(spec, model, shell, whole, {picture.sha256: picture.name})
    return commission, design_hashed(unit, commission.design_hash) is not None


def _chosen(unit: Reading, wish: FinalImage) -> tuple[PhoneModel, Template]:
    shop = catalogue(unit)
    brand, model, template = shop.brand(wish.brand), shop.model(wish.model), shop.template(wish.template)
    problems = []
    if brand is None:
        problems.append(FieldProblem("brand", "is not a brand of ours", wish.brand[:100]))
    if model is None or (brand is not None and model.brand_id != brand.id):
        problems.append(FieldProblem("model", "is not a phone model of ours", wish.model[:100]))
    if template is None:
        problems.append(FieldProblem("template_id", "is not a template of ours", wish.template[:100]))
    if problems or model is None or template is None:
        raise Invalid(*problems)
    if not shop.brands[model.brand_id].available:
        raise ModelNotAvailable(f"cases for {model.name} are not on sale")
    return model, template


def _shell(unit: Reading, terms: ShopTerms, model: PhoneModel) -> ShellRow:
    """The first blank for the phone; the catalogue prefers it."""
    fitting = catalogue(unit).shells_of.get(model.id, ())
    if not fitting or not makers(unit, terms.machines):
        raise ModelNotAvailable(f"there is no blank for {model.name}")
    return fitting[0]
