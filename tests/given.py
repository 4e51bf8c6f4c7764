"""Builders that read as sentences: ``await given.session()``, ``await given.paid_sale()``."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.close import expire_sessions
from makeline.cases.kiosk.confirm import Confirmation, Confirmed, confirm_payment
from makeline.cases.kiosk.join import hash_of_token, register_phone
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.open import open_session
from makeline.cases.kiosk.pay import Begun, begin_payment
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.submit_design import Submitted, submit_design
from makeline.cases.kiosk.summary import SummaryRequest
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.submit import Submission
from makeline.cases.stock.count import count_stock
from makeline.cases.stock.models import StockItem, stock_items
from makeline.commerce.files.links import Links
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.kernel.money import Money
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock

MACHINE = "VM_LONDON_01"
MODEL = "iPhone 15 Pro"
PRICE = Money(1999, "GBP")
BASE_URL = "http://makeline.test"


@dataclass
class Given:
    """A shop in a database with fakes around it, and people who act in it."""

    database: Database
    clock: StandingClock
    storage: MemoryStorage
    renderer: PlainRenderer
    partner: PlainPartner

    @property
    def links(self) -> Links:
        return Links(BASE_URL, [b"0123456789abcdef0123456789abcdef"])

    @property
    def submission(self) -> Submission:
        return Submission(self.partner, self.links, timedelta(seconds=3))

    async def operator(self) -> Caller:
        """The partner who operates every machine of the sample shop."""
        return Caller("partner demo", "127.0.0.1", partner_id=await self.database.read(demo_partner))

    def stranger(self) -> Caller:
        """Somebody nobody knows."""
        return Caller("address 203.0.113.9", "203.0.113.9")

    async def session(self, machine: str = MACHINE, *, minutes: int | None = None) -> KioskSession:
        """A fresh session at a machine."""
        operator = await self.operator()
        session, _ = await self.database.begin(
            lambda unit: open_session(unit, operator, machine, minutes=minutes, location=None, details={}),
            actor="test",
        )
        return session

    async def phone(self, key: str) -> Caller:
        """The phone that scanned the code first."""
        _, token = await self.database.begin(
            lambda unit: register_phone(unit, self.stranger(), key, registration={}), actor="test"
        )
        assert token is not None
        return Caller("customer's phone", "198.51.100.7", token_hash=hash_of_token(token))

    async def picture(self, key: str, raw: bytes = b"a picture of a dog") -> str:
        """The name of an uploaded picture."""
        operator = await self.operator()
        file = await add_picture(
            self.database.begin, self.storage, self.renderer, operator, key, raw
        )
        return file.name

    async def summary(self, key: str, **changes: Any) -> Submitted:
        """A submitted design; ``changes`` replace fields of the request."""
        operator = await self.operator()
        return await submit_design(
            self.database.begin, self.storage, self.renderer, operator, key, summary_request(**changes)
        )

    async def session_to_pay(self, machine: str = MACHINE, **changes: Any) -> KioskSession:
        """A session whose design waits for its payment."""
        session = await self.session(machine)
        await self.picture(session.key)
        return (await self.summary(session.key, **changes)).session

    async def payment_begun(self, machine: str = MACHINE) -> tuple[KioskSession, Begun]:
        """A session whose customer stands at the terminal."""
        session = await self.session_to_pay(machine)
        operator = await self.operator()
        begun = await begin_payment(
            self.database.begin, self.partner, operator, session.key, minutes=10
        )
        return session, begun

    async def confirmed(
        self, key: str, *, transaction: str = "TXN_1", amount: Money = PRICE, caller: Caller | None = None
    ) -> Confirmed:
        """The machine's terminal took the money."""
        operator = caller or await self.operator()
        confirmation = Confirmation(transaction, "card", amount, {"card_type": "Visa"})
        return await self.database.begin(
            lambda unit: confirm_payment(unit, operator, key, confirmation), actor="test"
        )

    async def paid_sale(self, machine: str = MACHINE) -> Confirmed:
        """A session that is designed, paid and queued for printing."""
        session = await self.session_to_pay(machine)
        return await self.confirmed(session.key, transaction=f"TXN_{session.key[-8:]}")

    async def session_now(self, key: str) -> KioskSession:
        """The session as the database has it."""
        session, _ = await self.database.read(lambda unit: access_session(unit, key))
        return session

    async def blanks(self, counted: int, *, machine: str = MACHINE, shell: str | None = None) -> None:
        """Somebody counted the blanks of the usual model."""
        shell_id = shell or await self.usual_shell()

        def count(unit: Any) -> None:
            found = machine_called(unit, machine)
            assert found is not None
            count_stock(unit, found, shell_id, counted)

        await self.database.begin(count, actor="test")

    async def usual_shell(self) -> str:
        """The preferred shell of the usual model."""
        def ask(unit: Any) -> str:
            shop = catalogue(unit)
            model = shop.model(MODEL)
            assert model is not None
            return shop.shells_of[model.id][0].id

        return await self.database.read(ask)

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

    async def expire(self) -> int:
        """The clock's chore goes round."""
        return await self.database.begin(expire_sessions, actor="clock")

    async def rows(self, query: Query[Any], **values: Any) -> list[Any]:
        """Any question to the database."""
        return await self.database.read(lambda unit: unit.all(query, **values))


def summary_request(**changes: Any) -> SummaryRequest:
    """The usual order: a Classic for an iPhone 15 Pro with one picture at the right price."""
    usual: dict[str, Any] = {
        "amount": PRICE,
        "brand": "iphone",
        "model": MODEL,
        "template": "classic",
        "images": (),
        "order_data": {"brand": "iphone", "model": MODEL, "template": "classic"},
    }
    return SummaryRequest(**{**usual, **changes})


_ITEM = Query(
    select(stock_items).where(
        stock_items.c.machine_id == bindparam("machine_id"),
        stock_items.c.shell_id == bindparam("shell_id"),
    ),
    StockItem,
)
