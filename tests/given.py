"""Builders that read as sentences: ``await given.session()``, ``await given.paid_sale()``."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from makeline.adapters.drawing.invoice_press import PdfInvoicePress
from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.close import close_session, expire_sessions, sessions_ran_out
from makeline.cases.kiosk.confirm import Confirmation, Confirmed, confirm_payment
from makeline.cases.kiosk.join import hash_of_token, register_phone
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.notice import take_payment_notice
from makeline.cases.kiosk.open import open_session
from makeline.cases.kiosk.pay import Begun, begin_payment
from makeline.cases.kiosk.submit_design import Submitted, submit_design
from makeline.cases.kiosk.summary import SummaryRequest
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.models import PrintJob
from makeline.cases.production.print_partner import JobStep, PaymentStatus
from makeline.cases.production.report import OrderReport, command_order, take_order_notice
from makeline.cases.production.submit import Submission, submit_print
from makeline.cases.stock.count import count_stock
from makeline.cases.styles.make import Studio
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.files.links import Links
from makeline.commerce.files.whole import SeenWhole
from makeline.commerce.invoices.obtain import Registry
from makeline.commerce.invoices.source import InvoiceSource
from makeline.commerce.orders.models import Order
from makeline.crm.gateway import Crm
from makeline.foundation.dispatch import Dispatcher
from makeline.foundation.promises import TryLater
from makeline.kernel.money import Money
from makeline.main.subscriptions import reactions
from makeline.parts.geometry.arrive import Quota
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.take_in import Intake
from tests.asking import MACHINE, MODEL, Asking
from tests.fakes import (
    KeptLetters,
    MemoryStorage,
    PlainPartner,
    PlainReader,
    PlainRenderer,
    PlainTerminal,
    StandingClock,
)
from tests.plain_gateway import PlainGateway
from tests.plain_stylist import PlainStylist

PRICE = Money(1999, "GBP")
BASE_URL = "http://makeline.test"
STEP_OF_WORD = {
    "pending": JobStep.QUEUED,
    "printing": JobStep.PRINTING,
    "printed": JobStep.PRINTED,
    "completed": JobStep.SHIPPED,
    "failed": JobStep.FAILED,
    "cancelled": JobStep.CANCELLED,
}


@dataclass
class Given(Asking):
    """A shop in a database with fakes around it, and people who act in it."""

    clock: StandingClock
    storage: MemoryStorage
    renderer: PlainRenderer
    partner: PlainPartner
    mailer: KeptLetters = field(default_factory=KeptLetters)
    invoices: InvoiceSource = field(default_factory=PdfInvoicePress)
    reader: PlainReader = field(default_factory=PlainReader)
    staff: str = "staff@makeline.test"
    gateway: PlainGateway = field(default_factory=PlainGateway)
    terminal: PlainTerminal | None = field(default_factory=PlainTerminal)
    # Nothing is mirrored unless a test opens a portal.
    crm: Crm | None = None
    stylists: PlainStylist = field(default_factory=PlainStylist)
    seen: SeenWhole = field(default_factory=SeenWhole)
    quota: Quota = field(default_factory=lambda: Quota(files=200, size_bytes=2**31))
    limits: FileLimits = field(default_factory=FileLimits)

    @property
    def links(self) -> Links:
        return Links(BASE_URL, [b"0123456789abcdef0123456789abcdef"])

    @property
    def intake(self) -> Intake:
        return Intake(self.database.begin, self.storage, self.reader, self.quota, self.limits)

    @property
    def post_office(self) -> PostOffice:
        return PostOffice(self.database.begin, self.mailer, BASE_URL, self.staff)

    @property
    def studio(self) -> Studio:
        return Studio(self.storage, self.renderer, self.stylists, self.stylists, self.stylists.stand_in, 3)

    @property
    def registry(self) -> Registry:
        return Registry(self.database.begin, self.storage, self.invoices)

    @property
    def submission(self) -> Submission:
        return Submission(self.partner, self.links, self.storage, self.seen, timedelta(seconds=3))

    async def operator(self) -> Caller:
        """The partner who operates every machine of the sample shop."""
        return Caller("partner demo", "127.0.0.1", partner_id=await self.database.read(demo_partner))

    def stranger(self) -> Caller:
        """Somebody nobody knows."""
        return Caller("address 203.0.113.9", "203.0.113.9")

    def foreigner(self) -> Caller:
        """A partner whom we know, and whose machines are others."""
        return Caller("partner elsewhere", "192.0.2.4", partner_id=-1)

    async def browser(self) -> Caller:
        """The operator's own machine, but through a web page."""
        return replace(await self.operator(), from_browser=True)

    async def session(
        self, machine: str = MACHINE, *, minutes: int | None = None, caller: Caller | None = None
    ) -> KioskSession:
        """A fresh session at a machine."""
        operator = caller or await self.operator()
        session, _ = await self.database.begin(
            lambda unit: open_session(unit, operator, machine, minutes=minutes, location=None, details={}),
            actor="test",
        )
        return session

    async def secret(self, key: str) -> str:
        """What the phone that scanned the code first was given."""
        _, token = await self.database.begin(
            lambda unit: register_phone(unit, self.stranger(), key, registration={}), actor="test"
        )
        assert token is not None
        return token

    async def phone(self, key: str) -> Caller:
        """The phone that scanned the code first."""
        return Caller("customer's phone", "198.51.100.7", token_hash=hash_of_token(await self.secret(key)))

    async def picture(
        self, key: str, raw: bytes = b"a picture of a dog", *, caller: Caller | None = None
    ) -> str:
        """The name of an uploaded picture."""
        operator = caller or await self.operator()
        file = await add_picture(self.database.begin, self.storage, self.renderer, operator, key, raw)
        return file.name

    async def summary(self, key: str, *, caller: Caller | None = None, **changes: Any) -> Submitted:
        """A submitted design; ``changes`` replace fields of the request."""
        operator = caller or await self.operator()
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
        return session, await self.payment(session.key)

    async def payment(self, key: str, *, caller: Caller | None = None) -> Begun:
        """Somebody starts the payment."""
        operator = caller or await self.operator()
        return await begin_payment(self.database.begin, self.partner, operator, key, minutes=10)

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

    async def notice(
        self,
        reference: str,
        status: PaymentStatus,
        *,
        amount: str | None = None,
        paid_at: str | None = None,
        caller: Caller | None = None,
    ) -> str | None:
        """The partner reports a payment; the answer is our order's number."""
        speaker = caller or await self.operator()
        return await self.database.begin(
            lambda unit: take_payment_notice(
                unit,
                speaker,
                reference=reference,
                status=status,
                amount=amount,
                received={"pay_amount": amount, "pay_date": paid_at},
            ),
            actor="test",
        )

    async def print_notice(
        self, called: str, step: JobStep, *, caller: Caller | None = None, **words: str
    ) -> str | None:
        """The partner reports a print; the answer is the order's standing."""
        speaker = caller or await self.operator()
        report = OrderReport(called, step, f"number of {step}", **words)
        return await self.database.begin(lambda unit: take_order_notice(unit, speaker, report), actor="test")

    async def command(self, number: str, word: str, *, caller: Caller | None = None, **words: str) -> str:
        """Somebody moves an order by one of the six words; the answer is its standing."""
        speaker = caller or await self.operator()
        report = OrderReport(number, STEP_OF_WORD[word], word, **words)
        return await self.database.begin(lambda unit: command_order(unit, speaker, report), actor="test")

    async def submitted(self, order: Order, *, attempt: int = 1, until_sent: bool = False) -> None:
        """The worker gives a paid order to the partner; ``until_sent``: again after each pause he asks for."""
        while True:
            try:
                await submit_print(self.database.begin, self.submission, order.id, attempt=attempt)
            except TryLater:
                if not until_sent:
                    raise
                self.clock.tick(seconds=5)
            else:
                return

    async def sent_print(self, machine: str = MACHINE) -> tuple[Order, PrintJob]:
        """A paid order that the partner has."""
        order = await self.order((await self.paid_sale(machine)).outcome.order_number)
        await self.submitted(order, until_sent=True)
        return order, await self.job(order)

    async def promises_kept(self) -> None:
        """The worker keeps every promise that is due now."""
        leans_on = (self.submission, self.intake, self.post_office, self.registry, self.gateway, self.studio)
        dispatcher = Dispatcher(self.database, reactions(self.database.begin, *leans_on))
        while await dispatcher.keep_due():
            await dispatcher.all_done(10)

    async def closed(self, key: str, *, caller: Caller | None = None) -> KioskSession:
        """Somebody ends the session."""
        leaver = caller or await self.operator()
        silence = timedelta(minutes=5)
        return await self.database.begin(
            lambda unit: close_session(unit, leaver, key, silence=silence), actor="test"
        )

    async def blanks(self, counted: int, *, machine: str = MACHINE, shell: str | None = None) -> None:
        """Somebody counted the blanks of the usual model."""
        shell_id = shell or await self.usual_shell()

        def count(unit: Any) -> None:
            found = machine_called(unit, machine)
            assert found is not None
            count_stock(unit, found, shell_id, counted)

        await self.database.begin(count, actor="test")

    async def expire(self) -> int:
        """The clock's chore goes round."""
        wanted = await self.database.read(sessions_ran_out)
        return await self.database.begin(expire_sessions, actor="clock") if wanted else 0


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
