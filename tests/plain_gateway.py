"""A payment gateway in memory that does as it is told, and keeps every key."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from makeline.commerce.payments.gateway import (
    GatewayRefused,
    GatewayTrouble,
    MoneyStanding,
    Page,
    Report,
    Wish,
)
from makeline.kernel.money import Money


@dataclass
class PlainGateway:
    """Implements ``PaymentGateway``. ``done`` lists what it did, each key once."""

    name: str = "plain"
    pages: dict[str, Page] = field(default_factory=dict)
    wishes: dict[str, Wish] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    done: list[tuple[str, int]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    # What happens to the next caller, before or after the work is done.
    trouble: GatewayTrouble | None = None
    trouble_after: GatewayTrouble | None = None
    asked: int = 0

    async def open_checkout(self, wish: Wish) -> Page:
        self._stumble()
        if wish.key not in self.pages:
            reference = f"page_{len(self.pages) + 1}"
            self.pages[wish.key] = Page(reference, f"https://pay.test/{reference}", wish.expires_at)
            self.wishes[reference] = wish
            self.reports[reference] = Report(
                reference, wish.payment_reference, MoneyStanding.OPEN, wish.amount
            )
        self._stumble_after()
        return self.pages[wish.key]

    async def read(self, page_reference: str) -> Report:
        self.asked += 1
        self._stumble()
        return self.reports[page_reference]

    async def finished_since(self, moment: datetime) -> list[Report]:
        self._stumble()
        return [report for report in self.reports.values() if report.standing is not MoneyStanding.OPEN]

    async def capture(self, charge_reference: str, amount: Money, *, key: str) -> None:
        self._stumble()
        if self._is_new(key, "capture"):
            report = self._at(charge_reference, MoneyStanding.HELD)
            if amount > report.amount:
                raise GatewayRefused("more than is held")
            self._now(report, standing=MoneyStanding.TAKEN, captured=amount.minor)
            self.done.append(("capture", amount.minor))
        self._stumble_after()

    async def void(self, charge_reference: str, *, key: str) -> None:
        self._stumble()
        if self._is_new(key, "void"):
            report = self._at(charge_reference, MoneyStanding.HELD)
            self._now(report, standing=MoneyStanding.RELEASED)
            self.done.append(("void", report.amount.minor))
        self._stumble_after()

    async def refund(self, charge_reference: str, amount: Money, *, key: str) -> str:
        self._stumble()
        if self._is_new(key, "refund"):
            report = self._at(charge_reference, MoneyStanding.TAKEN)
            if report.refunded + amount.minor > report.captured:
                raise GatewayRefused("more than was taken")
            self._now(report, refunded=report.refunded + amount.minor)
            self.done.append(("refund", amount.minor))
        self._stumble_after()
        return f"refund_{key}"

    async def check(self) -> None:
        self._stumble()

    async def close(self) -> None:
        return None

    def held(self, reference: str, until: datetime | None = None) -> None:
        """The customer paid with a card."""
        report = self.reports[reference]
        self._now(
            report, standing=MoneyStanding.HELD, charge_reference=f"charge_{reference}", hold_until=until
        )

    def taken(self, reference: str) -> None:
        """The customer paid by something that cannot be held."""
        report = self.reports[reference]
        minor = report.amount.minor
        self._now(
            report, standing=MoneyStanding.TAKEN, charge_reference=f"charge_{reference}", captured=minor
        )

    def stands(self, reference: str, standing: MoneyStanding) -> None:
        """Whatever else may be."""
        self._now(self.reports[reference], standing=standing)

    def _now(self, report: Report, **changes: object) -> None:
        self.reports[report.page_reference] = replace(report, **changes)

    def _at(self, charge: str, standing: MoneyStanding) -> Report:
        report = next(found for found in self.reports.values() if found.charge_reference == charge)
        if report.standing is not standing:
            raise GatewayRefused(f"the money is {report.standing}")
        return report

    def _is_new(self, key: str, what: str) -> bool:
        known = key in self.keys
        assert self.keys.setdefault(key, what) == what
        return not known

    def _stumble(self) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble

    def _stumble_after(self) -> None:
        trouble, self.trouble_after = self.trouble_after, None
        if trouble is not None:
            raise trouble
