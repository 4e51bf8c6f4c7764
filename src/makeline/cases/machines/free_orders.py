"""Whose machines make free orders of the webstore, and what their partner is told that such an order costs."""

from sqlalchemy import bindparam, select, update

from makeline.cases.machines.models import partners
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money

# Partners are told of payments in pounds, above nothing and at most so many.
CURRENCY = "GBP"
_DEAREST = Money(1_000_000, CURRENCY)

_AMOUNTS: Query[tuple[int, int]] = Query(
    select(partners.c.id, partners.c.free_order_minor).where(partners.c.free_order_minor.is_not(None)), tuple
)
_LOCKED: Query[tuple[int, int]] = Query(
    select(partners.c.id, partners.c.free_order_minor)
    .where(partners.c.free_order_minor.is_not(None))
    .order_by(partners.c.id)
    .with_for_update(),
    tuple,
)
_COSTS = Change(
    update(partners)
    .where(partners.c.id == bindparam("partner_id"))
    .values(free_order_minor=bindparam("minor"))
)


def free_order_amounts(unit: Reading) -> dict[int, Money]:
    """By partner, of those whose machines make free orders."""
    return {partner_id: Money(minor, CURRENCY) for partner_id, minor in unit.all(_AMOUNTS)}


def free_order_amounts_for_update(unit: UnitOfWork) -> dict[int, Money]:
    """The same; whoever else wants a free order waits, so that all of them can be counted."""
    return {partner_id: Money(minor, CURRENCY) for partner_id, minor in unit.all(_LOCKED)}


def choose_free_order_amount(unit: UnitOfWork, partner_id: int, amount: Money | None) -> None:
    """From now on the partner's machines make free orders, and he is told this amount; None: they make none.

    What was ordered free stays so; a print that he does not know of yet waits for staff until it is chosen again.
    """
    if amount is not None and (amount.currency != CURRENCY or not 0 < amount.minor <= _DEAREST.minor):
        raise Invalid(FieldProblem("amount", f"must be above 0 and at most {_DEAREST}", str(amount)))
    unit.put(_COSTS, partner_id=partner_id, minor=amount.minor if amount is not None else None)
