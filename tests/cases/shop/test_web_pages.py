"""What the customer of the webstore sees: his page in his language, its way to the gateway and back, his receipt."""

import asyncio
import json

import pytest
from httpx2 import Response
from sqlalchemy import select

from makeline.cases.production.models import print_jobs
from makeline.cases.shop.order_page import WORDS
from makeline.commerce.accounts.states import Role
from makeline.commerce.payments.gateway import GatewayAway
from makeline.foundation.statements import Query
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop
from tests.web_buying import ADDRESS, KNOWN, Buyer, approved

_PRINTS: Query[tuple[int]] = Query(select(print_jobs.c.id), tuple)


async def page_of(buyer: Buyer, lang: str = "") -> Response:
    return await buyer.shop.stranger.get(
        f"/w/{buyer.bought['order_token']}", params={"lang": lang} if lang else {}
    )


async def test_the_way_to_the_gateway_and_back_settles_without_any_event(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys()
        at = f"/w/{ada.bought['order_token']}"
        unpaid = await page_of(ada)
        assert WORDS["en"]["pay"] in unpaid.text
        assert (await shop.stranger.get(f"{at}/receipt.pdf")).status_code == 404
        on = await shop.stranger.get(f"{at}/pay")
        assert (on.status_code, on.headers["location"]) == (303, "https://pay.test/page_1")
        # A browser that only says so is believed nothing; the gateway is asked.
        back = await shop.stranger.get(f"{at}/back")
        assert (back.status_code, back.headers["location"]) == (303, f"../{ada.bought['order_token']}")
        assert (await ada.told())["phase"] == "unpaid"
        given.gateway.held(ada.page)
        given.gateway.trouble = GatewayAway("no answer")
        assert (await shop.stranger.get(f"{at}/back")).status_code == 303
        assert (await ada.told())["phase"] == "unpaid"
        # The customer comes back three times over while the gateway's event arrives.
        await asyncio.gather(*(shop.stranger.get(f"{at}/back") for _ in range(3)), ada.event())
        assert (await ada.told())["phase"] == "queued"
        assert (await shop.stranger.get(f"{at}/pay")).headers["location"] == ada.bought["order_url"]
        paper = await shop.stranger.get(f"{at}/receipt.pdf")
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert len(await given.rows(_PRINTS)) == 1


@on_sqlite
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_the_page_and_the_letters_speak_the_customers_language(given: Given, language: str):
    async with open_shop(given, contact="+44 20 7946 0000", **KNOWN) as shop:
        ada = await approved(shop)
        address = {**ADDRESS, "recipient": "<b>Ada & Co</b>"}
        await ada.buys(language=language, address=address, customer_name="<i>Ada</i>")
        words = WORDS[language]
        page = await page_of(ada)
        assert page.headers["content-language"] == language
        assert words["unpaid"] in page.text
        assert "&lt;b&gt;Ada &amp; Co&lt;/b&gt;" in page.text
        assert "<b>" not in page.text
        assert "38.99 GBP" in page.text
        await ada.pays()
        await given.promises_kept()
        other = await page_of(ada, "en")
        assert WORDS["en"]["queued"] in other.text
    (letter,) = given.mailer.letters
    assert words["letter_paid"] in letter.subject
    assert words["hello"].format(name="<i>Ada</i>") in letter.text


@on_sqlite
async def test_an_address_that_nobody_gave_away_opens_nothing(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        token = (await ada.buys())["order_token"]
        for forged in (
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token.replace("1.", "2."),
            "ORDER_1",
            "é",
        ):
            for path in ("/w/{}", "/w/{}/pay", "/w/{}/back", "/w/{}/receipt.pdf"):
                answer = await shop.stranger.get(path.format(forged))
                assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html"), path
            assert (await shop.stranger.get(f"/v1/shop/orders/{forged}")).status_code == 404
            cancel = await shop.stranger.post(f"/v1/shop/orders/{forged}/cancel", json={"reason": "x"})
            assert cancel.status_code == 404


async def test_the_page_hears_of_each_step_and_the_stream_ends_with_the_last(given: Given):
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys()
        heard: list[str] = []

        async def listen() -> None:
            async with shop.stranger.stream("GET", f"{ada.at}/events") as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data:"):
                        heard[len(heard) :] = [json.loads(line[5:])["phase"]]

        listening = asyncio.create_task(listen())
        while not heard:
            await asyncio.sleep(0.01)
        await ada.pays()
        await given.promises_kept()
        await given.submitted(await ada.order(), until_sent=True)
        await ada.printed()
        clerk = await somebody(shop, "clerk", Role.STAFF)
        number = ada.bought["order_number"]
        wrong = await clerk.post(f"/v1/staff/web-orders/{number}/collected")
        assert wrong.status_code == 409
        sent = await clerk.post(
            f"/v1/staff/web-orders/{number}/ship", json={"carrier": "DHL", "tracking": "42"}
        )
        assert (sent.status_code, sent.json()["journey"], sent.json()["address"]["city"]) == (
            200,
            "shipped",
            "London",
        )
        await asyncio.wait_for(listening, 10)
        rows = (await clerk.get("/v1/staff/web-orders")).json()["items"]
        assert [(row["order_number"], row["tracking"]) for row in rows] == [(number, "42")]
        shown = (await page_of(ada)).text
        assert all(word in shown for word in ("DHL", "42", WORDS["en"]["shipped"]))
    assert heard[0] == "unpaid"
    assert heard[-1] == "shipped"
