"""What a case costs; the only place that says so."""

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.commerce.orders.models import Line
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money


class PriceMismatch(Refusal):
    """The caller's price is not ours; ours is told and his is never used."""

    code = "PRICE_MISMATCH"
    kind = Kind.MALFORMED


def kiosk_price(template: Template) -> Money:
    """The price of one case at a kiosk."""
    return Money(template.kiosk_price_minor, template.currency)


def web_price(template: Template) -> Money:
    """The price of one case in the webstore."""
    return Money(template.webstore_price_minor, template.currency)


def line_at(model: PhoneModel, template: Template, price: Money) -> Line:
    """The order line of one case at an agreed price, split into the model's price and what the template adds
    (``ai_enhancement`` for AI templates, else ``template``)."""
    base = min(model.price_minor, price.minor)
    breakdown = {"base_price": base}
    if price.minor > base:
        breakdown["ai_enhancement" if template.category == "ai" else "template"] = price.minor - base
    return Line(
        title=f"{model.name}, {template.name}", quantity=1, unit_minor=price.minor, breakdown=breakdown
    )
