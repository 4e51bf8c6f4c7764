"""The customer's receipt in words: what was sold by whom, how it was paid, and what has become of the money."""

from sqlalchemy import bindparam, select

from makeline.cases.kiosk.models import Receipt, receipts
from makeline.cases.kiosk.order_page import WORDS
from makeline.cases.kiosk.order_view import OrderView, Phase
from makeline.cases.machines.zones import local_text
from makeline.cases.ordering.customer_page import Words
from makeline.cases.ordering.slip import Seller, Slip, SlipLine, masked, seller_lines, totals_with_tax
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.queries import settled_payment_of
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money

# What differs from "paid, and you get your case" stands across the slip, with what happens to the money.
_STAMPED = (Phase.STAFF, Phase.FAILED, Phase.CANCELLED, Phase.REFUNDED)
_LONGEST_WORD = 24

_RECEIPT = Query(
    select(*(receipts.c[name] for name in Receipt._fields)).where(
        receipts.c.session_id == bindparam("session_id")
    ),
    Receipt,
)


def write_slip(unit: Reading, view: OrderView, *, seller: Seller, language: str, address: str) -> Slip:
    """The receipt of a session's sale; ``NotFound`` until it is paid."""
    order = view.followed.order
    payment = settled_payment_of(unit, order.id) if order is not None else None
    if order is None or payment is None:
        raise NotFound("nothing has been paid")
    words = WORDS[language]
    taken = unit.first(_RECEIPT, session_id=view.followed.session.id)
    stamped = view.phase in _STAMPED
    return Slip(
        language=language,
        heading=words["receipt"],
        number=order.number,
        seller=seller_lines(words, seller),
        stamp=words[view.phase] if stamped else "",
        note=words[f"{view.phase}_lead"] if stamped else "",
        facts=_facts(words, view, payment, taken),
        item_heading=words["item"],
        lines=tuple(
            SlipLine(
                line.title,
                f"{line.quantity} × {Money(line.unit_minor, order.currency)}",
                str(Money(line.unit_minor, order.currency).times(line.quantity)),
            )
            for line in view.lines
        ),
        totals=totals_with_tax(words, Money(order.total_minor, order.currency), seller.vat),
        remark=words["test_order"] if order.is_test else "",
        address=address,
        address_heading=words["receipt_state"],
    )


def _facts(
    words: Words, view: OrderView, payment: Payment, taken: Receipt | None
) -> tuple[tuple[str, str], ...]:
    session, machine, order = view.followed.session, view.followed.machine, view.followed.order
    assert order is not None and payment.paid_at is not None
    facts = [
        (words["order_number"], order.number),
        (words["paid_at"], local_text(payment.paid_at, machine.zone)),
    ]
    place = session.location or machine.location
    facts.append((words["machine"], " · ".join(filter(None, (machine.name or machine.key, place)))))
    facts.append((words["method"], _method(words, taken)))
    facts.append((words["reference"], masked(taken.transaction_id if taken else payment.reference)))
    if payment.status is PaymentState.REFUNDED:
        facts.append((words["refunded_at"], local_text(payment.updated_at, machine.zone)))
    return tuple(facts)


def _method(words: Words, taken: Receipt | None) -> str:
    if taken is None:
        return words["method_machine"]
    said = taken.payment_data
    method = words.get(f"method_{taken.method}", taken.method)
    digits = said.get("card_last_four")
    shown = f"•••• {digits}" if isinstance(digits, str) and len(digits) == 4 and digits.isdigit() else ""
    card = said.get("card_type")
    named = card[:_LONGEST_WORD] if isinstance(card, str) else ""
    return " ".join(filter(None, (method[:_LONGEST_WORD], named, shown)))
