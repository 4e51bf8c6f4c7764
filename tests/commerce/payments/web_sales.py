"""Sales on the web in the words of a test: a page is opened, paid, and its lines are made or not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.queries import order_for_update, prices_of_lines
from makeline.commerce.orders.states import Terms, Vat
from makeline.commerce.payments.checkout import begin_checkout, open_page
from makeline.commerce.payments.checkout_rows import latest_checkout_of
from makeline.commerce.payments.events import TransferWanted
from makeline.commerce.payments.look import Till as Desk
from makeline.commerce.payments.look import (
    has_silent_pages,
    holds_lapse,
    look_at_page,
    reconcile,
    take_before_lapse,
)
from makeline.commerce.payments.models import Checkout, Payment
from makeline.commerce.payments.outcomes import decide_lines
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.send_transfer import send_transfer
from makeline.commerce.payments.states import LineOutcome
from makeline.commerce.payments.transfer import wanted_transfer_of
from makeline.foundation.outbox import deliveries
from makeline.foundation.promises import PENDING, bury
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from tests.commerce.selling import Till
from tests.fakes import StandingClock
from tests.plain_gateway import PlainGateway

CASES = (Line("A case for you", 1, 2499, {}), Line("A case for a friend", 1, 1999, {}))
_OPEN_TRANSFERS: Query[tuple[int]] = Query(
    select(deliveries.c.id).where(deliveries.c.event == TransferWanted.name, PENDING), tuple
)
POSTED = Charges(Terms.PREPAID, 399, Vat.INCLUDED, 2000)


@dataclass
class WebSales:
    """A storefront called ``test``, its gateway, and the clock of both."""

    till: Till
    clock: StandingClock
    gateway: Any = field(default_factory=PlainGateway)
    fulfilled: list[int] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(self.gateway, {"test": self._fulfil})

    def _fulfil(self, unit: UnitOfWork, order: Order, payment: Payment, *, cause: str) -> None:
        assert payment.order_id == order.id and cause
        assert unit.now
        self.fulfilled.append(order.id)

    async def order(self, *lines: Line, charges: Charges = POSTED) -> Order:
        return await self.till.order(*(lines or CASES), charges=charges)

    async def begun(self, order: Order, key: str = "") -> Checkout:
        """Its checkout, not opened yet."""

        def act(unit: UnitOfWork) -> Checkout:
            return begin_checkout(
                unit,
                order_for_update(unit, order.id),
                key=key or f"key-of-{order.id}",
                provider="plain",
                return_url="https://shop.test/back/{checkout}",
                cancel_url="https://shop.test/cancelled/{checkout}",
                email="anna@example.com",
                minutes=60,
                cause="test",
            )

        return await self.till.act(act)

    async def opened(self, *lines: Line, charges: Charges = POSTED) -> tuple[Order, str]:
        """A fresh order and its open page."""
        order = await self.order(*lines, charges=charges)
        checkout = await self.begun(order)
        page = await open_page(self.till.database.begin, self.gateway, checkout.key)
        return order, page.reference

    async def look(self, page: str) -> bool:
        return await look_at_page(self.till.database.begin, self.desk, page, actor="till")

    async def held(self, *lines: Line, charges: Charges = POSTED) -> tuple[Order, str]:
        """An order whose money is held for a week."""
        order, page = await self.opened(*lines, charges=charges)
        self.gateway.held(page, self.clock() + timedelta(days=7))
        assert await self.look(page)
        return order, page

    async def taken(self, *lines: Line) -> tuple[Order, str]:
        """An order whose money was taken at once."""
        order, page = await self.opened(*lines)
        self.gateway.taken(page)
        assert await self.look(page)
        return order, page

    async def lines(self, order: Order) -> list[int]:
        return [line_id for line_id, _ in await self.till.act(prices_of_lines, order.id)]

    async def decide(self, order: Order, outcome: LineOutcome, lines: Sequence[int] | None = None) -> None:
        await self.till.act(decide_lines, order.id, outcome, line_ids=lines, cause="test")

    async def send(self, order: Order, *, attempt: int = 1) -> None:
        """Tell the gateway what is wanted now, if anything is."""
        payment = await self.payment(order)
        wanted = await self.till.act(wanted_transfer_of, payment.id)
        if wanted is not None:
            await send_transfer(self.till.database.begin, self.gateway, wanted.id, attempt=attempt)

    async def reconcile(self) -> int:
        silent = timedelta(seconds=30)
        if not await self.till.database.read(partial(has_silent_pages, silent=silent)):
            return 0
        return await reconcile(self.till.database.begin, self.desk, silent=silent)

    async def take_before_lapse(self) -> int:
        within = timedelta(days=1)
        if not await self.till.database.read(partial(holds_lapse, within=within)):
            return 0
        return await self.till.database.begin(partial(take_before_lapse, within=within), actor="clock")

    async def gives_up(self) -> int:
        """The gateway was away until nobody asks it any more; how many transfers wait for staff."""

        def act(unit: UnitOfWork) -> int:
            open_ones = unit.all(_OPEN_TRANSFERS)
            for (delivery_id,) in open_ones:
                bury(unit, delivery_id, "no answer", FailureKind.TRANSIENT)
            return len(open_ones)

        return await self.till.database.begin(act, actor="worker")

    async def checkout(self, order: Order) -> Checkout:
        found = await self.till.act(latest_checkout_of, order.id)
        assert found is not None
        return found

    async def payment(self, order: Order) -> Payment:
        checkout = await self.checkout(order)
        return await self.till.act(partial(_payment, payment_id=checkout.payment_id))

    async def standing(self, order: Order) -> tuple[str, str]:
        """The payment's state and the order's."""
        now = await self.till.order_now(order)
        return (await self.payment(order)).status.value, now.payment_status.value

    async def balances(self) -> dict[str, int]:
        """What stands on each account; empty ones are left out."""
        sums: dict[str, Any] = {}
        for entry in await self.till.ledger():
            sums[entry.account] = sums.get(entry.account, 0) + entry.minor
        return {account: minor for account, minor in sums.items() if minor}


def _payment(unit: UnitOfWork, payment_id: int) -> Payment:
    return payment_by_id(unit, payment_id)
