"""Money of the web under everything at once: events, the returning customer, the clock, lost answers, cancelled lines.

By night 1,000 rounds on each database; each round ends with what was taken and kept worth what was made (I4).
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from makeline.commerce.orders.models import Line, Order
from makeline.commerce.payments.audit import audit_payments
from makeline.commerce.payments.gateway import GatewayAway, MoneyStanding
from makeline.commerce.payments.states import LineOutcome
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.database import Database
from makeline.kernel.money import Money
from makeline.main.invariants import violations
from tests.commerce.payments.web_sales import WebSales
from tests.commerce.selling import Till
from tests.fakes import StandingClock
from tests.faults.conftest import Figures

_SHIPPING = 399
SEED = 29


@pytest.fixture
def sales(database: Database) -> WebSales:
    assert isinstance(database.clock, StandingClock)
    return WebSales(Till(database), database.clock)


async def _lost(sales: WebSales, chance: random.Random, work: Any) -> None:
    """Somebody tries; now and then his question or the answer is lost."""
    if chance.random() < 0.2:
        name = chance.choice(("trouble", "trouble_after"))
        setattr(sales.gateway, name, GatewayAway("cut"))
    try:
        await work
    except GatewayAway:
        return


async def _round(sales: WebSales, chance: random.Random) -> tuple[Order, int]:
    lines = [Line(f"Case {n}", 1, chance.randint(1, 5000), {}) for n in range(chance.randint(1, 3))]
    order, page = await sales.opened(*lines)
    (sales.gateway.held if chance.random() < 0.7 else sales.gateway.taken)(page)
    made = {line: chance.random() < 0.6 for line in await sales.lines(order)}
    heard = [_lost(sales, chance, sales.look(page)) for _ in range(chance.randint(2, 10))]
    heard.append(sales.reconcile())
    early = [line for line in made if not made[line] and chance.random() < 0.3]
    if early:
        heard.append(sales.decide(order, LineOutcome.NOT_MADE, early))
    chance.shuffle(heard)
    await asyncio.gather(*heard)
    sales.gateway.trouble = sales.gateway.trouble_after = None
    await sales.look(page)
    for line in chance.sample(list(made), len(made)):
        outcome = LineOutcome.MADE if made[line] else LineOutcome.NOT_MADE
        steps = [sales.decide(order, outcome, [line]), sales.decide(order, outcome, [line])]
        steps += [_lost(sales, chance, sales.send(order, attempt=chance.randint(1, 2))) for _ in range(2)]
        steps.append(_lost(sales, chance, sales.look(page)))
        await asyncio.gather(*steps)
    sales.gateway.trouble = sales.gateway.trouble_after = None
    for _ in range(len(made) + 2):
        await sales.send(order, attempt=2)
    kept = [line.unit_minor for line, good in zip(lines, made.values(), strict=True) if good]
    return order, sum(kept) + (_SHIPPING if kept else 0)


async def test_whoever_hears_of_it_first_settles_it_once_and_only_what_is_made_is_kept(
    sales: WebSales, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    total = rounds(20, 1000)
    worth = 0
    for number in range(total):
        order, kept = await _round(sales, random.Random(number))
        checkout = await sales.checkout(order)
        assert checkout.captured_minor - checkout.refunded_minor == kept, number
        assert sales.fulfilled.count(order.id) >= 1
        worth += kept
    balances = await sales.balances()
    assert balances == {"received": worth, "sales": -worth}
    reports = sales.gateway.reports.values()
    assert sum(report.captured - report.refunded for report in reports) == worth
    assert (await sales.till.announced()).count("orders.paid") == total
    captured = [what for what, _ in sales.gateway.done].count("capture")
    assert not await sales.till.database.read(violations)
    engine = shop_url.partition(":")[0]
    figures(
        f"I4 {engine}: {total} web orders raced, {sales.gateway.asked} looks, {captured} captures, "
        f"{len(sales.gateway.done)} transfers, 0 doubled, kept minus made {balances['received'] - worth}"
    )


_PLANTS: tuple[Callable[[Any, random.Random], dict[str, Any]], ...] = (
    lambda report, chance: {"captured": report.captured - chance.randint(1, report.captured)},
    lambda report, chance: {"refunded": chance.randint(1, report.captured)},
    lambda report, chance: {"amount": Money(report.amount.minor + chance.choice((-1, 1)), "GBP")},
    lambda report, _: {"amount": Money(report.amount.minor, "EUR")},
    lambda report, _: {"standing": MoneyStanding.RELEASED, "captured": 0},
    lambda report, _: {"standing": MoneyStanding.HELD, "captured": 0},
)


async def test_the_nightly_audit_finds_every_difference_and_raises_no_false_alarm(
    sales: WebSales, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    planted = rounds(6, 100)
    chance = random.Random(SEED)
    pages = [(await sales.taken())[1] for _ in range(planted)]
    good = [(await (sales.held() if number % 2 else sales.taken()))[0] for number in range(planted)]
    since = timedelta(days=35)
    begin = sales.till.database.begin
    assert await audit_payments(begin, sales.gateway, since=since) == 0
    for number, page in enumerate(pages):
        report = sales.gateway.reports[page]
        sales.gateway.reports[page] = replace(report, **_PLANTS[number % len(_PLANTS)](report, chance))
    found = await audit_payments(begin, sales.gateway, since=since)
    again = await audit_payments(begin, sales.gateway, since=since)
    noted = await sales.till.database.read(lambda unit: open_anomalies(unit, most=1000))
    wrong = {(await sales.payment(order)).reference for order in good} & {one.subject for one in noted}
    assert (found, again, len(noted), len(wrong)) == (planted, planted, planted, 0)
    engine = shop_url.partition(":")[0]
    figures(
        f"R29 {engine}: {planted} planted differences, {found}/{planted} found, {len(wrong)} false alarms",
        seed=SEED,
    )
