"""R06: the partner says everything ten times at once and out of order, to every web server that listens."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from makeline.cases.production.models import print_jobs
from makeline.commerce.payments.models import ledger_entries, payments
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.anomalies import anomalies
from makeline.foundation.statements import Query
from makeline.main.invariants import violations
from tests.engines import one_engine_by_day
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.conftest import Figures
from tests.faults.customers import Line
from tests.faults.floor import WIDE
from tests.faults.shop import Shop, side_by_side
from tests.given import Given

COPIES = 10
SEED = 6
LINES = 20
PAID = 3
PATH = "/api/chinese/order/payStatus"


class Notice(NamedTuple):
    """One thing said about one payment; ``amount`` None: not said."""

    reference: str
    status: int
    amount: str | None

    def body(self) -> bytes:
        said = {"third_id": self.reference, "status": self.status}
        # A number as the partner writes it, not as we would.
        more = "" if self.amount is None else f', "pay_amount": {self.amount}'
        return (json.dumps(said)[:-1] + more + "}").encode()


class Standing(NamedTuple):
    """Where a payment stands, and what it led to."""

    reference: str
    status: PaymentState
    prints: int
    bookings: int
    anomalies: int


def _count_of(table, condition):
    return select(func.count()).select_from(table).where(condition).correlate(payments).scalar_subquery()


_STANDINGS = Query(
    select(
        payments.c.reference,
        payments.c.status,
        _count_of(print_jobs, print_jobs.c.payment_id == payments.c.id),
        _count_of(ledger_entries, ledger_entries.c.payment_id == payments.c.id),
        _count_of(anomalies, anomalies.c.subject == payments.c.reference),
    ),
    Standing,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    one_engine_by_day(metafunc, "postgresql")


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    async with side_by_side(shop_urls(request.param), tmp_path) as shop:
        yield shop


async def test_ten_copies_of_every_notice_have_one_effect_and_one_answer(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    chance = random.Random(SEED)
    begun = await _payments_begun(shop, rounds(10, 400))
    notices = [notice for reference in begun for notice in _said_about(reference, chance)]
    copies = notices * COPIES
    chance.shuffle(copies)
    answers = await _deliver(shop, copies)
    assert all(len(bodies) == 1 for bodies in answers.values())
    standings = await shop.ask(lambda unit: {row.reference: row for row in unit.all(_STANDINGS)})
    said = defaultdict(set)
    for notice in notices:
        said[notice.reference].add((notice.status, notice.amount))
    wrong = [reference for reference in begun if not _is_right(said[reference], standings[reference])]
    assert not wrong, [(said[reference], standings[reference]) for reference in wrong]
    assert not await shop.ask(violations)
    settled = sum(standing.status is PaymentState.PAID for standing in standings.values())
    figures(
        f"R06 {shop.engine}: {len(copies)} notices ({len(notices)} different) over {len(shop.ports)} servers, "
        f"{settled} settlements of {settled} paid, effects per event 1.000, 0 double effects, duplicate answers identical 100 %",
        seed=SEED,
    )


def _said_about(reference: str, chance: random.Random) -> list[Notice]:
    way = chance.random()
    if way < 0.15:
        return [Notice(reference, PAID, "1.0")]
    others = chance.sample([1, 2, 4, 5], chance.randint(0, 4))
    paid = [PAID] if way < 0.85 else []
    return [
        Notice(reference, status, chance.choice([None, "19.99"]) if status == PAID else None)
        for status in paid + others
    ]


def _is_right(said: set[tuple[int, str | None]], standing: Standing) -> bool:
    """Paid once when it was said with no wrong amount; else nothing made, and staff know of a wrong amount."""
    right = any(status == PAID and amount != "1.0" for status, amount in said)
    if right:
        return (standing.status, standing.prints, standing.bookings) == (PaymentState.PAID, 1, 2)
    contradicted = any(amount == "1.0" for _, amount in said)
    return standing.status is not PaymentState.PAID and (
        (standing.prints, standing.bookings, standing.anomalies) == (0, 0, int(contradicted))
    )


async def _payments_begun(shop: Shop, number: int) -> list[str]:
    database = await shop.database()
    given = Given(database, StandingClock(), MemoryStorage(), PlainRenderer(), PlainPartner())
    begun = [(await given.payment_begun(WIDE))[1].payment.reference for _ in range(number)]
    await database.close()
    return begun


async def _deliver(shop: Shop, notices: list[Notice]) -> dict[Notice, set[str]]:
    """Over many connections to all servers at once; every answer by its notice."""
    answers: dict[Notice, set[str]] = defaultdict(set)
    waiting = iter(notices)

    async def one_after_the_other(line: Line) -> None:
        for notice in waiting:
            status, body = await line.call("POST", PATH, raw=notice.body(), kind="application/json")
            assert status == 200, body
            answers[notice].add(json.dumps(body, sort_keys=True))
        line.hang_up()

    lines = [Line(shop.ports[number % len(shop.ports)]) for number in range(LINES)]
    await asyncio.gather(*(one_after_the_other(line) for line in lines))
    return answers
