"""S4: whatever numbers a caller sends, an order costs what the server computes, or there is no order."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from makeline.foundation.database import open_database
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from makeline.parts.catalog.queries import Rates, current_rates
from makeline.parts.pricing.price import price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Unpriceable
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.conftest import Figures
from tests.given import Given
from tests.members import somebody
from tests.parts.ordering.buying import ORDER, Market
from tests.parts.pricing.asked import MILLED
from tests.web import open_shop

# Every number that the documented body takes, and what looks as if it were one of ours.
ASKED = (
    "quantity",
    "length",
    "width",
    "height",
    "n_dimensions",
    "k_complexity",
    "tolerance_id",
    "finish_id",
    "k_otk",
)
CLAIMED = ("total_price", "detail_price")
INVENTED = (
    "amount_due", "shipping_amount", "vat_amount", "vat_percent", "unit_price", "mat_price", "work_price", "k_quantity",
    "discount", "total_minor", "due_minor", "kept_price_id", "rate_card_version", "payment_status", "user_id",
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [0, -0.0, 0.0001, 0.5, 1, 1.5, 3, 1e-300, 1e300, 10**18, -1, 0.01, "0.01", True, None, [], {}]
    ),
)
TAMPERED = st.dictionaries(st.sampled_from([*ASKED, *CLAIMED, *INVENTED]), NUMBERS, min_size=1, max_size=4)


@dataclass
class Till:
    """A market with a loop of its own, and what became of everything that was sent."""

    runner: asyncio.Runner
    at: Market
    rates: Rates
    placed: int = 0
    refused: int = 0
    different: list[Any] = field(default_factory=list)

    def order(self, body: dict[str, Any], *, several: bool) -> None:
        """Send it, and hold what is answered against our own price."""
        claimed = {name: body.pop(name) for name in CLAIMED if several and name in body}
        path, sent = ("/v1/orders", {**claimed, "lines": [body]}) if several else ("/orders", body)
        answer = self.runner.run(self.at.anna.post(path, json=sent))
        if answer.status_code == 200:
            self.placed += 1
            told = answer.json()
            if (told["total_price"], told["amount_due"]) != (float(self.ours(body)),) * 2:
                self.different.append((body, told["total_price"]))
        elif answer.status_code in (400, 422):
            self.refused += 1
        else:
            self.different.append((body, answer.status_code, answer.text))

    def ours(self, body: dict[str, Any]) -> Decimal:
        """What the rules say by themselves."""
        try:
            request = read_request(body, self.rates.tables, self.rates.shop)
            return price_part(request, None, self.rates.tables, self.rates.shop).total
        except Unpriceable:
            return Decimal(-1)


@pytest.fixture
def till(shop_urls: Callable[[str], str]) -> Generator[Till]:
    """Open over a real socket, on a file of its own."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def open_it() -> Till:
            database = await open_database(shop_urls("sqlite"), promises=PROMISES, clock=StandingClock())
            stack.push_async_callback(database.close)
            given = Given(database, database.clock, MemoryStorage(), PlainRenderer(), PlainPartner())
            shop = await stack.enter_async_context(open_shop(given, limit_account=10**6))
            anna = await somebody(shop, "anna")
            return Till(runner, Market(shop, anna, anna), await database.read(current_rates))

        opened = runner.run(open_it())
        yield opened
        assert not runner.run(opened.at.shop.given.database.read(violations))
        runner.run(stack.aclose())


def test_no_number_of_the_caller_makes_a_price(till: Till, figures: Figures):
    @settings(
        deadline=None,
        derandomize=True,
        max_examples=150,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    @for_all(TAMPERED, st.booleans())
    @example({"k_complexity": 0.0001}, False)
    @example({"total_price": 0.01}, False)
    @example({"total_price": 0.01}, True)
    @example({"amount_due": 0.01, "unit_price": 0.01, "discount": 100}, False)
    @example({"quantity": 1e300}, False)
    def sent(tampered: dict[str, Any], several: bool) -> None:
        till.order({**ORDER, **tampered}, several=several)

    sent()
    assert not till.different, till.different[:3]
    assert till.placed > 20
    assert till.refused > 20
    count = till.placed + till.refused
    figures(
        f"S4: {count} orders with tampered numbers, {till.placed} at our own price, {till.refused} refused, 0 differences"
    )


def test_complexity_only_ever_makes_it_dearer(till: Till):
    plain = till.ours(dict(ORDER))
    for complexity in (1.0, 1.5, 3.0):
        assert till.ours({**MILLED, "quantity": 10, "k_complexity": complexity}) >= plain
    assert till.ours({**ORDER, "k_complexity": 0.99}) == -1
