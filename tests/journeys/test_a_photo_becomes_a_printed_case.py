"""From the photograph on a telephone to the case in the customer's hand, with the whole shop running."""

import asyncio
from datetime import timedelta

import pytest

from makeline.kernel.ids import dated
from tests.journeys.conftest import POSTGRESQL_AND_S3, SQLITE_AND_DISK, Open
from tests.journeys.street import answer

EXPIRED_BY = timedelta(minutes=36)

# The plain road is gone in both places; each of its turnings in one of them.
on_sqlite_and_disk = pytest.mark.parametrize("street", [SQLITE_AND_DISK], indirect=True)
on_postgresql_and_s3 = pytest.mark.parametrize("street", [POSTGRESQL_AND_S3], indirect=True)


async def test_a_photo_becomes_a_printed_case(street: Open, photograph: bytes):
    async with street() as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        begun = await shop.begin_payment(at)
        assert begun["chinese_payment_id"].startswith("MSPY")
        story = await shop.until_handed_out(at)
        await shop.must_be_consistent(prints=1)

        (payment,) = shop.partner.ledger.rows("SELECT * FROM payments")
        (order,) = shop.partner.ledger.rows("SELECT * FROM orders")
        assert (payment["third_id"], payment["amount"], payment["pay_type"]) == (
            begun["third_id"],
            "19.99",
            5,
        )
        assert (payment["device"], order["device"]) == ("LONDON_DEVICE_001", "LONDON_DEVICE_001")
        assert order["third_pay_id"] == begun["third_id"]
        assert (story["order_number"], story["queue_number"]) == (begun["order_id"], "Q001")
        assert story["partner_queue_number"] == order["queue_no"]
        assert story["progress"] == 100
        assert story["trouble"] is None

        status = await shop.status(at)
        assert (status["status"], status["order_id"]) == ("payment_completed", begun["order_id"])
        proof = await shop.phone.get(story["proof_url"])
        assert proof.content.startswith(b"\x89PNG")
        stock = await shop.asking.stock_item()
        assert (stock.on_hand, stock.reserved, stock.sold) == (99, 0, 0)
        await answer(shop.kiosk.delete(at))


@on_postgresql_and_s3
async def test_a_case_paid_at_the_machines_own_terminal_is_announced_confirmed_and_printed(
    street: Open, photograph: bytes
):
    async with street(customer="walks_away") as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        confirmed = await shop.confirm(at)
        story = await shop.until_handed_out(at)
        assert (story["order_number"], story["queue_number"]) == (
            confirmed["order_id"],
            confirmed["queue_number"],
        )
        await shop.must_be_consistent(prints=1)
        moves = shop.partner.ledger.rows("SELECT status, actor FROM payment_moves ORDER BY seq")
        assert [row["status"] for row in moves][-1] == 3
        assert "customer" not in {row["actor"] for row in moves}


@on_sqlite_and_disk
async def test_a_partner_who_was_away_when_the_customer_paid_prints_when_he_is_back(
    street: Open, photograph: bytes
):
    async with street(partner_is_open=False, customer="walks_away") as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        begun = await shop.begin_payment(at)
        assert begun["chinese_payment_id"] is None
        confirmed = await shop.confirm(at)
        assert confirmed["order_id"] == begun["order_id"]
        await asyncio.sleep(0.2)
        assert (await shop.story(at))["print_status"] == "queued"
        await shop.partner_opens()
        await shop.until_handed_out(at)
        await shop.must_be_consistent(prints=1)
        (payment,) = shop.partner.ledger.rows("SELECT third_id FROM payments")
        assert payment["third_id"] == begun["third_id"]


@on_postgresql_and_s3
async def test_notices_repeated_and_out_of_order_and_a_greedy_printer_change_nothing(
    street: Open, photograph: bytes
):
    async with street(notice_copies=3, shuffle=True, fetches=[3, 8]) as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        await shop.begin_payment(at)
        await shop.until_handed_out(at)
        await shop.must_be_consistent(prints=1)
        assert await shop.asking.anomalies() == []
        answers = shop.partner.ledger.rows("SELECT accepted FROM notice_answers")
        assert len(answers) > 20
        assert {row["accepted"] for row in answers} == {1}


