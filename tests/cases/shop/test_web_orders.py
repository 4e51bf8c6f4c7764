"""A case bought on the web: our price, a blank kept for it, paid, made, sent; and every way in which it is not."""

import asyncio
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.wishes import Wish
from makeline.cases.production.print_partner import Channel, JobStep
from makeline.cases.production.states import JobState
from makeline.cases.shop.address import Address, read_address
from makeline.cases.shop.cancel_order import expire_orders, orders_ran_out
from makeline.cases.shop.hand_over import ship_order
from makeline.commerce.payments.gateway import GatewayAway, MoneyStanding
from makeline.foundation.promises import GiveUp
from makeline.kernel.errors import Invalid
from makeline.main.cli import cli
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop
from tests.web_buying import ADDRESS, KNOWN, approved

PROTECTOR = {"screen-protector": 2}


async def test_a_case_is_bought_paid_made_and_sent_with_one_letter_for_each_step(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        asked = await ada.client.post("/v1/shop/prices", json=ada.body(extras=PROTECTOR))
        assert asked.json()["due"] == {"amount_minor": 3500 + 2 * 799 + 399, "currency": "GBP"}
        bought = await ada.buys(extras=PROTECTOR, amount_minor=5497, design_hash=ada.design_hash)
        assert bought["due"] == asked.json()["due"]
        assert (await ada.told())["phase"] == "unpaid"
        assert (await given.stock_item()).reserved == 1
        assert await ada.pays()
        for _ in range(10):
            assert not await ada.event()
        await given.promises_kept()
        order, job = await ada.order(), await given.job(await ada.order())
        assert (order.storefront, order.payment_status, order.shipping_minor) == (
            "webstore",
            "authorised",
            399,
        )
        assert given.gateway.done == []
        await given.submitted(order, until_sent=True)
        assert [one.channel for one in given.partner.announced] == [Channel.ONLINE]
        await ada.printed()
        assert given.gateway.done == [("capture", 5497)]
        told = await ada.told()
        assert (told["phase"], told["journey"]) == ("made", "made")
        assert [one["step"] for one in told["timeline"]] == ["ordered_at", "paid_at", "printing", "made"]
        for _ in range(2):
            await given.database.begin(
                lambda unit: ship_order(unit, order.number, carrier="Royal Mail", tracking="RM1"),
                actor="olga",
            )
        await given.promises_kept()
        told = await ada.told()
        assert (told["phase"], told["tracking"], told["over"]) == ("shipped", "RM1", True)
        assert ((await ada.order()).status, (await ada.order()).payment_status) == ("completed", "paid")
    assert job.payment_id
    assert [letter.to for letter in given.mailer.letters] == ["ada@example.com"] * 3
    subjects = [letter.subject.partition(": ")[2] for letter in given.mailer.letters]
    assert subjects == ["we have your order", "your case is made", "your case is on its way"]
    assert all(f"/w/{ada.bought['order_token']}" in letter.text for letter in given.mailer.letters)
    assert await given.anomalies() == []


async def test_an_order_that_nobody_pays_gives_its_blank_back_and_late_money_goes_back(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys()
        given.clock.tick(minutes=59)
        assert not await given.database.read(orders_ran_out)
        given.clock.tick(minutes=1)
        assert await given.database.read(orders_ran_out)
        assert await given.database.begin(expire_orders, actor="clock") == 1
        assert await given.database.begin(expire_orders, actor="clock") == 0
        assert (await given.stock_item()).reserved == 0
        assert (await ada.told())["phase"] == "ended"
        await ada.pays()
        await given.promises_kept()
        assert given.gateway.done == [("void", 3899)]
        assert (await ada.told())["phase"] == "refunded"
    subjects = [letter.subject.partition(": ")[2] for letter in given.mailer.letters]
    assert subjects == ["your money is on its way back"]


async def test_nothing_is_made_once_its_hold_has_ended(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys()
        await ada.pays()
        await given.promises_kept()
        given.gateway.stands(ada.page, MoneyStanding.RELEASED)
        await ada.event()
        order = await ada.order()
        with pytest.raises(GiveUp, match="was let go"):
            await given.submitted(order)
        assert given.partner.orders == {}
        assert (await given.job(order)).status is JobState.WAITING_FOR_STAFF
        assert await given.anomalies() == ["money_moved_at_gateway"]


async def test_a_print_that_fails_is_told_to_staff_and_given_back_when_they_give_up(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys(collect_at="VM_LONDON_01", address=None)
        await ada.pays()
        await given.promises_kept()
        await given.submitted(await ada.order(), until_sent=True)
        await ada.printed(JobStep.FAILED)
        assert (await ada.told())["phase"] == "failed"
        assert await given.anomalies() == ["web_print_failed"]
        assert given.gateway.done == []
        answer = await shop.stranger.post(f"{ada.at}/cancel", json={"reason": "enough"})
        assert answer.status_code == 200, answer.text
        await given.promises_kept()
        assert given.gateway.done == [("void", 3500)]
        assert (await ada.told())["phase"] == "refunded"
        again = await shop.stranger.post(f"{ada.at}/cancel", json={"reason": "enough"})
        assert (again.status_code, again.json()["journey"]) == (200, "cancelled")


async def test_what_is_collected_is_over_when_the_machine_has_handed_it_out(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        bought = await ada.buys(collect_at="VM_LONDON_01", address=None)
        assert bought["due"]["amount_minor"] == 3500
        await ada.pays()
        await given.promises_kept()
        await given.submitted(await ada.order(), until_sent=True)
        refused = await shop.stranger.post(f"{ada.at}/cancel", json={"reason": "too late"})
        assert refused.status_code == 409
        await ada.printed()
        await ada.printed(JobStep.SHIPPED)
        told = await ada.told()
        assert (told["phase"], told["over"]) == ("collected", True)
    assert given.gateway.done == [("capture", 3500)]


async def test_a_price_of_somebody_else_and_a_design_of_somebody_else_buy_nothing(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        cheap = await ada.asks(amount_minor=1)
        assert (cheap.status_code, cheap.json()["error_code"]) == (400, "PRICE_MISMATCH")
        assert (cheap.json()["expected_amount"], cheap.json()["expected_amount_minor"]) == (38.99, 3899)
        assert (await shop.stranger.post("/v1/shop/orders", json=ada.body())).status_code == 404
        other = await ada.asks(design_hash="0" * 64)
        assert (other.status_code, other.json()["error_code"]) == (409, "DESIGN_NOT_APPROVED")
        await given.blanks(0)
        gone = await ada.asks()
        assert (gone.status_code, gone.json()["error_code"]) == (409, "OUT_OF_STOCK")
    assert await given.orders() == []
    assert given.gateway.pages == {}


async def test_a_dearer_case_is_sold_at_the_price_it_was_ordered_at(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys(amount_minor=3899)
        dearer = Wish("row", "template", "classic", "web_price", "40.00")
        await given.database.begin(lambda unit: change_offers(unit, [dearer], reason="dearer"), actor="olga")
        assert (await ada.asks(amount_minor=3899)).status_code == 400
        assert (await ada.order()).due_minor == 3899
        await ada.pays()
        assert (await given.payment_of(await ada.order())).amount_minor == 3899


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 2}, "quantity"),
        ({"customer_email": "ada@"}, "customer_email"),
        ({"customer_email": "ada@example.com\nbcc: x@example.com"}, "customer_email"),
        ({"customer_name": "Ada\u202e"}, "customer_name"),
        ({"address": None}, "address"),
        ({"collect_at": "VM_LONDON_01"}, "address"),
        ({"collect_at": "VM002", "address": None}, "collect_at"),
        ({"address": {**ADDRESS, "postcode": "12345"}}, "address.postcode"),
        ({"address": {**ADDRESS, "country": "US", "postcode": "10001"}}, "address.region"),
        ({"address": {**ADDRESS, "country": "XX"}}, "address.country"),
        ({"address": {**ADDRESS, "line1": "12\u202ex"}}, "address.line1"),
        ({"extras": {"screen-protector": 6}}, "extras"),
        ({"extras": {"gold": 1}}, "extras"),
        ({"amount_minor": 3899, "currency": "XYZ"}, "amount_minor"),
    ],
)
async def test_what_cannot_be_sold_or_sent_is_named(given: Given, changes: dict[str, Any], field: str):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        answer = await ada.asks(**changes)
    assert answer.status_code == 422, answer.text
    assert [problem["field"] for problem in answer.json()["validation_errors"]] == [field]


@on_sqlite
async def test_an_order_outlives_a_gateway_that_is_away_and_a_key_buys_once(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        given.gateway.trouble = GatewayAway("no answer")
        keyed = {"Idempotency-Key": "one"}
        first = await ada.client.post("/v1/shop/orders", json=ada.body(), headers=keyed)
        again = await ada.client.post("/v1/shop/orders", json=ada.body(), headers=keyed)
        assert first.json()["checkout_url"] is None
        assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
        ada.bought = first.json()
        pages = [(await shop.stranger.post(f"{ada.at}/checkout")).json()["checkout_url"] for _ in range(2)]
        assert pages == ["https://pay.test/page_1"] * 2
        ada.bought["checkout_url"] = pages[0]
        await ada.pays()
        paid = await shop.stranger.post(f"{ada.at}/checkout")
        assert (paid.status_code, paid.json()["error_code"]) == (409, "ALREADY_PAID")
    assert len(await given.orders()) == 1


@on_sqlite
async def test_one_place_keeps_only_so_many_blanks_from_others(given: Given):
    async with open_shop(given, limit_web_orders=2, **KNOWN) as shop:
        ada = await approved(shop)
        answers = [(await ada.asks()).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        late = await ada.asks()
        assert 0 < int(late.headers["retry-after"]) <= 3601
        assert (await given.stock_item()).reserved == 2
        given.clock.tick(hours=2)
        assert (await ada.asks()).status_code == 200


@settings(max_examples=15, deadline=None)
@drawn(st.dictionaries(st.sampled_from(sorted(ADDRESS)), st.text(max_size=30)))
def test_any_address_is_whole_or_refused_by_field(changes: dict[str, str]):
    try:
        address = read_address({**ADDRESS, **changes})
    except Invalid as refused:
        told = {problem.field for problem in refused.problems}
        assert told <= {f"address.{name}" for name in Address._fields}
    else:
        assert all(text.isprintable() for text in address)
        assert len(address.lines()) >= 4


@on_sqlite
async def test_staff_ends_the_road_by_hand(given: Given, shop_url: str):
    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, ["order", *words], env={"DATABASE_URL": shop_url}
        )
        return done.exit_code, done.output

    async with open_shop(given, **KNOWN) as shop:
        sent, fetched, dropped = [await approved(shop, text=word) for word in ("a", "b", "c")]
        await sent.buys()
        await fetched.buys(address=None, collect_at="VM_LONDON_01")
        await dropped.buys()
        for ada in (sent, fetched):
            await ada.pays()
            await given.promises_kept()
            await given.submitted(await ada.order(), until_sent=True)
            await ada.printed()
        numbers = [ada.bought["order_number"] for ada in (sent, fetched, dropped)]
        assert (await run("ship", numbers[1], "--carrier", "DHL"))[0] == 1
        assert (await run("ship", numbers[0], "--carrier", "DHL", "--tracking", "42"))[0] == 0
        assert (await run("collected", numbers[1]))[0] == 0
        assert (await run("cancel", numbers[2], "--reason", "a joke", "--by", "olga"))[0] == 0
        assert (await run("cancel", numbers[0], "--reason", "too late"))[0] == 1
        assert (await run("ship", "ORDER_NONE", "--carrier", "DHL"))[0] == 1
        phases = [(await ada.told())["phase"] for ada in (sent, fetched, dropped)]
        assert phases == ["shipped", "collected", "ended"]
