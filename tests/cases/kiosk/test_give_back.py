"""Money that staff gave back: on the page, on the receipt and in the books, once."""

import io
from html import unescape

import pytest
from pypdf import PdfReader

from makeline.cases.kiosk.give_back import give_back
from makeline.cases.kiosk.order_page import WORDS
from makeline.cases.production.print_partner import JobStep
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.states import PaymentState
from makeline.kernel.errors import Invalid, NotFound
from makeline.kernel.states import IllegalMove
from tests.given import Given
from tests.web import open_shop


async def test_a_cancelled_print_promises_the_money_and_a_refund_says_that_it_is_on_its_way(given: Given):
    sale = await given.paid_sale()
    session_key, number = sale.session.key, sale.outcome.order_number
    order = await given.order(number)
    await given.submitted(order, until_sent=True)
    job = await given.job(order)
    async with open_shop(given) as shop:
        with pytest.raises(IllegalMove, match="cancel it first"):
            await _give_back(given, number)
        await given.print_notice(job.reference, JobStep.CANCELLED)
        address = f"/o/{shop.house.order_links.token(session_key)}"
        cancelled = await shop.stranger.get(address)
        assert WORDS["en"]["cancelled_lead"] in unescape(cancelled.text)
        await _give_back(given, number)
        await _give_back(given, number)
        refunded = await shop.stranger.get(address)
        paper = await shop.stranger.get(f"{address}/receipt.pdf")
    assert WORDS["en"]["refunded_lead"] in unescape(refunded.text)
    assert "http-equiv" not in refunded.text
    (sheet,) = PdfReader(io.BytesIO(paper.content)).pages
    assert WORDS["en"]["refunded"] in sheet.extract_text()
    assert WORDS["en"]["refunded_at"] in sheet.extract_text()
    order = await given.order(number)
    assert order.payment_status is PaymentStanding.REFUNDED
    assert (await given.payment_of(order)).status is PaymentState.REFUNDED


async def test_money_is_given_back_for_a_reason_and_only_where_it_was_taken(given: Given):
    _, begun = await given.payment_begun()
    with pytest.raises(IllegalMove, match="not paid"):
        await _give_back(given, begun.order.number)
    with pytest.raises(Invalid):
        await _give_back(given, begun.order.number, reason=" ")
    with pytest.raises(NotFound):
        await _give_back(given, "ORDER_99999999")


async def _give_back(given: Given, number: str, *, reason: str = "torn film") -> Order:
    return await given.database.begin(lambda unit: give_back(unit, number, reason=reason), actor="staff")
