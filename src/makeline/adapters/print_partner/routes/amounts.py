"""Amounts as the documents write them: a JSON number with at most two decimals, and perhaps a currency."""

from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money, NotMoney

_USUAL = "GBP"


def money_of(amount: float, currency: str | None) -> Money:
    """The amount, in pounds when no currency is sent; raises ``Invalid`` naming amount or currency."""
    try:
        return Money.of(amount, currency or _USUAL)
    except NotMoney as error:
        unknown = "currency" in str(error)
        raise Invalid(
            FieldProblem(
                "currency" if unknown else "payment_amount", str(error), currency if unknown else amount
            )
        ) from None
