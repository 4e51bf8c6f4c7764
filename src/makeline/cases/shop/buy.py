"""Order a case on the web: priced by us, its blank promised, placed before anybody is asked for money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.catalog.queries import Catalogue, ModelNotAvailable, catalogue
from makeline.cases.designs.models import Design
from makeline.cases.machines.free_orders import free_order_amounts_for_update
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.place import order_web_case
from makeline.cases.ordering.price import PriceMismatch, line_at, web_price
from makeline.cases.shop.address import Address, country
from makeline.cases.shop.makers import makers
from makeline.cases.shop.models import WebOrder, web_orders
from makeline.cases.shop.queries import drawn_for
from makeline.cases.shop.states import JOURNEYS, Handover, Journey
from makeline.cases.stock.reserve import OutOfStock, reserve
from makeline.cases.stock.sizes import sized_in
from makeline.commerce.files.selling import must_be_able_to_store
from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.states import Terms, Vat
from makeline.commerce.payments.free import NothingToPay, must_be_few
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money

# Somebody who finishes on the gateway's page in the last second is still heard.
_GRACE = timedelta(minutes=15)
MOST_OF_AN_EXTRA = 5


class ShopTerms(NamedTuple):
    """``machines``: keys of those that work for the webstore; ``minutes``: how long an order waits for its money;
    ``free_a_day``: how many free orders are taken in 24 hours."""

    machines: Sequence[str] = ()
    minutes: int = 45
    free_a_day: int = 20


@dataclass(frozen=True, slots=True)
class Purchase:
    """What somebody buys: one approved design on one case, how he gets it, and what he thinks it costs.

    With an ``address`` it is sent there; else it is collected, at ``collect_at`` (a machine's key) or where it is made.
    ``expected``: compared, never used. ``sold_as``: the template whose price it has, where its pictures came as one.
    """

    design: Design
    email: str
    name: str
    language: str = "en"
    address: Address | None = None
    collect_at: str | None = None
    extras: Mapping[str, int] = field(default_factory=dict)
    expected: Money | None = None
    user_id: int | None = None
    sold_as: str | None = None


class Bought(NamedTuple):
    """The order, placed and unpaid."""

    order: Order
    web_order: WebOrder


class Offer(NamedTuple):
    """What a purchase costs: the case, what is beside it, and the way to its customer; one currency."""

    case: Line
    extras: list[Line]
    delivery: Money
    total: Money


def place_purchase(unit: UnitOfWork, terms: ShopTerms, purchase: Purchase, *, cause: str) -> Bought:
    """Place the order and promise its blank; the caller begins the checkout, or settles a free one, in the same unit.

    Raises ``Invalid``, ``ModelNotAvailable``, ``PriceMismatch``, ``OutOfStock``, ``NothingToPay``, ``RateLimited``,
    ``StorageAway``.
    """
    must_be_able_to_store(unit)
    offer = offer_for(unit, purchase)
    _must_agree(purchase.expected, offer.total)
    willing = _candidates(unit, terms, purchase.collect_at)
    if offer.total.minor == 0:
        willing = _who_make_free_orders(unit, willing)
        must_be_few(unit, terms.free_a_day)
    machine, allocation_id = _promise_blank(unit, willing, purchase.design, cause=cause)
    order, _ = order_web_case(
        unit,
        machine,
        offer.case,
        offer.extras,
        charges=Charges(Terms.PREPAID, offer.delivery.minor, Vat.NONE, 0),
        currency=offer.total.currency,
        user_id=purchase.user_id,
        design_id=purchase.design.id,
        shell_id=purchase.design.shell_id,
        allocation_id=allocation_id,
        cause=cause,
    )
    return Bought(order, _record(unit, order, terms, purchase, machine, cause=cause))


def offer_for(unit: Reading, purchase: Purchase) -> Offer:
    """What it costs by our own prices; raises ``Invalid`` and ``ModelNotAvailable``."""
    shop = catalogue(unit)
    model, template = _sold(shop, purchase)
    price = web_price(template)
    beside = _extras(shop, purchase.extras)
    delivery = _delivery(shop, purchase.address, price.currency)
    total = price + delivery
    for line in beside:
        total += Money(line.unit_minor, price.currency).times(line.quantity)
    return Offer(line_at(model, template, price), beside, delivery, total)


def _sold(shop: Catalogue, purchase: Purchase) -> tuple[PhoneModel, Template]:
    model = shop.models[purchase.design.phone_model_id]
    template = shop.templates[purchase.sold_as or purchase.design.template_id]
    if not shop.brands[model.brand_id].available:
        raise ModelNotAvailable(f"cases for {model.name} are not on sale")
    return model, template


def _extras(shop: Catalogue, wanted: Mapping[str, int]) -> list[Line]:
    lines, problems = [], []
    for key, count in wanted.items():
        extra = shop.extras.get(key)
        if extra is None or not extra.available:
            problems.append(FieldProblem("extras", "is nothing we sell now", key[:100]))
        elif not 1 <= count <= MOST_OF_AN_EXTRA:
            problems.append(FieldProblem("extras", f"must be 1 to {MOST_OF_AN_EXTRA} of each", count))
        else:
            minor = extra.webstore_price_minor
            lines.append(Line(extra.name, count, minor, {"base_price": minor}))
    if problems:
        raise Invalid(*problems)
    return lines


def _delivery(shop: Catalogue, address: Address | None, currency: str) -> Money:
    if address is None:
        return Money(0, currency)
    zone = shop.zones.get(country(address.country)["zone"])
    if zone is None or not zone.available:
        raise Invalid(FieldProblem("address.country", "is no country we send to now", address.country))
    return Money(zone.price_minor, zone.currency)


def _must_agree(expected: Money | None, total: Money) -> None:
    if expected is not None and expected != total:
        raise PriceMismatch(
            "the amount is not the price of this order",
            expected_amount=total.as_number(),
            expected_amount_minor=total.minor,
            currency=total.currency,
        )


def _who_make_free_orders(unit: UnitOfWork, machines: Sequence[Machine]) -> list[Machine]:
    """Those of partners who agreed to it; raises ``NothingToPay`` when it is nobody."""
    amounts = free_order_amounts_for_update(unit)
    found = [machine for machine in machines if machine.partner_id in amounts]
    if not found:
        raise NothingToPay("this costs nothing, and free orders are not made here")
    return found


def _promise_blank(
    unit: UnitOfWork, willing: Sequence[Machine], design: Design, *, cause: str
) -> tuple[Machine, int]:
    """The first of these machines that has the blank in the very size that was drawn."""
    shell, drawn = catalogue(unit).shells[design.shell_id], drawn_for(unit, design.id)
    for machine in willing:
        sized = sized_in(unit, machine.id, shell)
        if sized is None or (sized.width_um, sized.height_um) != drawn:
            continue
        try:
            return machine, reserve(unit, machine, shell.id, cause=cause)
        except OutOfStock:
            continue
    raise OutOfStock("no blank of this model is left for the webstore")


def _candidates(unit: Reading, terms: ShopTerms, collect_at: str | None) -> list[Machine]:
    working = makers(unit, terms.machines)
    if collect_at is None:
        return working
    there = [machine for machine in working if machine.key == collect_at]
    if not there:
        raise Invalid(
            FieldProblem("collect_at", "is no machine where orders are collected", collect_at[:100])
        )
    return there


def _record(
    unit: UnitOfWork, order: Order, terms: ShopTerms, purchase: Purchase, machine: Machine, *, cause: str
) -> WebOrder:
    address = purchase.address
    row = WebOrder(
        id=unit.new_id(web_orders),
        order_id=order.id,
        journey=Journey.WAITING,
        handover=Handover.COLLECTION if address is None else Handover.DELIVERY,
        email=purchase.email,
        name=purchase.name,
        language=purchase.language,
        address={} if address is None else address._asdict(),
        zone_id=None if address is None else country(address.country)["zone"],
        machine_id=machine.id if address is None else None,
        expires_at=unit.now + timedelta(minutes=terms.minutes) + _GRACE,
        created_at=unit.now,
        made_at=None,
        handed_over_at=None,
        carrier=None,
        tracking=None,
    )
    unit.add(web_orders, **row._asdict())
    unit.move(JOURNEYS, row.id, None, Journey.WAITING, cause=cause)
    return row
