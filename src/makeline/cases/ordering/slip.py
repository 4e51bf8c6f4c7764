"""A customer's receipt in words, wherever he bought: who sold, what, for how much, and what became of it."""

from decimal import Decimal
from typing import NamedTuple

from makeline.cases.ordering.customer_page import Words
from makeline.kernel.money import Money

_SHOWN_DIGITS = 4


class Seller(NamedTuple):
    """Who sells. ``vat`` is the percentage that prices contain; 0: none is shown."""

    name: str
    address: tuple[str, ...] = ()
    tax_number: str = ""
    vat: Decimal = Decimal(0)


class SlipLine(NamedTuple):
    """One thing that was sold, as text."""

    title: str
    count: str
    amount: str


class Slip(NamedTuple):
    """Everything that stands on the paper, in its language and order; equal slips are equal papers.

    ``stamp`` and ``note`` are empty for a sale that goes its usual way. ``address`` is where its state is told.
    """

    language: str
    heading: str
    number: str
    seller: tuple[str, ...]
    stamp: str
    note: str
    facts: tuple[tuple[str, str], ...]
    item_heading: str
    lines: tuple[SlipLine, ...]
    totals: tuple[tuple[str, str], ...]
    remark: str
    address: str
    address_heading: str


def masked(reference: str) -> str:
    """A reference that its owner recognises and nobody else can use: its last four characters, if it is long."""
    return f"•••• {reference[-_SHOWN_DIGITS:]}" if len(reference) > 2 * _SHOWN_DIGITS else "••••"


def seller_lines(words: Words, seller: Seller) -> tuple[str, ...]:
    """Who sells, as it stands at the head."""
    tax = (f"{words['tax_number']} {seller.tax_number}",) if seller.tax_number else ()
    return (seller.name, *seller.address, *tax)


def totals_with_tax(words: Words, total: Money, vat: Decimal) -> tuple[tuple[str, str], ...]:
    """What was paid, and the tax in it where prices contain any."""
    totals = [(words["total"], str(total))]
    if vat:
        contained = Money.rounded(total.decimal() * vat / (100 + vat), total.currency)
        totals.append((words["vat"].format(percent=f"{vat.normalize():f}"), str(contained)))
    return tuple(totals)
