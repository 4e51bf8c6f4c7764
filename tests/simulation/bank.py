"""The payment gateway as it stands behind its port: pages, holds that lapse, and each key's work done once."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from makeline.commerce.payments.gateway import (
    GatewayAway,
    GatewayRefused,
    MoneyStanding,
    Page,
    Report,
    Wish,
)
from makeline.kernel.money import Money
from tests.simulation.road import NoAnswer, Road

T = TypeVar("T")
_HOLDS = timedelta(days=7)


@dataclass
class Bank:
    """Its books. ``say`` carries its events to us; ``paid`` is every payment that somebody's card stood for."""

    chance: random.Random
    at: Callable[[float, Callable[[], None]], None]
    now: Callable[[], datetime]
    say: Callable[[str], None]
    # A test may say that a bank takes more than it was told to.
    takes_too_much: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    by_charge: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)

    def open_page(self, wish: Wish) -> Page:
        """The same key is the same page."""
        if wish.key not in self.pages:
            name = f"page_{len(self.pages) + 1}"
            self.pages[wish.key] = Page(name, f"https://bank.test/{name}", wish.expires_at)
            self.reports[name] = Report(name, wish.payment_reference, MoneyStanding.OPEN, wish.amount)
            self.at((wish.expires_at - self.now()).total_seconds(), lambda: self._expire(name))
        return self.pages[wish.key]

    def read(self, page: str) -> Report:
        """How it stands."""
        return self.reports[page]

    def pay(self, page: str, way: str) -> bool:
        """A customer's card is ``held``, his wallet ``taken``, or he is ``declined``; False on a page that is closed."""
        report = self.reports[page]
        if report.standing is not MoneyStanding.OPEN:
            return False
        if way == "declined":
            return True
        charge = f"charge_{page}"
        self.by_charge[charge] = page
        self.paid[str(report.payment_reference)] = report.amount.minor
        if way == "held":
            until = self.now() + _HOLDS
            self._becomes(page, MoneyStanding.HELD, charge_reference=charge, hold_until=until)
            self.at(_HOLDS.total_seconds(), lambda: self._lapse(page))
        else:
            self._becomes(page, MoneyStanding.TAKEN, charge_reference=charge, captured=report.amount.minor)
        return True

    def capture(self, charge: str, amount: Money, key: str) -> None:
        """Take what is held, or less."""
        if self._is_new(key, f"capture {charge} {amount}"):
            report = self._at(charge, MoneyStanding.HELD)
            if amount > report.amount:
                raise GatewayRefused("more than is held")
            self._done(key, f"capture {charge} {amount}")
            taken = amount.minor + self.takes_too_much
            self._becomes(report.page_reference, MoneyStanding.TAKEN, captured=taken)

    def void(self, charge: str, key: str) -> None:
        """Let go of it."""
        if self._is_new(key, f"void {charge}"):
            report = self._at(charge, MoneyStanding.HELD)
            self._done(key, f"void {charge}")
            self._becomes(report.page_reference, MoneyStanding.RELEASED)

    def refund(self, charge: str, amount: Money, key: str) -> str:
        """Give back what was taken, or a part."""
        if self._is_new(key, f"refund {charge} {amount}"):
            report = self._at(charge, MoneyStanding.TAKEN)
            if report.refunded + amount.minor > report.captured:
                raise GatewayRefused("more than was taken")
            self._done(key, f"refund {charge} {amount}")
            refunded = report.refunded + amount.minor
            self._becomes(report.page_reference, MoneyStanding.TAKEN, refunded=refunded)
        return f"refund_{key}"

    def _expire(self, page: str) -> None:
        if self.reports[page].standing is MoneyStanding.OPEN:
            self._becomes(page, MoneyStanding.EXPIRED)

    def _lapse(self, page: str) -> None:
        if self.reports[page].standing is MoneyStanding.HELD:
            self._becomes(page, MoneyStanding.RELEASED)

    def _becomes(self, page: str, standing: MoneyStanding, **changes: Any) -> None:
        self.reports[page] = replace(self.reports[page], standing=standing, **changes)
        self.say(page)

    def _at(self, charge: str, standing: MoneyStanding) -> Report:
        report = self.reports[self.by_charge[charge]]
        if report.standing is not standing:
            raise GatewayRefused(f"the money is {report.standing}")
        return report

    def _is_new(self, key: str, what: str) -> bool:
        known = self.keys.get(key)
        if known not in (None, what):
            raise GatewayRefused("this key was used for something else")
        return known is None

    def _done(self, key: str, what: str) -> None:
        self.keys[key] = what


@dataclass
class BankLine:
    """Implements ``PaymentGateway`` over a road."""

    bank: Bank
    road: Road
    name: str = "bank"

    async def open_checkout(self, wish: Wish) -> Page:
        return await self._ask(lambda: self.bank.open_page(wish))

    async def read(self, page_reference: str) -> Report:
        return await self._ask(lambda: self.bank.read(page_reference))

    async def capture(self, charge_reference: str, amount: Money, *, key: str) -> None:
        await self._ask(lambda: self.bank.capture(charge_reference, amount, key))

    async def void(self, charge_reference: str, *, key: str) -> None:
        await self._ask(lambda: self.bank.void(charge_reference, key))

    async def refund(self, charge_reference: str, amount: Money, *, key: str) -> str:
        return await self._ask(lambda: self.bank.refund(charge_reference, amount, key))

    async def close(self) -> None:
        """Nothing is open."""

    async def _ask(self, work: Callable[[], T]) -> T:
        try:
            return await self.road.call(work)
        except NoAnswer as none:
            raise GatewayAway("no answer") from none
