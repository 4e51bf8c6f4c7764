"""Place an order for parts: prices made and kept, the order on invoice and the invoice numbered, all in one unit."""

from collections.abc import Sequence

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.documents.queries import access_document_for_update
from makeline.commerce.invoices.issue import issue_invoice
from makeline.commerce.invoices.parties import buyer_of
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.place import place_order
from makeline.commerce.payments.on_invoice import put_on_invoice
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money
from makeline.parts.catalog.queries import current_rates
from makeline.parts.ordering.events import PartOrderMoved
from makeline.parts.ordering.models import DeliveryKind, order_documents, part_items, part_orders
from makeline.parts.ordering.price_line import SoldLine, must_agree, price_line
from makeline.parts.ordering.wanted import SalesTerms, WantedLine, WantedOrder
from makeline.parts.ordering.words import Standing

STOREFRONT = "parts"
_CURRENCY = "RUB"


def order_parts(
    unit: UnitOfWork,
    member: Member,
    lines: Sequence[WantedLine],
    wanted: WantedOrder,
    terms: SalesTerms,
    *,
    cause: str,
) -> Order:
    """Price the lines by the rates of this moment, keep the prices and place the order.

    Raises what ``price_line`` and ``place_parts`` raise, and ``PartPriceMismatch`` for the whole total.
    """
    sold = [price_line(unit, member, line, instructions=wanted.special_instructions) for line in lines]
    goods = Money(sum(line.kept.total_minor for line in sold), _CURRENCY)
    must_agree(wanted.total, goods, "total_price")
    return place_parts(unit, member, sold, wanted, terms, cause=cause)


def place_parts(
    unit: UnitOfWork,
    member: Member,
    sold: Sequence[SoldLine],
    wanted: WantedOrder,
    terms: SalesTerms,
    *,
    cause: str,
) -> Order:
    """The order over prices that are kept already. Raises ``NotFound`` for a document that is not the customer's."""
    lines = [
        Line(line.title, line.kept.quantity, line.kept.unit_minor, dict(line.breakdown)) for line in sold
    ]
    order, line_ids = place_order(
        unit,
        storefront=STOREFRONT,
        lines=lines,
        currency=_CURRENCY,
        is_test=False,
        cause=cause,
        user_id=member.user_id,
        charges=terms.charges(shipping_of(unit, sold, wanted)),
    )
    put_on_invoice(unit, order)
    issue_invoice(unit, order, billing=terms.billing, buyer=buyer_of(user_of(unit, member.user_id)))
    unit.add(
        part_orders,
        order_id=order.id,
        special_instructions=wanted.special_instructions,
        po_number=wanted.po_number,
        delivery=wanted.delivery.kind,
        recipient=wanted.delivery.recipient,
        phone=wanted.delivery.phone,
        street=wanted.delivery.street,
        city=wanted.delivery.city,
        postcode=wanted.delivery.postcode,
        country=wanted.delivery.country,
    )
    for line, line_id in zip(sold, line_ids, strict=True):
        _add_item(unit, order, line, line_id)
    _attach_papers(unit, member, order, wanted.document_ids)
    unit.emit(PartOrderMoved(order.id, Standing.PENDING.value))
    return order


def shipping_of(unit: UnitOfWork, sold: Sequence[SoldLine], wanted: WantedOrder) -> Money:
    """What it costs to send the parts: every place where some are made sends once; collecting costs nothing."""
    shipping = Money(0, _CURRENCY)
    if wanted.delivery.kind is DeliveryKind.ADDRESS:
        places = current_rates(unit).tables.locations
        # A place that was closed since a price was promised sends for nothing: what it asked is not known any more.
        for name in {line.location for line in sold} & places.keys():
            shipping += Money.of(places[name].shipping, _CURRENCY)
    return shipping


def _add_item(unit: UnitOfWork, order: Order, line: SoldLine, line_id: int) -> None:
    unit.add(
        part_items,
        id=unit.new_id(part_items),
        order_id=order.id,
        line_id=line_id,
        kept_price_id=line.kept.id,
        file_id=line.file_id,
        service=line.service,
        location=line.location,
    )


def _attach_papers(unit: UnitOfWork, member: Member, order: Order, document_ids: Sequence[int]) -> None:
    for document_id in dict.fromkeys(document_ids):
        document = access_document_for_update(unit, member, document_id)
        if document.owner_id != member.user_id:
            raise NotFound("there is no such document")
        unit.add(order_documents, order_id=order.id, document_id=document.id)
