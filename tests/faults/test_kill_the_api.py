"""R01: the web server dies at a random moment while people pay; what it had answered is there, once."""

import asyncio
import random
import sqlite3
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from makeline.cases.kiosk.models import kiosk_sessions, receipts, session_pictures
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.models import print_jobs
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.models import payments
from makeline.foundation.dispatch import depths
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.conftest import ENGINES
from tests.faults.conftest import Figures
from tests.faults.customers import Crowd, Line, Purchase
from tests.faults.floor import usual_shell
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until

CUSTOMERS = 8
# So many acknowledgements after a start, everybody is served at full speed.
SWING = 40


class Kept(NamedTuple):
    """What the database holds of one session."""

    key: str
    status: SessionStatus
    design_id: int | None
    pictures: int
    order_number: str | None
    paid: PaymentStanding | None
    reference: str | None
    queue_number: str | None
    transaction_id: str | None


_PICTURES = (
    select(func.count())
    .where(session_pictures.c.session_id == kiosk_sessions.c.id)
    .correlate(kiosk_sessions)
    .scalar_subquery()
)
_KEPT = Query(
    select(
        kiosk_sessions.c.key,
        kiosk_sessions.c.status,
        kiosk_sessions.c.design_id,
        _PICTURES,
        orders.c.number,
        orders.c.payment_status,
        payments.c.reference,
        print_jobs.c.queue_number,
        receipts.c.transaction_id,
    )
    .select_from(kiosk_sessions)
    .outerjoin(orders, orders.c.id == kiosk_sessions.c.order_id)
    .outerjoin(payments, payments.c.order_id == orders.c.id)
    .outerjoin(print_jobs, print_jobs.c.order_id == orders.c.id)
    .outerjoin(receipts, receipts.c.session_id == kiosk_sessions.c.id),
    Kept,
)


@pytest.fixture(params=ENGINES)
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    shop = Shop(shop_urls(request.param), tmp_path)
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()


@pytest.mark.timeout(900)
async def test_whatever_was_answered_before_a_kill_is_there_after_it_once(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    chance = random.Random(1)
    crowd = Crowd(written(photo((300, 600)), "PNG"), chance)
    shop.start_partner(notice_copies=2)
    shop.start_server()
    shop.wait()
    shop.fill_partner(await shop.ask(usual_shell))
    restarts = []
    kills = rounds(2, 20)
    for _ in range(kills):
        await _shop_until_killed(shop, crowd, chance)
        restarts.append(shop.restart_server())
        assert not _lost(crowd, await shop.ask(_kept))
        crowd.come_back()
    crowd.newcomers = False
    await crowd.shop(shop.ports[0], tills=CUSTOMERS)
    assert all(purchase.over for purchase in crowd.came)
    await _drain(shop)
    assert not _lost(crowd, await shop.ask(_kept))
    assert not await shop.ask(violations)
    assert not complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)
    assert _is_whole(shop)
    ((prints,),) = shop.ledger("SELECT count(*) FROM prints")
    ((failed,),) = shop.ledger("SELECT count(*) FROM orders WHERE status = 13")
    assert prints > kills
    refused = sum(1 for purchase in crowd.came if purchase.refused)
    figures(
        f"R01 {shop.engine}: {kills} kills of the API under {CUSTOMERS} customers, {len(crowd.came)} sessions "
        f"({refused} refused), {crowd.acknowledged} acknowledged writes, 0 lost, {prints} prints, 0 double, "
        f"{failed} left to staff because the machine could not fetch the picture meanwhile; "
        f"restart p50 {statistics.median(restarts) * 1000:.0f} ms, longest {max(restarts) * 1000:.0f} ms"
    )


async def _shop_until_killed(shop: Shop, crowd: Crowd, chance: random.Random) -> None:
    """Mostly in full swing; sometimes while the renderer is still starting."""
    shopping = asyncio.create_task(crowd.shop(shop.ports[0], tills=CUSTOMERS))
    if chance.random() < 0.8:
        before = crowd.acknowledged
        await until(_true(lambda: crowd.acknowledged > before + SWING), patience=20, what="customers served")
    await asyncio.wait({shopping}, timeout=chance.uniform(0.0, 1.0))
    shop.kill("server-0")
    await shopping


def _true(fact: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return fact()

    return ask


def _kept(unit: Reading) -> dict[str, Kept]:
    return {row.key: row for row in unit.all(_KEPT)}


def _lost(crowd: Crowd, kept: dict[str, Kept]) -> list[str]:
    """Everything that was acknowledged and is not there."""
    return [
        f"{purchase.number} {purchase.told['open']['session_id']}: {step} {purchase.told[step]}"
        for purchase in crowd.came
        for step in purchase.told
        if not _is_kept(purchase, step, kept.get(purchase.session))
    ]


def _is_kept(purchase: Purchase, step: str, kept: Kept | None) -> bool:
    if kept is None:
        return False
    told = purchase.told[step]
    match step:
        case "open":
            return True
        case "picture":
            return kept.pictures == 1
        case "summary":
            return kept.design_id is not None and kept.status not in _BEFORE_SUMMARY
        case "begin":
            return (kept.order_number, kept.reference) == (told["order_id"], told["third_id"])
        case "confirm":
            order = (told["order_id"], told["queue_number"], purchase.transaction)
            return _is_paid(kept) and (kept.order_number, kept.queue_number, kept.transaction_id) == order
        case "notice":
            return _is_paid(kept) and kept.order_number == told["order_id"]
        case _:
            return kept.status is SessionStatus.CANCELLED


def _is_paid(kept: Kept) -> bool:
    return kept.paid is PaymentStanding.PAID and kept.status is SessionStatus.PAYMENT_COMPLETED


async def _drain(shop: Shop) -> None:
    """Until every promise is kept and the partner has nothing left to do."""

    async def all_done() -> bool:
        waiting = {depth.state: depth.count for depth in await shop.ask(depths)}
        return DeliveryState.PENDING not in waiting and not shop.ledger("SELECT 1 FROM work LIMIT 1")

    await until(all_done, patience=100, what="promises and partner drained")
    line = Line(shop.ports[0])
    # While we were down the partner gave some notices up; he repeats them by hand.
    for reference, status in shop.ledger(_GIVEN_UP):
        await line.call("POST", "/api/chinese/order/payStatus", {"third_id": reference, "status": status})
    line.hang_up()
    await until(all_done, patience=60, what="promises and partner drained after the last notices")


def _is_whole(shop: Shop) -> bool:
    if shop.engine != "sqlite":
        return True
    connection = sqlite3.connect(shop.url.removeprefix("sqlite:///"))
    answer = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    return answer == [("ok",)]


_BEFORE_SUMMARY = (SessionStatus.ACTIVE, SessionStatus.DESIGNING)
_GIVEN_UP = "SELECT third_id, status FROM notices WHERE kind = 'payment' AND state = 'given_up'"
