"""Our line to Stripe, by its own library over a real socket: what was asked is done once, and told as it stands."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from makeline.adapters.stripe.gateway import StripeGateway, metadata_of
from makeline.commerce.payments.gateway import (
    GatewayAway,
    GatewayMisconfigured,
    GatewayRefused,
    MoneyStanding,
    PageLine,
)
from makeline.kernel.money import Money
from tests.adapters.stripe.stripes import BANK_ASKS, CARD, DECLINED, open_stripe, wish

DUE = Money(2898, "GBP")


async def test_a_card_is_held_until_it_is_taken_in_part():
    async with open_stripe() as line:
        page = await line.gateway.open_checkout(wish())
        assert (await line.gateway.read(page.reference)).standing is MoneyStanding.OPEN
        shown = await line.customer.get(page.url)
        assert "28.98" in shown.text and "A case" in shown.text
        back = await line.chosen(page.reference, CARD)
        assert (back.status_code, back.headers["location"]) == (303, "https://shop.test/back/k1")
        held = await line.gateway.read(page.reference)
        assert (held.standing, held.amount, held.captured) == (MoneyStanding.HELD, DUE, 0)
        assert held.payment_reference == "PYEN260304000001"
        assert held.hold_until is not None and held.charge_reference is not None
        await line.gateway.capture(held.charge_reference, Money(2499, "GBP"), key="capture-1")
        await line.gateway.capture(held.charge_reference, Money(2499, "GBP"), key="capture-1")
        taken = await line.gateway.read(page.reference)
        # What was let go of the hold stands there like a refund, and is none.
        assert (taken.standing, taken.captured, taken.refunded) == (MoneyStanding.TAKEN, 2499, 0)
        for key in ("refund-1", "refund-1", "refund-2"):
            assert (await line.gateway.refund(held.charge_reference, Money(500, "GBP"), key=key)).startswith(
                "re_"
            )
        assert (await line.gateway.read(page.reference)).refunded == 1000
        # Who asks what was finished hears of it, and not of a page that nobody paid; a page later, of none.
        await line.gateway.open_checkout(replace(wish(), key="open"))
        began = datetime.fromtimestamp(line.simulator.books.now(), UTC) - timedelta(hours=1)
        (finished,) = await line.gateway.finished_since(began)
        assert (finished.page_reference, finished.standing) == (page.reference, MoneyStanding.TAKEN)
        assert await line.gateway.finished_since(began + timedelta(hours=2)) == []
        assert [what for what, _, _ in line.simulator.books.effects] == [
            "hold",
            "capture",
            "refund",
            "refund",
        ]


async def test_the_same_key_opens_the_same_page_and_our_ids_alone_go_along():
    async with open_stripe() as line:
        asked = wish()
        first, again = await line.gateway.open_checkout(asked), await line.gateway.open_checkout(asked)
        assert first.reference == again.reference and first.url == again.url
        (session,) = line.simulator.books.sessions.values()
        assert session["metadata"] == {"payment": "PYEN260304000001", "order": "ORDER_00000001"}
        with pytest.raises(GatewayRefused):
            await line.gateway.open_checkout(wish(minor=1))


@pytest.mark.parametrize(("way", "standing"), [
    ("wallet", MoneyStanding.TAKEN), ("debit", MoneyStanding.TAKEN), ("debit_refused", MoneyStanding.DECLINED),
])  # fmt: skip
async def test_what_cannot_be_held_is_taken_at_once_or_when_the_bank_says_so(
    way: str, standing: MoneyStanding
):
    async with open_stripe(bank_seconds=0.0) as line:
        page = await line.paid(wish(), way)
        if way != "wallet":
            assert (await line.gateway.read(page.reference)).standing is MoneyStanding.PROCESSING
            line.simulator.money.settle_old()
        report = await line.gateway.read(page.reference)
        assert (report.standing, report.captured) == (
            standing,
            2898 if standing is MoneyStanding.TAKEN else 0,
        )


async def test_a_declined_card_may_be_followed_by_another_and_a_bank_may_ask():
    async with open_stripe() as line:
        page = await line.gateway.open_checkout(wish())
        declined = await line.chosen(page.reference, DECLINED)
        assert declined.status_code == 402 and "declined" in declined.text
        assert "Is it you?" in (await line.chosen(page.reference, BANK_ASKS)).text
        assert (await line.chosen(page.reference, "denied")).status_code == 402
        assert (await line.gateway.read(page.reference)).standing is MoneyStanding.OPEN
        assert (await line.chosen(page.reference, "agreed")).status_code == 303
        assert (await line.gateway.read(page.reference)).standing is MoneyStanding.HELD
        assert (await line.chosen(page.reference, CARD)).status_code == 409


async def test_a_hold_is_let_go_by_us_or_by_its_time():
    async with open_stripe(hold_days=0.0) as line:
        for number, end in enumerate(("void", "time")):
            page = await line.paid(wish(f"checkout-{number}"))
            held = await line.gateway.read(page.reference)
            assert held.charge_reference is not None
            if end == "void":
                await line.gateway.void(held.charge_reference, key="void-1")
            else:
                line.simulator.money.settle_old()
            assert (await line.gateway.read(page.reference)).standing is MoneyStanding.RELEASED
            with pytest.raises(GatewayRefused, match="unexpected_state"):
                await line.gateway.capture(held.charge_reference, DUE, key=f"capture-{number}")


async def test_an_expired_page_and_a_dispute_are_told():
    async with open_stripe() as line:
        page = await line.gateway.open_checkout(wish())
        assert (await line.control(expire=page.reference)).status_code == 200
        assert (await line.gateway.read(page.reference)).standing is MoneyStanding.EXPIRED
        assert "over" in (await line.customer.get(f"{line.simulator.url}/pay/{page.reference}")).text
        other = await line.paid(wish("checkout-2"), "wallet")
        (intent,) = line.simulator.books.intents
        await line.control(dispute=intent)
        assert (await line.gateway.read(other.reference)).disputed


async def test_whose_fault_it_is_decides_about_another_try():
    async with open_stripe() as line:
        stranger = StripeGateway("sk_test_wrong", address=line.simulator.url)
        with pytest.raises(GatewayMisconfigured):
            await stranger.open_checkout(wish())
        await stranger.close()
        with pytest.raises(GatewayRefused):
            await line.gateway.open_checkout(wish("k2", return_url="nowhere"))
        with pytest.raises(GatewayRefused):
            await line.gateway.read("cs_test_unknown")
        # The library asks twice by itself; both times nobody answers.
        await line.control(away=True)
        with pytest.raises(GatewayAway):
            await line.gateway.open_checkout(wish("k3"))


async def test_a_lost_answer_is_made_good_by_the_key():
    async with open_stripe() as line:
        page = await line.paid(wish())
        held = await line.gateway.read(page.reference)
        assert held.charge_reference is not None
        await line.control(lose_answers=1)
        await line.gateway.capture(held.charge_reference, DUE, key="capture-9")
        assert [what for what, _, _ in line.simulator.books.effects] == ["hold", "capture"]


def test_metadata_that_is_too_long_is_told_before_it_is_sent():
    assert metadata_of(order="x" * 500) == {"order": "x" * 500}
    for value in ("", "x" * 501):
        with pytest.raises(GatewayRefused):
            metadata_of(order=value)


async def test_long_titles_are_cut_and_time_is_counted_in_seconds():
    async with open_stripe() as line:
        page = await line.gateway.open_checkout(
            wish(lines=[PageLine("é" * 400, 2, 1000), PageLine("Delivery", 1, 898)], email=None)
        )
        (session,) = line.simulator.books.sessions.values()
        assert session["amount_total"] == 2898 and len(session["_items"][0]["name"]) == 250
        assert abs(page.expires_at.timestamp() - time.time() - 3600) < 30
