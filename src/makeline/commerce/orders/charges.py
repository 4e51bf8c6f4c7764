"""What an order costs beside its goods: shipping and value added tax, and when it is to be paid."""

from typing import NamedTuple

from makeline.commerce.orders.states import Terms, Vat
from makeline.kernel.money import Money

# A rate is counted in hundredths of a per cent.
_WHOLE = 10_000


class Charges(NamedTuple):
    """``shipping_minor`` in minor units of the order's currency, ``vat_rate`` in hundredths of a per cent."""

    terms: Terms
    shipping_minor: int
    vat: Vat
    vat_rate: int


# Sold at a machine: paid before it is made, carried away by whoever bought it, no tax shown.
PREPAID = Charges(Terms.PREPAID, 0, Vat.NONE, 0)


def vat_of(goods: Money, charges: Charges) -> int:
    """The tax on goods and their shipping, in minor units; half a unit counts up.

    On top it is ``rate`` of both; included it is the part of both that is tax: ``rate / (1 + rate)``.
    """
    if charges.vat is Vat.NONE:
        return 0
    taxed = goods + Money(charges.shipping_minor, goods.currency)
    whole = _WHOLE if charges.vat is Vat.ON_TOP else _WHOLE + charges.vat_rate
    return Money.rounded(taxed.decimal() * charges.vat_rate / whole, goods.currency).minor
