"""R09: a terminal that says the same thing many times at once, and everything else that makes a sale true beside it."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.notice import take_payment_notice
from makeline.cases.kiosk.pay import begin_payment
from makeline.cases.machines.callers import Caller
from makeline.cases.production.models import print_jobs
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Query
from makeline.kernel.states import IllegalMove
from makeline.main.invariants import violations
from tests.faults.conftest import Figures
from tests.faults.floor import WIDE, load, put_up
from tests.given import Given

_COUNTS: Query[tuple[int, int, int]] = Query(
    select(
        select(func.count()).select_from(orders).scalar_subquery(),
        select(func.count()).select_from(payments).scalar_subquery(),
        select(func.count()).select_from(print_jobs).scalar_subquery(),
    ),
    tuple,
)


@pytest.fixture
async def operator(given: Given) -> Caller:
    await given.database.begin(lambda unit: put_up(unit, room=1000), actor="test")
    await given.database.begin(lambda unit: load(unit, blanks=1000), actor="test")
    return await given.operator()


async def _to_pay(given: Given) -> KioskSession:
    session = await given.session(WIDE)
    await given.picture(session.key)
    return (await given.summary(session.key)).session


async def test_identical_confirmations_at_once_make_one_order_and_all_are_told_its_number(
    given: Given, operator: Caller, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    sessions = rounds(5, 500)
    told = 0
    for number in range(sessions):
        session = await _to_pay(given)
        copies = random.Random(number).randint(4, 50)
        answers = await asyncio.gather(
            *(given.confirmed(session.key, transaction=f"T{number}", caller=operator) for _ in range(copies))
        )
        assert len({(answer.outcome.order_number, answer.outcome.queue_number) for answer in answers}) == 1
        assert [answer.first_time for answer in answers].count(True) == 1
        told += copies
    assert (await given.rows(_COUNTS))[0] == (sessions, sessions, sessions)
    assert not await given.database.read(violations)
    engine = shop_url.partition(":")[0]
    figures(f"R09 {engine}: {sessions} sessions, {told} confirmations at once, 0 of {sessions} doubled")


async def test_whatever_makes_a_sale_true_at_once_makes_one_order_and_one_payment(
    given: Given, operator: Caller, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    sessions = rounds(5, 500)
    for number in range(sessions):
        session = await _to_pay(given)
        chance = random.Random(number)
        if chance.random() < 0.5:
            await _begun(given, operator, session)
        calls = [_begun(given, operator, session) for _ in range(chance.randint(1, 6))]
        calls += [_confirmed(given, operator, session, f"T{number}") for _ in range(chance.randint(1, 6))]
        calls += [_told(given, operator, session, chance) for _ in range(chance.randint(0, 6))]
        chance.shuffle(calls)
        numbers = set(await asyncio.gather(*calls)) - {None}
        assert len(numbers) == 1, f"session {number}: {numbers}"
    assert (await given.rows(_COUNTS))[0] == (sessions, sessions, sessions)
    assert not await given.database.read(violations)
    engine = shop_url.partition(":")[0]
    figures(
        f"R09 {engine} in every way: {sessions} sessions begun, confirmed and noticed at once, 0 of {sessions} doubled"
    )


async def _begun(given: Given, operator: Caller, session: KioskSession) -> str | None:
    try:
        begun = await begin_payment(given.database.begin, given.partner, operator, session.key, minutes=10)
    except IllegalMove:
        return None  # it is paid already
    return begun.order.number


async def _confirmed(given: Given, operator: Caller, session: KioskSession, transaction: str) -> str:
    return (await given.confirmed(session.key, transaction=transaction, caller=operator)).outcome.order_number


def _told(
    given: Given, operator: Caller, session: KioskSession, chance: random.Random
) -> Awaitable[str | None]:
    status = chance.choice(list(PaymentStatus))

    async def tell() -> str | None:
        reference = await _reference(given, session)
        if reference is None:
            return None  # nobody has begun yet: there is nothing to talk about
        return await given.database.begin(
            lambda unit: take_payment_notice(
                unit, operator, reference=reference, status=status, amount=None, received={}
            ),
            actor="test",
        )

    return tell()


async def _reference(given: Given, session: KioskSession) -> str | None:
    now = await given.session_now(session.key)
    if now.order_id is None:
        return None
    rows = await given.rows(_REFERENCES)
    return next((reference for order_id, reference in rows if order_id == now.order_id), None)


_REFERENCES: Query[tuple[int, str]] = Query(select(payments.c.order_id, payments.c.reference), tuple)
