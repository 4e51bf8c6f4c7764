"""I1 to I4 on the web: tabs closed after paying, events ten times, late, out of order or never, and people who return.

Application, worker, simulated Stripe and simulated print partner run as they do for customers. By night 1,000 purchases
on each database, in four shops one after the other, twenty at a time.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.count import count_stock
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.look import reconcile
from makeline.commerce.payments.models import ledger_entries
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from tests.adapters.drawing.sample_pictures import photo, written
from tests.adapters.stripe.stripes import StripeLine, open_stripe
from tests.asking import MACHINE
from tests.conftest import ENGINES
from tests.faults.conftest import Figures
from tests.faults.web_crowd import PATIENCE, Purchase
from tests.journeys.street import Street, open_street
from tests.journeys.web_guest import designed, letters

_AT_ONCE = 20
_IN_ONE_SHOP = 250
_PRICE = 3899
# Everybody comes from one address here, and the partner's machine is as fast as a hundred.
WIDE_LIMITS = dict.fromkeys(
    ("limit_web_orders", "limit_guest", "limit_pictures", "limit_address", "limit_partner"), 10**6
)
_BALANCES: Query[tuple[str, int]] = Query(
    select(ledger_entries.c.account, func.sum(ledger_entries.c.minor)).group_by(ledger_entries.c.account),
    tuple,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """By day one shop on one engine; the journey of a purchase on the web takes the other."""
    night = metafunc.config.getoption("--night")
    metafunc.parametrize("engine", ENGINES if night else ENGINES[:1])
    metafunc.parametrize("first", range(0, 1000, _IN_ONE_SHOP) if night else [0])


@asynccontextmanager
async def opened(folder: Path, url: str, port: int) -> AsyncGenerator[tuple[Street, StripeLine]]:
    """The street and its Stripe, who loses every second event and sends the others ten times."""
    wild = {"copies": 10, "event_delay": 0.4, "retry_pause": 0.01, "drop_events": 0.5}
    async with (
        open_stripe(**wild) as stripe,
        open_street(
            folder,
            {"database_url": url, **WIDE_LIMITS},
            partner_port=port,
            stripe_port=int(stripe.simulator.url.rpartition(":")[2]),
            notice_copies=3,
            shuffle=True,
        ) as street,
    ):
        stripe.simulator.events.url = f"{street.house.settings.own_url}/stripe/webhook"
        for people in (street.kiosk, stripe.customer):
            # Everybody comes on a line of his own, and waits: by night the processor belongs to others.
            people.headers["connection"] = "close"
            people.timeout = PATIENCE
        yield street, stripe


async def keep_asking(street: Street, settled: list[int]) -> None:
    """The clock's question about pages that nobody told us of, far more often than it is asked in a house."""
    while True:
        await asyncio.sleep(0.3)
        silent = timedelta(seconds=0.5)
        settled.append(await reconcile(street.house.database.begin, street.house.till, silent=silent))


async def load(street: Street, blanks: int) -> None:
    """The machine is filled: our books say so, and his."""
    shell = await street.asking.usual_shell()

    def work(unit: UnitOfWork) -> str:
        machine = machine_called(unit, MACHINE)
        assert machine is not None
        count_stock(unit, machine, shell, blanks)
        return machine.device

    device = await street.house.database.begin(work, actor="test")
    street.partner.ledger.count_blanks(device, shell, blanks)


async def must_be_one_of_each(street: Street, stripe: StripeLine, purchase: Any) -> None:
    """One order, one payment, one hold at most, one capture of the whole, one print."""
    order = await street.asking.order(purchase.order["order_number"])
    payment = await street.asking.payment_of(order)
    assert (order.payment_status, payment.status) == (PaymentStanding.PAID, PaymentState.PAID)
    books = stripe.simulator.books
    intent = books.sessions[purchase.page]["payment_intent"]
    moved = [(what, minor) for what, name, minor in books.effects if name == intent]
    assert moved[-1:] == [("capture", _PRICE)] and moved[:-1] in ([], [("hold", _PRICE)]), moved
    reference = (await street.asking.job(order)).reference
    rows = street.partner.ledger.rows
    assert len(rows("SELECT 1 FROM prints WHERE third_id = ?", reference)) == 1
    ((amount,),) = rows("SELECT amount FROM payments WHERE third_id = ?", payment.reference)
    assert amount == "38.99"


async def test_each_purchase_is_taken_printed_and_told_of_once_however_its_events_come(
    engine: str,
    first: int,
    shop_urls: Callable[[str], str],
    free_port: Callable[[], int],
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    figures: Figures,
):
    total = rounds(4, _IN_ONE_SHOP)
    settled: list[int] = []
    async with opened(tmp_path, shop_urls(engine), free_port()) as (street, stripe):
        await load(street, total)
        asking = asyncio.create_task(keep_asking(street, settled))
        purchases: list[Purchase] = []
        guest = await designed(street, written(photo((1600, 1200)), "JPEG", quality=85))
        doors = asyncio.Semaphore(_AT_ONCE)

        async def buy(number: int) -> None:
            async with doors:
                purchases.append(Purchase(number, guest, stripe))
                await purchases[-1].lives()

        await asyncio.gather(*(buy(number) for number in range(first, first + total)))
        await stripe.simulator.events.all_sent()
        asking.cancel()
        await street.must_be_consistent(prints=total)
        for purchase in purchases:
            await must_be_one_of_each(street, stripe, purchase)
        assert len(await street.asking.orders()) == total
        numbers = [purchase.order["order_number"] for purchase in purchases]
        said = ("we have your order", "your case is made")
        assert letters(street.house.settings.mailbox) == Counter((n, text) for n in numbers for text in said)
        worth: dict[str, Any] = dict(await street.asking.rows(_BALANCES))
        assert {account: minor for account, minor in worth.items() if minor} == {
            "received": total * _PRICE,
            "sales": -total * _PRICE,
        }
        stock = await street.asking.stock_item()
        assert (stock.on_hand, stock.reserved, stock.sold) == (0, 0, 0)
        assert not await street.asking.anomalies()
        heard = stripe.simulator.events.answers
    closed = sum(purchase.tab_closed for purchase in purchases)
    figures(
        f"I2 web purchases {engine}: {total} purchases, {closed} tabs closed, "
        f"{len(heard)} events heard, {sum(settled)} settled by the clock alone; 0 doubled, 0 lost",
        each="shops",
    )
