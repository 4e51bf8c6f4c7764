"""How a payment stands: both documents' fields, pence and pounds, and nothing about others' payments."""

import httpx2

from makeline.cases.production.print_partner import PaymentStatus
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop


def _path(reference: str) -> str:
    return f"/api/chinese/payment/{reference}/status"


async def test_a_payment_is_followed_from_its_beginning_to_paid(shop: OpenShop, given: Given):
    session, begun = await given.payment_begun()
    reference = begun.payment.reference
    before = (await shop.operator.get(_path(reference))).json()
    await given.notice(reference, PaymentStatus.PROCESSING)
    between = (await shop.operator.get(_path(reference))).json()
    await given.confirmed(session.key)
    after = (await shop.operator.get(_path(reference))).json()
    numbers = [(answer["status"], answer["status_description"]) for answer in (before, between, after)]
    assert numbers == [(1, "pending"), (2, "processing"), (3, "paid")]
    assert before["paid_at"] is None
    moments = ("created_at", "updated_at", "paid_at")
    assert all(after[name].endswith("Z") for name in moments)
    assert {name: value for name, value in after.items() if name not in moments} == {
        "success": True,
        "third_id": reference,
        "payment_id": reference,
        "status": 3,
        "status_description": "paid",
        "payment_status": "paid",
        "order_id": begun.order.number,
        "amount": 1999,
        "total_amount": 19.99,
        "currency": "GBP",
    }


async def test_unknown_and_foreign_payments_cannot_be_told_apart(given: Given):
    _, begun = await given.payment_begun()
    async with open_shop(given, test_machines="off") as shop:
        foreign = await shop.stranger.get(_path(begun.payment.reference))
        unknown = await shop.stranger.get(_path("PAY_123"))
        own = await shop.operator.get(_path(begun.payment.reference))
    assert own.status_code == 200
    assert _without_time(foreign) == _without_time(unknown)
    assert foreign.status_code == 404


@on_sqlite
async def test_a_name_that_no_payment_can_have_is_unknown(shop: OpenShop):
    for name in ("TEST_PAYMENT_12345", "x" * 2000, "%00", "%F0%9F%92%B3"):
        assert (await shop.operator.get(_path(name))).status_code == 404


def _without_time(response: httpx2.Response) -> dict[str, object]:
    return {name: value for name, value in response.json().items() if name != "timestamp"}
