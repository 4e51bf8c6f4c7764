"""The customer's order page over the wire: every state in kind words, for holders of its address alone."""

import re
from html import escape, unescape
from urllib.parse import urljoin

import httpx2
import pytest

from makeline.cases.kiosk.order_page import WORDS
from makeline.cases.kiosk.order_view import Phase
from makeline.cases.ordering.customer_page import LANGUAGES
from makeline.cases.production.models import PrintJob
from makeline.cases.production.print_partner import JobStep, PartnerRefused
from makeline.foundation.promises import GiveUp
from makeline.foundation.web.pages import language_for
from tests.adapters.print_partner.routes.bodies import summary_body
from tests.given import Given
from tests.web import OpenShop, open_shop

HOSTILE = "<script>alert('ё')</script>&\"x"


async def _page(shop: OpenShop, key: str, **params: str) -> httpx2.Response:
    token = shop.house.order_links.token(key)
    page = await shop.stranger.get(f"/o/{token}", params=params)
    assert page.status_code == 200
    return page


async def _heading(shop: OpenShop, key: str, **params: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", (await _page(shop, key, **params)).text)
    assert found
    return unescape(found[1])


async def test_phone_and_machine_are_given_the_same_address(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        at = f"/api/vending/session/{session.key}"
        scanned = await shop.stranger.post(f"{at}/register-user", json={})
        again = await shop.stranger.post(f"{at}/register-user", json={})
        assert "order_url" not in again.json()
        await given.picture(session.key)
        await given.summary(session.key)
        paid = {
            "session_id": session.key,
            "transaction_id": "TXN_1",
            "payment_method": "card",
            "payment_amount": 19.99,
            "payment_data": {},
        }
        confirmed = await shop.operator.post(f"{at}/confirm-payment", json=paid)
        assert confirmed.status_code == 200, confirmed.text
        assert confirmed.json()["order_url"] == scanned.json()["order_url"]
        page = await shop.stranger.get(confirmed.json()["order_url"])
    assert page.status_code == 200
    assert escape(confirmed.json()["order_id"]) in page.text


async def test_the_page_goes_with_the_case_from_the_scan_to_the_hand_out(given: Given):
    session = await given.session()
    english = WORDS["en"]
    async with open_shop(given) as shop:
        assert await _heading(shop, session.key) == english["unpaid"]
        await given.picture(session.key)
        await given.summary(session.key)
        assert "19.99 GBP" in (await _page(shop, session.key)).text
        order = await given.order((await given.confirmed(session.key)).outcome.order_number)
        queued = await _page(shop, session.key)
        assert (await given.job(order)).queue_number in queued.text
        assert 'aria-current="step"' in queued.text
        await given.submitted(order, until_sent=True)
        job = await given.job(order)
        headings = [await _heading(shop, session.key)]
        for step in (JobStep.PRINTING, JobStep.PRINTED, JobStep.SHIPPED):
            await given.print_notice(job.reference, step)
            headings.append(await _heading(shop, session.key))
        assert headings == [english[word] for word in ("queued", "printing", "printed", "collected")]
        assert "http-equiv" not in (await _page(shop, session.key)).text


async def test_the_partners_number_comes_first(given: Given):
    session_key, job = await _sent(given)
    await given.print_notice(job.reference, JobStep.QUEUED, queue_number="A-117")
    job = await given.job(await given.order((await given.orders())[0].number))
    assert job.partner_queue_number
    async with open_shop(given) as shop:
        page = await _page(shop, session_key)
    assert f'<span class="number">{escape(job.partner_queue_number)}</span>' in page.text


async def test_a_print_that_fails_is_told_with_what_happens_to_the_money(given: Given):
    session_key, job = await _sent(given)
    async with open_shop(given, contact="+44 20 7946 0000 <desk>") as shop:
        await given.print_notice(job.reference, JobStep.FAILED)
        page = await _page(shop, session_key)
    assert WORDS["en"]["failed_lead"] in unescape(page.text)
    assert "+44 20 7946 0000 &lt;desk&gt;" in page.text


async def test_the_machine_is_told_the_address_with_the_summary_and_strangers_never_are(given: Given):
    session = await given.session_to_pay()
    async with open_shop(given) as shop:
        at = f"/api/vending/session/{session.key}"
        address = (await shop.operator.post(f"{at}/order-summary", json=summary_body(session.key))).json()[
            "order_url"
        ]
        assert (await shop.stranger.get(address)).status_code == 200
        # Whoever has seen the code on the screen knows the session's name, and may ask for its status.
        for path in ("status", "order-info"):
            assert "/o/" not in (await shop.stranger.get(f"{at}/{path}")).text


async def test_the_page_names_the_stream_of_its_news(given: Given):
    session = await given.session_to_pay()
    async with open_shop(given) as shop:
        page = await _page(shop, session.key)
        events = re.search(r'data-events="([^"]+)"', page.text)
        assert events
        address = urljoin(str(page.url), events[1])
        async with shop.stranger.stream("GET", address) as stream:
            assert stream.status_code == 200
            assert stream.headers["content-type"].startswith("text/event-stream")


async def test_a_print_that_waits_for_staff_says_so_and_hides_the_machinery(given: Given):
    session, _ = await given.payment_begun()
    order = await given.order((await given.confirmed(session.key)).outcome.order_number)
    given.clock.tick(seconds=5)
    given.partner.trouble = [PartnerRefused("no such shell")]
    with pytest.raises(GiveUp):
        await given.submitted(order)
    async with open_shop(given) as shop:
        page = await _page(shop, session.key)
    assert WORDS["en"]["staff_lead"] in unescape(page.text)
    assert "no such shell" not in page.text


async def test_a_visit_without_payment_ends_politely(given: Given):
    session = await given.session_to_pay()
    await given.closed(session.key)
    async with open_shop(given) as shop:
        assert await _heading(shop, session.key) == WORDS["en"]["ended"]


async def test_the_proof_is_on_the_page_and_opens(given: Given):
    session = await given.session_to_pay()
    async with open_shop(given) as shop:
        page = await _page(shop, session.key)
        link = re.search(r'<img class="proof" src="([^"]+)"', page.text)
        assert link
        proof = await shop.stranger.get(urljoin(str(page.url), unescape(link[1])))
    assert proof.status_code == 200
    assert proof.content.startswith(b"proof ")


async def test_what_a_customer_wrote_is_text_and_nothing_else(given: Given):
    data = {"brand": "iphone", "model": "iPhone 15 Pro", "template": "classic", "text": HOSTILE}
    session = await given.session_to_pay(order_data=data)
    async with open_shop(given) as shop:
        page = await _page(shop, session.key)
    assert HOSTILE not in page.text
    assert escape(HOSTILE) in page.text


async def test_the_page_is_private_and_lets_nothing_in(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        page = await _page(shop, session.key)
        for asset in re.findall(r'(?:href|src)="(\.\./assets/[^"]+)"', page.text):
            fetched = await shop.stranger.get(urljoin(str(page.url), asset))
            assert fetched.status_code == 200
            assert fetched.headers["content-type"].startswith("text/")
        assert (await shop.stranger.get("/assets/order.html")).status_code == 404
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "private" in page.headers["cache-control"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert not re.search(r"<style|<script>| style=| on\w+=", page.text)


async def test_every_wrong_address_is_answered_alike(given: Given):
    session, other = await given.session(), await given.session()
    async with open_shop(given) as shop:
        links = shop.house.order_links
        proof = links.token(other.key).rpartition(".")[2]
        unknown = "VM001_20260304_120000_ABCDEF"
        answers = [
            await shop.stranger.get(f"/o/{token}")
            for token in ("x", session.key, f"{session.key}.{proof}", "%D1%91.x", links.token(unknown))
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert WORDS["en"]["unknown"] in answers[0].text


async def test_the_page_speaks_the_phones_language(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        for language in WORDS:
            assert await _heading(shop, session.key, lang=language) == WORDS[language]["unpaid"]
        token = shop.house.order_links.token(session.key)
        russian = await shop.stranger.get(f"/o/{token}", headers={"accept-language": "de, ru-RU;q=0.8"})
    assert '<html lang="ru">' in russian.text


@pytest.mark.parametrize(
    ("wish", "language"),
    [("", "en"), ("zh-CN,en;q=0.5", "zh"), ("fr, xx", "en"), ("RU", "ru"), (",;,", "en")],
)
def test_a_wish_for_a_language(wish: str, language: str):
    assert language_for(wish, LANGUAGES) == language


def test_every_language_has_every_word_and_every_phase():
    for words in WORDS.values():
        assert words.keys() == WORDS["en"].keys()
        assert all(words.values())
        for phase in Phase:
            assert {phase.value, f"{phase.value}_lead"} <= words.keys()


async def _sent(given: Given) -> tuple[str, PrintJob]:
    sale = await given.paid_sale()
    order = await given.order(sale.outcome.order_number)
    await given.submitted(order, until_sent=True)
    return sale.session.key, await given.job(order)
