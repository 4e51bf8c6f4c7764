"""R07 and R08: the partner says things in every order there is, and before there is anything to say them of."""

import random
from collections.abc import Callable
from itertools import permutations

import httpx2
import pytest
from sqlalchemy import func, select

from makeline.cases.kiosk.notice import apply_waiting_notices
from makeline.cases.production.models import print_jobs
from makeline.commerce.payments.models import ledger_entries, payments
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.anomalies import anomalies
from makeline.foundation.statements import Query
from tests.adapters.print_partner.routes.bodies import PAY_STATUS
from tests.faults.conftest import Figures
from tests.faults.floor import WIDE, load, put_up
from tests.given import Given
from tests.people import OTHER, key_of, other_partner
from tests.web import open_shop

pytestmark = pytest.mark.timeout(900)

ERROR, PAID = 5, 3
SEEDS = 7, 8


def _count_of(table, condition):
    return select(func.count()).select_from(table).where(condition).correlate(payments).scalar_subquery()


_STANDINGS: Query[tuple[str, PaymentState, int, int, int]] = Query(
    select(
        payments.c.reference,
        payments.c.status,
        _count_of(print_jobs, print_jobs.c.payment_id == payments.c.id),
        _count_of(ledger_entries, ledger_entries.c.payment_id == payments.c.id),
        _count_of(anomalies, anomalies.c.subject == payments.c.reference),
    ),
    tuple,
)


@pytest.fixture(autouse=True)
async def room(given: Given) -> None:
    """A machine for everybody."""
    await given.database.begin(lambda unit: put_up(unit, room=10_000), actor="test")
    await given.database.begin(lambda unit: load(unit, blanks=10_000), actor="test")


async def test_in_every_order_with_every_notice_repeated_the_sale_is_paid_once_and_abnormal_ones_are_shown(
    given: Given, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    chance = random.Random(SEEDS[0])
    orders = chance.sample(list(permutations(range(1, 6))), rounds(12, 120))
    told, contradicted = 0, set()
    async with open_shop(given) as shop:
        for order in orders:
            reference = (await given.payment_begun(WIDE))[1].payment.reference
            sent = [status for position, _ in enumerate(order) for status in _again(order, position, chance)]
            answers = [await _say(shop.operator, reference, status) for status in sent]
            assert len({answer["order_id"] for answer in answers}) == 1
            told += len(sent)
            if order.index(ERROR) > order.index(PAID):
                contradicted.add(reference)
    standings = await given.rows(_STANDINGS)
    assert len(standings) == len(orders)
    for reference, status, prints, bookings, shown in standings:
        assert (status, prints, bookings) == (PaymentState.PAID, 1, 2)
        assert shown == (reference in contradicted), reference
    figures(
        f"R07 {shop_url.partition(':')[0]}: {len(orders)}/{len(orders)} orders of five statuses, {told} notices, each paid "
        f"once; {len(contradicted)} of {len(contradicted)} abnormal after paid shown to staff",
        seed=SEEDS[0],
    )


async def test_an_early_payment_is_linked_once_and_a_forged_one_never(
    given: Given, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    number = rounds(10, 1000)
    await other_partner(given.database)
    other = await key_of(given.database, OTHER)
    first = int((await given.payment_begun(WIDE))[1].payment.reference[-6:]) + 1
    references = [f"PYEN260304{first + turn:06d}" for turn in range(2 * number)]
    chance = random.Random(SEEDS[1])
    true = set(chance.sample(references, number))
    async with open_shop(given) as shop:
        forgers = (shop.stranger, shop.caller({"authorization": f"Bearer {other.text}"}))
        told = [(reference, shop.operator) for reference in true for _ in range(2)]
        told += [(reference, forger) for reference in references for forger in forgers]
        chance.shuffle(told)
        for reference, who in told:
            assert (await _say(who, reference, PAID))["order_id"] is None
    begun = [(await given.payment_begun(WIDE))[1].payment.reference for _ in references]
    assert begun == references, "the partner knew which ids would come"
    while await given.database.begin(apply_waiting_notices, actor="clock"):
        pass
    standings = {row[0]: row[1:4] for row in await given.rows(_STANDINGS)}
    for reference in references:
        wanted = (PaymentState.PAID, 1, 2) if reference in true else (PaymentState.PENDING, 0, 0)
        assert standings[reference] == wanted, reference
    figures(
        f"R08 {shop_url.partition(':')[0]}: {number} of {number} early payments linked once, {len(told)} notices; of "
        f"{len(told) - 2 * number} forged ones 0 counted",
        seed=SEEDS[1],
    )


async def _say(who: httpx2.AsyncClient, reference: str, status: int) -> dict[str, object]:
    answer = await who.post(PAY_STATUS, json={"third_id": reference, "status": status})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _again(order: tuple[int, ...], position: int, chance: random.Random) -> list[int]:
    """The next one, then some of what was said before, as a partner repeats what was not answered."""
    said = order[: position + 1]
    return [said[-1], *chance.choices(said, k=chance.randint(0, 3))]
