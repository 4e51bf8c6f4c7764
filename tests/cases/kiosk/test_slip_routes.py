"""The customer's receipt over the wire: a paper for holders of the page's address, true in every state."""

import io
import re
from urllib.parse import urljoin

import httpx2
import pytest
from pypdf import PdfReader

from makeline.cases.kiosk.order_page import WORDS
from makeline.cases.machines.zones import set_zone
from makeline.cases.ordering.slip import masked
from makeline.cases.production.print_partner import JobStep, PaymentStatus
from makeline.kernel.errors import Invalid, NotFound
from makeline.kernel.money import Money
from tests.asking import MACHINE
from tests.given import Given
from tests.web import OpenShop, open_shop


def _text(paper: httpx2.Response) -> str:
    (page,) = PdfReader(io.BytesIO(paper.content)).pages
    return " ".join(page.extract_text().split())


async def _receipt(shop: OpenShop, key: str, **params: str) -> httpx2.Response:
    return await shop.stranger.get(f"/o/{shop.house.order_links.token(key)}/receipt.pdf", params=params)


async def test_the_page_leads_to_a_paper_with_all_that_was_paid(given: Given):
    sale = await given.paid_sale()
    seller = dict(
        seller_name="Cases & Co", seller_address="1 High Street; London", seller_tax_number="GB 1",
        vat_included_percent=20,
    )  # fmt: skip
    async with open_shop(given, **seller) as shop:
        page = await shop.stranger.get(f"/o/{shop.house.order_links.token(sale.session.key)}")
        link = re.search(r'href="([^"]+receipt\.pdf[^"]*)"', page.text)
        assert link
        paper = await shop.stranger.get(urljoin(str(page.url), link[1]))
        again = await shop.stranger.get(urljoin(str(page.url), link[1]))
    assert paper.status_code == 200
    assert paper.headers["content-type"] == "application/pdf"
    number = sale.outcome.order_number
    assert paper.headers["content-disposition"] == f'attachment; filename="receipt-{number}.pdf"'
    assert "private" in paper.headers["cache-control"]
    assert paper.content == again.content
    text = _text(paper)
    for told in ("Cases & Co", "1 High Street", "London", "GB 1", number, "19.99 GBP", "Card Visa"):
        assert told in text
    assert f"VAT 20 % included {Money(333, 'GBP')}" in text
    assert f"TXN_{sale.session.key[-8:]}" not in text
    assert masked(f"TXN_{sale.session.key[-8:]}") in text


async def test_before_payment_and_for_strangers_there_is_no_receipt(given: Given):
    session = await given.session_to_pay()
    async with open_shop(given) as shop:
        unpaid = await _receipt(shop, session.key)
        forged = await shop.stranger.get(f"/o/{session.key}.{'x' * 24}/receipt.pdf")
        unknown = await _receipt(shop, "VM001_20260304_120000_ABCDEF")
    assert {answer.status_code for answer in (unpaid, forged, unknown)} == {404}
    assert len({answer.text for answer in (unpaid, forged, unknown)}) == 1


async def test_a_failed_print_is_on_the_paper_and_asked_anew_the_paper_is_new(given: Given):
    session = (await given.paid_sale()).session.key
    order = (await given.orders())[0]
    await given.submitted(order, until_sent=True)
    job = await given.job(order)
    async with open_shop(given) as shop:
        before = await _receipt(shop, session)
        await given.print_notice(job.reference, JobStep.FAILED)
        after = await _receipt(shop, session)
    english = WORDS["en"]
    assert english["failed_lead"] not in _text(before)
    assert english["failed"] in _text(after)
    assert english["failed_lead"] in _text(after)


@pytest.mark.parametrize("language", WORDS)
async def test_the_paper_speaks_the_customers_language_and_his_clock(given: Given, language: str):
    sale = await given.paid_sale()
    await given.database.begin(lambda unit: set_zone(unit, MACHINE, "Asia/Shanghai"), actor="staff")
    order = await given.order(sale.outcome.order_number)
    assert order.paid_at is not None
    async with open_shop(given) as shop:
        paper = await _receipt(shop, sale.session.key, lang=language)
        page = await shop.stranger.get(f"/o/{shop.house.order_links.token(sale.session.key)}")
    words = WORDS[language]
    assert paper.headers["content-language"] == language
    text = _text(paper)
    for name in ("receipt", "total", "method", "reference"):
        assert words[name] in text
    hour = (order.paid_at.hour + 8) % 24
    assert f"{hour:02}:{order.paid_at.minute:02} CST" in text
    assert f"{hour:02}:{order.paid_at.minute:02} CST" in page.text


async def test_an_order_of_a_test_machine_is_no_sale(given: Given):
    sale = await given.paid_sale("VM001")
    async with open_shop(given) as shop:
        assert WORDS["en"]["test_order"] in _text(await _receipt(shop, sale.session.key))


async def test_a_sale_settled_by_a_notice_has_a_receipt_too(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    async with open_shop(given) as shop:
        text = _text(await _receipt(shop, session.key))
    assert WORDS["en"]["method_machine"] in text
    assert begun.payment.reference not in text


async def test_a_zone_that_does_not_exist_is_refused(given: Given):
    with pytest.raises(Invalid):
        await given.database.begin(lambda unit: set_zone(unit, MACHINE, "Mars/Base"), actor="staff")
    with pytest.raises(NotFound):
        await given.database.begin(lambda unit: set_zone(unit, "VM_NONE", "Europe/London"), actor="staff")


def test_a_reference_is_recognised_by_its_owner_alone():
    assert masked("TXN_1234567890") == "•••• 7890"
    assert masked("12345678") == "••••"
    assert masked("") == "••••"
