"""Orders and payments of nobody in particular: no session, no machine."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from makeline.commerce.orders.charges import PREPAID, Charges
from makeline.commerce.orders.models import Line, Order, orders
from makeline.commerce.orders.place import place_order
from makeline.commerce.orders.states import Terms, Vat
from makeline.commerce.payments.models import Payment, ledger_entries, payments
from makeline.commerce.payments.on_invoice import put_on_invoice, record_bank_payment
from makeline.commerce.payments.open import open_payment
from makeline.commerce.payments.settle import record_success
from makeline.commerce.payments.states import Evidence
from makeline.foundation.database import Database
from makeline.foundation.moves import moves
from makeline.foundation.outbox import deliveries
from makeline.foundation.statements import Query
from makeline.kernel.money import Money

CASE = Line("A case", 1, 1999, {"case": 1999})
ON_INVOICE = Charges(Terms.INVOICE, 0, Vat.NONE, 0)


class Entry(NamedTuple):
    """One side of a booking."""

    account: str
    booking: str
    minor: int
    currency: str


_ORDER = Query(select(orders).where(orders.c.id == bindparam("wanted")), Order)
_PAYMENT = Query(select(payments).where(payments.c.id == bindparam("wanted")), Payment)
_LEDGER = Query(
    select(
        ledger_entries.c.account, ledger_entries.c.booking, ledger_entries.c.minor, ledger_entries.c.currency
    ).order_by(ledger_entries.c.id),
    Entry,
)
_MOVES: Query[tuple[str, str | None, str]] = Query(
    select(moves.c.noun, moves.c.from_state, moves.c.to_state)
    .where(moves.c.actor == "till")
    .order_by(moves.c.id),
    tuple,
)
_EVENTS: Query[tuple[str]] = Query(select(deliveries.c.event).order_by(deliveries.c.id), tuple)


@dataclass
class Till:
    """Whoever sells: each word is one unit of work."""

    database: Database

    async def act(self, verb: Any, *arguments: Any, **words: Any) -> Any:
        """Run a verb of the trade in a unit of its own."""
        return await self.database.begin(lambda unit: verb(unit, *arguments, **words), actor="till")

    async def order(
        self, *lines: Line, currency: str = "GBP", charges: Charges = PREPAID, user_id: int | None = None
    ) -> Order:
        """A fresh order; nothing is owed for it yet."""
        placed, _ = await self.act(
            place_order,
            storefront="test",
            lines=lines or (CASE,),
            currency=currency,
            is_test=False,
            cause="test",
            charges=charges,
            user_id=user_id,
        )
        return placed

    async def order_on_invoice(self, *lines: Line, charges: Charges = ON_INVOICE) -> Order:
        """A fresh order whose price is owed."""
        order = await self.order(*lines, charges=charges)
        await self.act(put_on_invoice, order)
        return order

    async def bank_payment(
        self, order: Order, minor: int, reference: str = "17", currency: str = "GBP"
    ) -> Payment:
        """Money that staff found on the bank's statement."""
        return await self.act(
            record_bank_payment,
            await self.order_now(order),
            amount=Money(minor, currency),
            reference=reference,
            booked_on=date(2026, 3, 2),
            cause="test",
        )

    async def payment(self, order: Order) -> Payment:
        """A payment that waits."""
        return await self.act(open_payment, order, provider="test", prefix="PYEN", cause="test")

    async def paid_order(self) -> Order:
        """An order whose money is there."""
        order = await self.order()
        payment = await self.payment(order)
        await self.act(record_success, payment, order, Evidence.RECEIPT, cause="test")
        return await self.order_now(order)

    async def order_now(self, order: Order) -> Order:
        """As the database has it."""
        (found,) = await self._all(_ORDER, wanted=order.id)
        return found

    async def payment_now(self, payment: Payment) -> Payment:
        """As the database has it."""
        (found,) = await self._all(_PAYMENT, wanted=payment.id)
        return found

    async def ledger(self) -> list[Entry]:
        """Every side of every booking."""
        return await self._all(_LEDGER)

    async def moves(self) -> list[tuple[str, str | None, str]]:
        """What the till has moved."""
        return [tuple(row) for row in await self._all(_MOVES)]

    async def announced(self) -> list[str]:
        """Facts that somebody waits for."""
        return [event for (event,) in await self._all(_EVENTS)]

    async def _all(self, query: Query[Any], **values: Any) -> list[Any]:
        return await self.database.read(lambda unit: unit.all(query, **values))
