"""The print partner as he stands behind his port: he remembers, prints each reference once, and tells of it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from makeline.cases.production.print_partner import (
    JobStep,
    PartnerAway,
    PartnerRefused,
    PaymentAnnouncement,
    PaymentNotSeen,
    PaymentStatus,
    PrintOrder,
    SubmittedJob,
)
from makeline.cases.stock.listing import PartnerBrand, StockRow
from tests.simulation.road import NoAnswer, Road

T = TypeVar("T")
_WAY = (JobStep.QUEUED, JobStep.PICKING, JobStep.PICKED, JobStep.PRINTING, JobStep.PRINTED, JobStep.SHIPPED)


@dataclass
class PrintShop:
    """His books. ``say_payment`` and ``say_step`` carry his notices to us; ``out`` lists every print that came out."""

    chance: random.Random
    at: Callable[[float, Callable[[], None]], None]
    say_payment: Callable[[str, PaymentStatus], None]
    say_step: Callable[[str, JobStep], None]
    fails: float = 0.05
    # How often a print comes out; a test may say twice.
    comes_out: int = 1
    payments: dict[str, PaymentStatus] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    charged: dict[str, int] = field(default_factory=dict)
    orders: dict[str, PrintOrder] = field(default_factory=dict)
    steps: dict[str, JobStep] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)

    def announce(self, told: PaymentAnnouncement) -> str:
        """A payment that he has not heard of is one that nobody has paid yet."""
        self.payments.setdefault(told.reference, PaymentStatus.PENDING)
        self.amounts[told.reference] = told.amount.minor
        return f"MSPY-{told.reference}"

    def confirm(self, reference: str) -> None:
        """Our word that it was paid."""
        if reference not in self.payments:
            raise PaymentNotSeen("there is no such payment")
        self.payments[reference] = PaymentStatus.PAID

    def submit(self, order: PrintOrder) -> SubmittedJob:
        """One reference is one print, however often it is asked for."""
        if self.payments.get(order.payment_reference) is not PaymentStatus.PAID:
            raise PaymentNotSeen("not paid")
        known = self.orders.get(order.reference)
        if known is not None and known.payment_reference != order.payment_reference:
            raise PartnerRefused("this reference is another order")
        if known is None:
            self.orders[order.reference] = order
            self._tell(order.reference, JobStep.ACCEPTED)
            self._go_on(order.reference, 0)
        return SubmittedJob(f"MSOR-{order.reference}", "6693", self.steps[order.reference])

    def read_jobs(self, references: Sequence[str]) -> dict[str, JobStep | None]:
        """By our reference or by his."""
        ours = [reference.removeprefix("MSOR-") for reference in references]
        return {own: self.steps[own] for own in ours if own in self.steps}

    def read_payments(self, references: Sequence[str]) -> dict[str, PaymentStatus | None]:
        """Those that he knows."""
        return {own: self.payments[own] for own in references if own in self.payments}

    def hold_card(self, reference: str, *, good: bool) -> bool:
        """A customer holds a card to the terminal; False while the terminal shows nothing, or a paid sale."""
        if self.payments.get(reference) in (None, PaymentStatus.PAID, PaymentStatus.PROCESSING):
            return False
        self.payments[reference] = PaymentStatus.PROCESSING
        self.say_payment(reference, PaymentStatus.PROCESSING)
        self.at(3 + 20 * self.chance.random(), lambda: self._card_answers(reference, good=good))
        return True

    def _card_answers(self, reference: str, *, good: bool) -> None:
        if self.payments[reference] is PaymentStatus.PAID:
            return
        self.payments[reference] = PaymentStatus.PAID if good else PaymentStatus.FAILED
        if good:
            self.charged[reference] = self.charged.get(reference, 0) + self.amounts[reference]
        self.say_payment(reference, self.payments[reference])

    def _go_on(self, reference: str, position: int) -> None:
        self.at(5 + 90 * self.chance.random(), lambda: self._reach(reference, position))

    def _reach(self, reference: str, position: int) -> None:
        step = _WAY[position]
        if step is JobStep.PRINTED:
            self.out += [reference] * self.comes_out
        elif step is JobStep.PRINTING and self.chance.random() < self.fails:
            self._tell(reference, JobStep.FAILED if self.chance.random() < 0.8 else JobStep.CANCELLED)
            return
        self._tell(reference, step)
        if position + 1 < len(_WAY):
            self._go_on(reference, position + 1)

    def _tell(self, reference: str, step: JobStep) -> None:
        self.steps[reference] = step
        self.say_step(reference, step)


@dataclass
class PartnerLine:
    """Implements ``PrintPartner`` and ``PartnerShelf`` over a road."""

    shop: PrintShop
    road: Road

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        return await self._ask(lambda: self.shop.announce(announcement))

    async def confirm_payment(self, reference: str) -> None:
        await self._ask(lambda: self.shop.confirm(reference))

    async def read_payments(self, references: Sequence[str]) -> dict[str, PaymentStatus | None]:
        return await self._ask(lambda: self.shop.read_payments(references))

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        return await self._ask(lambda: self.shop.submit(order))

    async def read_jobs(self, references: Sequence[str]) -> dict[str, JobStep | None]:
        return await self._ask(lambda: self.shop.read_jobs(references))

    async def list_brands(self) -> list[PartnerBrand]:
        return []

    async def list_stock(self, *, device: str, brand: str) -> list[StockRow]:
        return []

    async def _ask(self, work: Callable[[], T]) -> T:
        try:
            return await self.road.call(work)
        except NoAnswer as none:
            raise PartnerAway("no answer", may_have_arrived=none.may_have_arrived) from none
