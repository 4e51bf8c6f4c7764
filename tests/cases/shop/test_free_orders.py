"""What costs nothing has no payment provider, and is made only where a partner makes free orders."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.wishes import Wish
from makeline.cases.machines.partners import DEMO_PARTNER
from makeline.commerce.payments.models import ledger_entries
from makeline.foundation.statements import Query
from makeline.kernel.money import Money
from makeline.main.cli import cli
from tests.given import Given
from tests.web import open_shop
from tests.web_buying import KNOWN, approved

COLLECTED: dict[str, Any] = {"address": None, "collect_at": "VM_LONDON_01"}
_LEDGER: Query[tuple[int]] = Query(select(ledger_entries.c.id), tuple)


@pytest.fixture
def free(shop_url: str) -> Callable[..., Any]:
    """``await free("0.01")``: staff says so of the sample shop's partner."""

    async def run(amount: str, partner: str = DEMO_PARTNER) -> tuple[int, str]:
        words = ["partner", "free", partner, amount]
        done = await asyncio.to_thread(CliRunner().invoke, cli, words, env={"DATABASE_URL": shop_url})
        return done.exit_code, " ".join(done.output.split())

    return run


async def give_away(given: Given) -> None:
    """The template of every test costs nothing on the web from now on."""
    wish = Wish("row", "template", "classic", "web_price", "0.00")
    await given.database.begin(lambda unit: change_offers(unit, [wish], reason="a gift"), actor="olga")


async def test_a_free_order_is_made_without_a_provider_where_a_partner_makes_them(given: Given, free):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        # What a client says does not make it free.
        assert (await ada.asks(**COLLECTED, amount_minor=0)).status_code == 400
        await give_away(given)
        refused = await ada.asks(**COLLECTED)
        assert (refused.status_code, refused.json()["error_code"]) == (409, "NOTHING_TO_PAY")
        assert await given.orders() == [] and (await given.stock_item()).reserved == 0
        assert (await free("0.01"))[0] == 0
        assert (await ada.asks(**COLLECTED, amount_minor=3500)).status_code == 400
        bought = await ada.buys(**COLLECTED, amount_minor=0)
        assert (bought["due"]["amount_minor"], bought["checkout_url"]) == (0, None)
        payment = await given.payment_of(await ada.order())
        assert (payment.provider, payment.amount_minor, payment.status) == ("free", 0, "paid")
        again = await shop.stranger.post(f"{ada.at}/checkout")
        assert (again.status_code, again.json()["error_code"]) == (409, "ALREADY_PAID")
        await given.promises_kept()
        await given.submitted(await ada.order(), until_sent=True)
        assert [one.amount for one in given.partner.announced] == [Money(1, "GBP")]
        await ada.printed()
        told = await ada.told()
        assert (told["phase"], told["payment_status"]) == ("made", "paid")
    assert given.gateway.pages == {} and given.gateway.done == []
    assert [letter.subject.partition(": ")[2] for letter in given.mailer.letters] == [
        "we have your order",
        "your case is made",
    ]
    assert await given.rows(_LEDGER) == [] and await given.anomalies() == []


async def test_a_free_case_that_is_sent_costs_its_delivery_and_a_cancelled_one_gives_nothing_back(
    given: Given, free
):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await give_away(given)
        sent = await ada.buys()
        assert sent["due"]["amount_minor"] == 399 and sent["checkout_url"]
        assert await ada.pays()
        assert (await free("1"))[0] == 0
        await ada.buys(**COLLECTED)
        cancelled = await shop.stranger.post(f"{ada.at}/cancel", json={"reason": "I have one"})
        assert cancelled.json()["phase"] == "cancelled", cancelled.text
        await given.promises_kept()
        assert given.gateway.done == []
        assert (await free("off"))[0] == 0
        assert (await ada.asks(**COLLECTED)).json()["error_code"] == "NOTHING_TO_PAY"


async def test_no_more_free_orders_are_taken_than_there_may_be_in_a_day_however_many_ask_at_once(
    given: Given, free
):
    async with open_shop(given, **KNOWN, limit_free_orders=2) as shop:
        ada = await approved(shop)
        await give_away(given)
        await free("0.01")
        answers = await asyncio.gather(*(ada.asks(**COLLECTED) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429, 429]
        given.clock.tick(hours=23)
        refused = await ada.asks(**COLLECTED)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
        given.clock.tick(hours=1)
        assert (await ada.asks(**COLLECTED)).status_code == 200


async def test_a_print_of_a_free_order_waits_for_staff_where_its_partner_makes_none_any_more(
    given: Given, free
):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await give_away(given)
        await free("0.01")
        await ada.buys(**COLLECTED)
        await free("off")
        await given.promises_kept()
        assert (await ada.told())["phase"] == "staff"
    assert given.partner.announced == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("0",), "above 0"),
        (("10000.01",), "at most"),
        (("0.001",), "an amount such as 0.01"),
        (("perhaps",), "an amount such as 0.01"),
        (("0.01", "nobody"), "there is no partner nobody"),
    ],
)
async def test_only_an_amount_that_a_partner_takes_can_be_told_to_him(given: Given, free, words, told):
    code, said = await free(*words)
    assert code != 0 and told in said
