"""People at one machine who do legal and illegal things; after each of them database and model are compared."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from makeline.adapters.print_partner.dialect import ORDER_STATUSES
from makeline.cases.kiosk.notice import apply_waiting_notices
from makeline.cases.machines.callers import Caller
from makeline.cases.production.print_partner import PaymentStatus
from makeline.cases.production.report import OrderReport, take_order_notice
from makeline.foundation.database import open_database
from makeline.foundation.dispatch import Dispatcher
from makeline.kernel.errors import NotAllowed, Refusal, Unrecognised
from makeline.kernel.money import Money
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES, reactions
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.floor import WIDE
from tests.given import STEP_OF_WORD, Given
from tests.properties.sale_kept import KEPT, STOCK, Kept
from tests.properties.sale_model import SaleModel, Shelf, Visit

T = TypeVar("T")
ROOM = 3
BLANKS = {"iPhone 15 Pro": 2, "iPhone 14": 1}
WRONG = Money(1, "GBP")
PRICE = Money(1999, "GBP")

who = st.integers(0, 7)
model_names = st.sampled_from(sorted(BLANKS))
transactions = st.sampled_from(["T1", "T2", "T3", "T4", "T5"])
mostly = st.integers(0, 9).map(lambda number: number > 0)


class Sales(RuleBasedStateMachine):
    """One machine with little room and few blanks. ``fresh_shop`` gives the address of a new shop."""

    def __init__(self, fresh_shop: Callable[[], str]) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = StandingClock()
        self.partner = PlainPartner()
        self.now(self._open(fresh_shop()))

    async def _open(self, url: str) -> None:
        self.database = await open_database(url, promises=PROMISES, clock=self.clock, connections=2)
        self.given = Given(self.database, self.clock, MemoryStorage(), PlainRenderer(), self.partner)
        self.operator = await self.given.operator()
        self.shells = {name: await self.given.usual_shell(name) for name in BLANKS}
        for name, blanks in BLANKS.items():
            await self.given.blanks(blanks, machine=WIDE, shell=self.shells[name])
        self.model = SaleModel(ROOM, {name: Shelf(blanks) for name, blanks in BLANKS.items()})
        self.kept: list[Kept] = []
        reacting = reactions(
            self.database.begin,
            self.given.submission,
            self.given.intake,
            self.given.post_office,
            self.given.registry,
            self.given.gateway,
            self.given.studio,
        )
        self.dispatcher = Dispatcher(self.database, reacting)

    def teardown(self) -> None:
        found = self.now(self.database.read(violations))
        self.now(self.database.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        assert not found, found

    def now(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it; no two things happen at one moment."""
        self.clock.tick(milliseconds=1)
        return self.loop.run_until_complete(work)

    def tried(self, work: Coroutine[Any, Any, Any], expected: str | None) -> None:
        """Do it, and compare what the caller is told with what the model says."""
        try:
            self.loop.run_until_complete(work)
        except Refusal as refusal:
            told: str | None = refusal.code
        else:
            told = None
        assert told == expected or (told and expected and told in expected), f"{told} instead of {expected}"

    def visit(self, number: int) -> tuple[Visit, Kept]:
        """One of the latest visits."""
        back = number % min(len(self.model.visits), 8)
        return self.model.visits[-1 - back], self.kept[-1 - back]

    def moment(self) -> Any:
        self.clock.tick(milliseconds=1)
        return self.clock.now

    anybody = precondition(lambda self: self.model.visits)
    ordered = precondition(lambda self: any(visit.order for visit in self.model.visits))
    printing = precondition(lambda self: any(visit.job for visit in self.model.visits))

    def pick(self, number: int, wanted: Callable[[Visit], Any]) -> tuple[Visit, Kept]:
        """One of those that are as wanted."""
        found = [pair for pair in zip(self.model.visits, self.kept, strict=True) if wanted(pair[0])]
        return found[-1 - number % len(found)]

    @rule(minutes=st.sampled_from([None, None, 1, 20, 5000]))
    def open(self, minutes: int | None) -> None:
        expected = self.model.open(self.moment(), minutes)
        self.tried(self.given.session(WIDE, minutes=minutes, caller=self.operator), expected)

    @rule(minutes=st.sampled_from([None, 20]), name=model_names)
    def come_to_pay(self, minutes: int | None, name: str) -> None:
        """The usual way up to the till, so that every run gets there."""
        self.open(minutes)
        self.look()
        if self.model.visits:
            self.picture(0, 1)
            self.summary(0, name, right=True)

    @anybody
    @rule(number=who)
    def register(self, number: int) -> None:
        visit, kept = self.visit(number)
        expected = self.model.register(visit, self.moment())
        if expected is None and kept.progress == "started":
            self.tried(self.given.phone(kept.key), None)

    @anybody
    @rule(number=who, picture=st.integers(1, 3))
    def picture(self, number: int, picture: int) -> None:
        visit, kept = self.visit(number)
        expected = self.model.picture(visit, self.moment(), picture)
        raw = f"picture {picture}".encode()
        self.tried(self.given.picture(kept.key, raw, caller=self.operator), expected)

    @anybody
    @rule(number=who, name=model_names, right=mostly)
    def summary(self, number: int, name: str, right: bool) -> None:
        visit, kept = self.visit(number)
        expected = self.model.summary(visit, self.moment(), name, right=right)
        wish = {"model": name, "amount": PRICE if right else WRONG, "order_data": {"model": name}}
        self.tried(self.given.summary(kept.key, caller=self.operator, **wish), expected)

    @anybody
    @rule(number=who)
    def begin(self, number: int) -> None:
        visit, kept = self.visit(number)
        expected = self.model.begin(visit, self.moment())
        self.tried(self.given.payment(kept.key, caller=self.operator), expected)

    @anybody
    @rule(number=who, transaction=transactions, right=mostly)
    def confirm(self, number: int, transaction: str, right: bool) -> None:
        visit, kept = self.visit(number)
        self.moment()
        expected = self.model.confirm(visit, transaction, right=right)
        amount = PRICE if right else WRONG
        self.tried(
            self.given.confirmed(kept.key, transaction=transaction, amount=amount, caller=self.operator),
            expected,
        )

    @ordered
    @rule(
        number=who, status=st.sampled_from(list(PaymentStatus)), amount=st.sampled_from([None, "19.99", "1"])
    )
    def notice(self, number: int, status: PaymentStatus, amount: str | None) -> None:
        visit, kept = self.pick(number, lambda visit: visit.order)
        assert kept.reference is not None
        if status is PaymentStatus.PAID:
            self.partner.payments[kept.reference] = status
        self.model.notice(visit, status, right=amount != "1")
        told = self.now(self.given.notice(kept.reference, status, amount=amount, caller=self.operator))
        assert told == kept.order_number

    @printing
    @rule(number=who, said=st.integers(1, 16))
    def print_notice(self, number: int, said: int) -> None:
        visit, kept = self.pick(number, lambda visit: visit.job)
        assert kept.print_reference is not None
        step = ORDER_STATUSES[said].step
        self.model.print_notice(visit, str(said), step.value)
        report = OrderReport(kept.print_reference, step, str(said))
        self.now(
            self.database.begin(lambda unit: take_order_notice(unit, self.operator, report), actor="test")
        )

    @ordered
    @rule(number=who, word=st.sampled_from(sorted(STEP_OF_WORD)))
    def command(self, number: int, word: str) -> None:
        visit, kept = self.pick(number, lambda visit: visit.order)
        assert kept.order_number is not None
        self.moment()
        expected = self.model.command(visit, word, STEP_OF_WORD[word].value)
        self.tried(self.given.command(kept.order_number, word, caller=self.operator), expected)

    @anybody
    @rule(number=who)
    def close(self, number: int) -> None:
        visit, kept = self.visit(number)
        expected = self.model.close(visit, self.moment())
        self.tried(self.given.closed(kept.key, caller=self.operator), expected)

    @anybody
    @rule(number=who, act=st.sampled_from(["picture", "summary", "payment", "confirmed", "closed"]))
    def stranger(self, number: int, act: str) -> None:
        """Nobody we know, or a web page: refused, and nothing changes."""
        _, kept = self.visit(number)
        caller = self.given.stranger()
        self.tried(getattr(self.given, act)(kept.key, caller=caller), Unrecognised.code)
        browser = Caller("page", "127.0.0.1", partner_id=self.operator.partner_id, from_browser=True)
        self.tried(self.given.confirmed(kept.key, caller=browser), NotAllowed.code)

    @ordered
    @rule(number=who, status=st.sampled_from(list(PaymentStatus)))
    def forged_notice(self, number: int, status: PaymentStatus) -> None:
        _, kept = self.pick(number, lambda visit: visit.order)
        assert kept.reference is not None
        caller = self.given.stranger()
        assert self.now(self.given.notice(kept.reference, status, caller=caller)) is None

    @rule(status=st.sampled_from(list(PaymentStatus)))
    def notice_of_nothing(self, status: PaymentStatus) -> None:
        assert self.now(self.given.notice("PYEN991231999999", status, caller=self.operator)) is None

    @rule(passed=st.sampled_from([5, 61, 301, 605, 1300, 3700]))
    def tick(self, passed: int) -> None:
        self.clock.tick(seconds=passed)

    @rule()
    def chores(self) -> None:
        self.model.expire(self.moment())
        self.now(self.given.expire())
        self.now(self.database.begin(apply_waiting_notices, actor="clock"))

    @rule(name=model_names, counted=st.integers(0, 4))
    def count(self, name: str, counted: int) -> None:
        self.model.shelves[name].count(counted)
        self.now(self.given.blanks(counted, machine=WIDE, shell=self.shells[name]))

    @rule()
    def work(self) -> None:
        """The worker gets the time that the partner asks for."""
        self.model.keep_promises()
        for _ in range(3):
            self.now(self._keep_promises())
            self.clock.tick(seconds=5)

    async def _keep_promises(self) -> None:
        while await self.dispatcher.keep_due():
            await self.dispatcher.all_done(10)

    @invariant()
    def look(self) -> None:
        """Database and model are the same."""
        self.kept = self.now(self.given.rows(KEPT))
        ours = [
            (visit.status, visit.progress, visit.order, visit.payment, visit.job, visit.blank, visit.receipt)
            for visit in self.model.visits
        ]
        theirs = [
            (kept.status, kept.progress, kept.order, kept.payment, kept.job, kept.blank, kept.receipt)
            for kept in self.kept
        ]
        assert theirs == ours
        stock = {
            item.shell_id: item[3:]
            for item in self.now(self.given.rows(STOCK))
            if item.shell_id in self._shelves
        }
        assert stock == self._shelves

    @property
    def _shelves(self) -> dict[str, tuple[int, int, int, int]]:
        return {
            self.shells[name]: (shelf.on_hand, shelf.reserved, shelf.sold, shelf.short)
            for name, shelf in self.model.shelves.items()
        }
