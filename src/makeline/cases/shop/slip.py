"""The receipt of a web order; the case and what is beside it, the way to the customer, and how it was paid."""

from makeline.cases.machines.zones import local_text
from makeline.cases.ordering.customer_page import Words
from makeline.cases.ordering.slip import Seller, Slip, SlipLine, masked, seller_lines, totals_with_tax
from makeline.cases.shop.order_page import WORDS
from makeline.cases.shop.order_view import Phase, WebOrderView
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.queries import settled_payment_of
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money

# What differs from "paid, and you get your case" stands across the paper, with what happens to the money.
_STAMPED = (Phase.STAFF, Phase.FAILED, Phase.CANCELLED, Phase.REFUNDED)
_ENDED = (PaymentState.REFUNDED, PaymentState.VOIDED)


def write_web_slip(unit: Reading, view: WebOrderView, *, seller: Seller, language: str, address: str) -> Slip:
    """The receipt; ``NotFound`` until it is paid."""
    order = view.order
    payment = settled_payment_of(unit, order.id)
    if payment is None or payment.paid_at is None:
        raise NotFound("nothing has been paid")
    words, stamped = WORDS[language], view.phase in _STAMPED
    return Slip(
        language=language,
        heading=words["receipt"],
        number=order.number,
        seller=seller_lines(words, seller),
        stamp=words[view.phase] if stamped else "",
        note=words[f"{view.phase}_lead"] if stamped else "",
        facts=_facts(words, view, payment),
        item_heading=words["item"],
        lines=_lines(words, view),
        totals=totals_with_tax(words, Money(order.due_minor, order.currency), seller.vat),
        remark=words["test_order"] if order.is_test else "",
        address=address,
        address_heading=words["receipt_state"],
    )


def _facts(words: Words, view: WebOrderView, payment: Payment) -> tuple[tuple[str, str], ...]:
    assert payment.paid_at is not None
    facts = [
        (words["order_number"], view.order.number),
        (words["paid_at"], local_text(payment.paid_at, view.maker.zone)),
        (words["method"], words["method_card"]),
        (words["reference"], masked(payment.reference)),
    ]
    if payment.status in _ENDED:
        facts.append((words["refunded_at"], local_text(payment.updated_at, view.maker.zone)))
    return tuple(facts)


def _lines(words: Words, view: WebOrderView) -> tuple[SlipLine, ...]:
    order = view.order
    lines = [
        SlipLine(
            line.title,
            f"{line.quantity} × {Money(line.unit_minor, order.currency)}",
            str(Money(line.unit_minor, order.currency).times(line.quantity)),
        )
        for line in view.lines
    ]
    if order.shipping_minor:
        sent = str(Money(order.shipping_minor, order.currency))
        lines.append(SlipLine(words["delivery"], f"1 × {sent}", sent))
    return tuple(lines)
