"""Questions of tests to the shop's database, in the words of the shop."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.models import Design
from makeline.cases.designs.queries import design
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import access_session
from makeline.cases.machines.queries import machine_called
from makeline.cases.ordering.models import case_items
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.stock.models import StockItem, stock_items
from makeline.commerce.orders.models import Order, orders
from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.anomalies import anomalies
from makeline.foundation.database import Database
from makeline.foundation.outbox import deliveries
from makeline.foundation.statements import Query

MACHINE = "VM_LONDON_01"
MODEL = "iPhone 15 Pro"


@dataclass
class Asking:
    """A shop in a database, and what one may want to know of it."""

    database: Database

    async def rows(self, query: Query[Any], **values: Any) -> list[Any]:
        """Any question to the database."""
        return await self.database.read(lambda unit: unit.all(query, **values))

    async def session_now(self, key: str) -> KioskSession:
        """The session as the database has it."""
        session, _ = await self.database.read(lambda unit: access_session(unit, key))
        return session

    async def order(self, number: str) -> Order:
        """An order as the database has it."""
        (found,) = await self.rows(_ORDER, number=number)
        return found

    async def orders(self) -> list[Order]:
        """Every order there is, oldest first."""
        return await self.rows(_ORDERS)

    async def payment_of(self, order: Order) -> Payment:
        """The payment of an order as the database has it."""
        (found,) = await self.rows(_PAYMENT, of_order=order.id)
        return found

    async def job(self, order: Order) -> PrintJob:
        """The latest print of an order as the database has it."""
        return (await self.rows(_JOB, of_order=order.id))[0]

    async def printed(self, reference: str) -> Design:
        """The design of the print that the partner knows by our ``reference``."""
        ((design_id,),) = await self.rows(_PRINTED, reference=reference)
        return await self.database.read(lambda unit: design(unit, design_id))

    async def anomalies(self) -> list[str]:
        """What waits for staff, by kind."""
        return [kind for (kind,) in await self.rows(_ANOMALIES)]

    async def promises(self) -> list[tuple[str, str]]:
        """What is promised to whom, and whether it is kept: subscriber and state."""
        return [(subscriber, state) for subscriber, state in await self.rows(_PROMISES)]

    async def shells_of(self, model_key: str = MODEL) -> list[str]:
        """The shells of a model, the preferred one first."""

        def ask(unit: Any) -> list[str]:
            shop = catalogue(unit)
            model = shop.model(model_key)
            assert model is not None
            return [shell.id for shell in shop.shells_of[model.id]]

        return await self.database.read(ask)

    async def usual_shell(self, model_key: str = MODEL) -> str:
        """The preferred shell of a model."""
        return (await self.shells_of(model_key))[0]

    async def stock_item(self, *, machine: str = MACHINE, shell: str | None = None) -> StockItem:
        """What the database says lies in a machine."""
        shell_id = shell or await self.usual_shell()

        def ask(unit: Any) -> StockItem:
            found = machine_called(unit, machine)
            assert found is not None
            item = unit.first(_ITEM, machine_id=found.id, shell_id=shell_id)
            assert item is not None
            return item

        return await self.database.read(ask)


_ITEM = Query(
    select(stock_items).where(
        stock_items.c.machine_id == bindparam("machine_id"),
        stock_items.c.shell_id == bindparam("shell_id"),
    ),
    StockItem,
)
_ORDER = Query(select(orders).where(orders.c.number == bindparam("number")), Order)
_ORDERS = Query(select(orders).order_by(orders.c.id), Order)
_PAYMENT = Query(select(payments).where(payments.c.order_id == bindparam("of_order")), Payment)
_JOB = Query(
    select(print_jobs)
    .where(print_jobs.c.order_id == bindparam("of_order"))
    .order_by(print_jobs.c.attempt.desc()),
    PrintJob,
)
_PRINTED: Query[tuple[int]] = Query(
    select(case_items.c.design_id)
    .join(print_jobs, print_jobs.c.case_item_id == case_items.c.id)
    .where(print_jobs.c.reference == bindparam("reference")),
    tuple,
)
_ANOMALIES: Query[tuple[str]] = Query(select(anomalies.c.kind).order_by(anomalies.c.id), tuple)
_PROMISES: Query[tuple[str, str]] = Query(
    select(deliveries.c.subscriber, deliveries.c.state).order_by(deliveries.c.id), tuple
)
