"""Accept an offer: it becomes an order over the very prices that it promised, once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from makeline.commerce.accounts.members import Member
from makeline.commerce.orders.models import Order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotAllowed
from makeline.kernel.money import Money
from makeline.parts.catalog.queries import current_rates
from makeline.parts.geometry.queries import file_to_use
from makeline.parts.ordering.place import place_parts
from makeline.parts.ordering.price_line import SoldLine, must_agree, sold_line
from makeline.parts.ordering.wanted import SalesTerms, WantedOrder
from makeline.parts.quotes.close import quote_to_accept, record_acceptance
from makeline.parts.quotes.kept import kept_price
from makeline.parts.quotes.models import Quote
from makeline.parts.quotes.queries import LineView, lines_of_quote


def accept_quote(
    unit: UnitOfWork, member: Member, quote_id: int, wanted: WantedOrder, terms: SalesTerms
) -> Order:
    """The order over every line that has a price; its tax is charged as the offer says.

    Raises ``NotFound``, also for a file that is gone meanwhile, ``NotAllowed`` for staff, ``QuoteExpired``,
    ``IllegalQuoteMove`` for what is not open, ``PartPriceMismatch``.
    """
    quote = quote_to_accept(unit, member, quote_id)
    if quote.user_id != member.user_id:
        raise NotAllowed("a quote is accepted by its owner alone")
    lines = [line for line in lines_of_quote(unit, quote.id) if line.price_id is not None]
    sold = list(_sold(unit, quote, lines))
    goods = Money(sum(line.kept.total_minor for line in sold), quote.currency)
    must_agree(wanted.total, goods, "total_price")
    offered = replace(terms, vat=quote.vat, vat_rate=quote.vat_rate)
    order = place_parts(unit, member, sold, _with_words(wanted, lines), offered, cause="quote accepted")
    record_acceptance(unit, quote, order_id=order.id, po_number=wanted.po_number)
    return order


def _sold(unit: UnitOfWork, quote: Quote, lines: Sequence[LineView]) -> Iterator[SoldLine]:
    rates = current_rates(unit)
    for line in lines:
        if line.price_id is None:
            continue
        if line.file_id is not None:
            # Nothing is made of a file that is not there any more.
            file_to_use(unit, quote.user_id, line.file_id)
        sold = sold_line(kept_price(unit, line.price_id), rates, title=line.title)
        yield sold._replace(file_id=line.file_id)


def _with_words(wanted: WantedOrder, lines: Sequence[LineView]) -> WantedOrder:
    """What was said of single lines, and the papers that were named there, belong to the order."""
    said = [
        f"{line.position}. {line.title}: {words}"
        for line in lines
        if (words := line.request.get("special_instructions"))
    ]
    papers = [paper for line in lines for paper in line.request.get("document_ids") or ()]
    return replace(
        wanted,
        special_instructions="\n".join(filter(None, (wanted.special_instructions, *said))),
        document_ids=tuple(dict.fromkeys((*wanted.document_ids, *papers))),
    )
