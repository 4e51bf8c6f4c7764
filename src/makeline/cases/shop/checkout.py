"""The way of a web order to the gateway's page, however often somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from makeline.cases.shop.buy import Bought, Purchase, ShopTerms, place_purchase
from makeline.cases.shop.queries import web_order
from makeline.cases.shop.states import Journey
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.checkout import begin_checkout, open_page
from makeline.commerce.payments.checkout_rows import latest_checkout_of
from makeline.commerce.payments.free import settle_free_order
from makeline.commerce.payments.gateway import GatewayTrouble
from makeline.commerce.payments.look import Till, look_at_page
from makeline.commerce.payments.models import Checkout
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Unavailable
from makeline.kernel.ids import random_text
from makeline.kernel.states import IllegalMove

# 130 bits; they stand in the addresses that the customer comes back to.
_KEY_LENGTH = 26


@dataclass(frozen=True)
class Cashier:
    """What selling on the web needs of the house."""

    begin: Begin
    till: Till
    links: WebLinks
    terms: ShopTerms


async def buy(
    cashier: Cashier, purchase_of: Callable[[UnitOfWork], Purchase], *, actor: str
) -> tuple[Bought, str | None]:
    """The order, which exists whatever becomes of the payment, and the page to pay it on; None while there is none,
    and for an order that is free: that is settled already.

    ``purchase_of`` reads what is bought in the unit that places it. Raises what it and ``place_purchase`` raise.
    """

    def work(unit: UnitOfWork) -> tuple[Bought, Checkout | None]:
        bought = place_purchase(unit, cashier.terms, purchase_of(unit), cause="ordered on the web")
        if bought.order.due_minor == 0:
            settle_free_order(unit, bought.order, cashier.till.storefronts, cause="it is free")
            return bought, None
        return bought, _begin(unit, cashier, bought.order, email=bought.web_order.email)

    bought, checkout = await cashier.begin(work, actor=actor)
    if checkout is None:
        return bought, None
    try:
        page = await open_page(cashier.begin, cashier.till.gateway, checkout.key)
    except Unavailable:
        return bought, None
    return bought, page.url


async def page_to_pay(cashier: Cashier, order_id: int) -> str:
    """The page of an unpaid order, the same while it is open; raises ``AlreadyPaid``, ``IllegalMove``, ``Unavailable``."""

    def work(unit: UnitOfWork) -> Checkout:
        order = order_for_update(unit, order_id)
        row = web_order(unit, order_id)
        if row.journey is not Journey.WAITING:
            raise IllegalMove(
                f"the order is {row.journey.value}", current_status=row.journey.value, allowed=[]
            )
        return _begin(unit, cashier, order, email=row.email)

    checkout = await cashier.begin(work, actor="customer")
    page = await open_page(cashier.begin, cashier.till.gateway, checkout.key)
    return page.url


async def look_again(cashier: Cashier, order_id: int) -> None:
    """The customer came back: ask the gateway, believe nobody else. What it does not say now it says later."""
    checkout = await cashier.begin(lambda unit: latest_checkout_of(unit, order_id), actor="customer")
    if checkout is None or checkout.page_reference is None or checkout.closed_at is not None:
        return
    try:
        await look_at_page(cashier.begin, cashier.till, checkout.page_reference, actor="return page")
    except GatewayTrouble:
        return


def _begin(unit: UnitOfWork, cashier: Cashier, order: Order, *, email: str) -> Checkout:
    page = cashier.links.url(order.number)
    return begin_checkout(
        unit,
        order,
        key=random_text(_KEY_LENGTH),
        provider=cashier.till.gateway.name,
        return_url=f"{page}/back",
        cancel_url=page,
        email=email,
        minutes=cashier.terms.minutes,
        cause="ordered on the web",
    )