@on_postgresql_and_s3
async def test_answers_cut_off_after_the_partner_has_acted_print_nothing_twice(
    street: Open, photograph: bytes
):
    async with street(customer="walks_away", drop_answers=1) as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        begun = await shop.begin_payment(at)
        assert begun["chinese_payment_id"] is None
        again = await shop.begin_payment(at)
        assert again["third_id"] == begun["third_id"]
        assert again["chinese_payment_id"] is not None
        # Now the answer to the print order is lost.
        shop.partner.control.turn({"drop_answers": 1})
        await shop.at_terminal(begun["third_id"], "pays")
        story = await shop.until_handed_out(at)
        assert story["partner_queue_number"] is not None
        await shop.must_be_consistent(prints=1)
        assert len(shop.partner.ledger.rows("SELECT 1 FROM payments")) == 1
        assert len(shop.partner.ledger.rows("SELECT 1 FROM orders")) == 1


@on_sqlite_and_disk
async def test_a_declined_customer_tries_another_card(street: Open, photograph: bytes):
    async with street(customer="walks_away") as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        begun = await shop.begin_payment(at)
        assert (await shop.hold_card(at, "declines"))["success"]
        await shop.until(
            lambda: shop.story(at),
            lambda story: (
                ("payment", "failed") in {(move["noun"], move["to_state"]) for move in story["timeline"]}
            ),
        )
        assert (await shop.status(at))["status"] == "payment_pending"
        again = await shop.begin_payment(at)
        assert (again["third_id"], again["order_id"]) == (begun["third_id"], begun["order_id"])
        assert (await shop.hold_card(at, "pays"))["success"]
        await shop.until_handed_out(at)
        await shop.must_be_consistent(prints=1)


@on_sqlite_and_disk
async def test_a_customer_who_walks_away_leaves_the_blank_to_the_next_and_his_money_still_counts(
    street: Open, photograph: bytes
):
    async with street(customer="walks_away") as shop:
        at = await shop.scan()
        await shop.design(at, photograph)
        begun = await shop.begin_payment(at)
        assert (await shop.asking.stock_item()).reserved == 1
        shop.clock.ahead = EXPIRED_BY
        assert (await shop.status(at))["status"] == "expired"
        await shop.until(shop.asking.stock_item, lambda item: item.reserved == 0)
        gone = await shop.phone.post(f"{at}/init-payment")
        assert gone.status_code == 410
        assert shop.partner.ledger.rows("SELECT 1 FROM orders") == []
        # He was only slow: the terminal takes his card after all.
        await shop.at_terminal(begun["third_id"], "pays")
        await shop.until_handed_out(at)
        await shop.must_be_consistent(prints=1)
        assert (await shop.status(at))["status"] == "payment_completed"


async def test_customers_side_by_side_get_each_their_own_case(street: Open, photograph: bytes):
    async with street() as shop:

        async def buy(name: str) -> str:
            created = await answer(
                shop.kiosk.post("/api/vending/create-session", json={"machine_id": "CN_DEBUG_01"})
            )
            at = f"/api/vending/session/{created['session_id']}"
            phone = shop.kiosk
            picture = await answer(phone.post(f"{at}/images", content=photograph))
            wish = {
                "model": "iPhone 15 Pro",
                "template": "classic",
                "text": name,
                "images": [picture["image"]],
            }
            body = {"order_data": wish, "payment_amount": 19.99}
            await answer(phone.post(f"{at}/order-summary", json=body))
            begun = await answer(phone.post(f"{at}/init-payment"))
            return begun["order_id"]

        numbers = await asyncio.gather(*(buy(f"For {name}") for name in ("Ada", "Grace", "Joan", "Mary")))
        assert len(set(numbers)) == 4

        async def all_orders() -> list[str]:
            return [order.status for order in await shop.asking.orders()]

        await shop.until(all_orders, lambda states: states == ["completed"] * 4)
        await shop.must_be_consistent(prints=4)
        prints = shop.partner.ledger.rows("SELECT DISTINCT design_hash FROM prints")
        assert len(prints) == 4
        today = dated("OREN", 0, shop.clock())[:10]
        orders = shop.partner.ledger.rows("SELECT third_id FROM orders")
        assert {row["third_id"][:10] for row in orders} == {today}
