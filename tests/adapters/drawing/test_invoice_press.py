"""Invoices on paper: all that is said can be read again, long ones go on over the page, equal ones are equal bytes."""

import io
import re
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from makeline.adapters.drawing.invoice_press import PdfInvoicePress
from makeline.commerce.invoices.models import Bill, Invoice, InvoiceLine
from makeline.commerce.invoices.parties import Buyer, Seller, as_text
from makeline.commerce.invoices.states import InvoiceState, Measure, Origin
from makeline.commerce.orders.states import Vat
from makeline.kernel.money import Money
from makeline.main.billing import SAMPLE

FIRM = Buyer(
    "АО «Точная механика»", legal=True, inn="7707083893", kpp="770701001", address="Москва, Тверская, 1"
)
DAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def bill(
    *titles: str,
    buyer: Buyer = FIRM,
    seller: Seller = SAMPLE,
    currency: str = "RUB",
    language: str = "ru",
    vat: Vat = Vat.NONE,
    rate: int = 0,
) -> Bill:
    """A bill for three of each, at 1,234.50."""
    totals = [3 * 123_450 for _ in titles]
    goods = sum(totals)
    whole = 10_000 if vat is Vat.ON_TOP else 10_000 + rate
    tax = goods * rate // whole if vat is not Vat.NONE else 0
    shares = Money(tax, currency).share_out(totals)
    lines = tuple(
        InvoiceLine(title, Measure.PIECE, 3, 123_450, total, share.minor)
        for title, total, share in zip(titles, totals, shares, strict=True)
    )
    invoice = Invoice(
        id=1, order_id=1, origin=Origin.OWN, seller_key=seller.key, year=2026, number=42,
        state=InvoiceState.ISSUED, language=language, currency=currency, goods_minor=goods, shipping_minor=0,
        vat=vat, vat_rate=rate, vat_minor=tax, due_minor=goods + (tax if vat is Vat.ON_TOP else 0),
        seller=as_text(seller), buyer=as_text(buyer), issued_on="2026-11-21", pay_by="2026-11-26",
        issued_at=DAY, asked_at=DAY, rendered_at=None, file_id=None, voided_at=None,
    )  # fmt: skip
    return Bill(invoice, lines, "ORDER_10000456")


async def pages(of: Bill) -> list[str]:
    """What is read on each page, its gaps made one."""
    paper = await PdfInvoicePress().document(of)
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages]


async def test_a_russian_invoice_says_who_pays_what_to_whom():
    (text,) = await pages(bill("Вал приводной", "Bracket_v3.step"))
    for said in (
        "Счёт на оплату № 2026-00042", "от 21 ноября 2026 г., оплатить до 26 ноября 2026 г.",
        SAMPLE.name, SAMPLE.inn, SAMPLE.kpp, SAMPLE.account, SAMPLE.correspondent_account, SAMPLE.bik, SAMPLE.bank_name,
        "АО «Точная механика», ИНН 7707083893, КПП 770701001, Москва, Тверская, 1", "Покупатель",
        "Заказ ORDER_10000456", "Вал приводной", "Bracket_v3.step", "1 234,50", "3 703,50", "7 407,00 ₽",
        "НДС не облагается", "Всего наименований: 2", "Семь тысяч четыреста семь рублей 00 копеек",
        "Оплата по счёту № 2026-00042 от 21.11.2026. Без НДС", "Руководитель", SAMPLE.director, "страница 1 из 1",
    ):  # fmt: skip
        assert said in text, said


async def test_a_private_person_pays_in_another_word():
    (text,) = await pages(bill("Вал", buyer=Buyer("Анна Петрова", phone="+7 900 000-00-00")))
    assert "Плательщик Анна Петрова, +7 900 000-00-00" in text
    assert "Покупатель" not in text


@pytest.mark.parametrize(
    ("vat", "rate", "expected"),
    [
        (Vat.ON_TOP, 2000, ("Итого без НДС 3 703,50 ₽", "НДС 20 % 740,70 ₽", "4 444,20 ₽", "Сумма без НДС")),
        (Vat.INCLUDED, 2000, ("Итого 3 703,50 ₽", "В том числе НДС 20 % 617,25 ₽", "3 703,50 ₽")),
        (Vat.INCLUDED, 550, ("В том числе НДС 5,5 % 193,07 ₽",)),
    ],
)
async def test_the_tax_is_told_as_the_order_has_it(vat: Vat, rate: int, expected: tuple[str, ...]):
    (text,) = await pages(bill("Вал", vat=vat, rate=rate))
    for said in expected:
        assert said in text, said


async def test_an_english_invoice_in_another_currency_is_paid_from_abroad():
    abroad = SAMPLE._replace(iban="GB33BUKB20201555555555", swift="BUKBGB22")
    (text,) = await pages(
        bill("Shaft", seller=abroad, currency="EUR", language="en", vat=Vat.ON_TOP, rate=2000)
    )
    for said in (
        "Invoice 2026-00042", "of 21 November 2026, to be paid by 26 November 2026", "EUR 3,703.50", "VAT 20%",
        "Four thousand four hundred and forty-four euros and 20 cents", "GB33BUKB20201555555555", "BUKBGB22",
    ):  # fmt: skip
        assert said in text, said
    assert SAMPLE.correspondent_account not in text
    # No bank reads a code for another currency.
    assert "Scan to pay" not in text


async def test_sixty_lines_go_on_over_the_page_and_none_is_lost():
    titles = [f"Деталь {number}, Д16Т, фрезерование" for number in range(1, 61)]
    found = await pages(bill(*titles, vat=Vat.ON_TOP, rate=2000))
    assert len(found) == 3
    for number, text in enumerate(found, start=1):
        assert f"страница {number} из 3" in text
        # The names of the columns, again and again.
        assert "Товары, работы, услуги" in text
    assert re.findall(r"Деталь (\d+),", " ".join(found)) == [str(number) for number in range(1, 61)]
    assert "Всего к оплате" in found[-1]


@pytest.mark.parametrize("count", [15, 17, 18, 20])
async def test_the_sum_never_stands_alone_on_a_page(count: int):
    found = await pages(bill(*(f"Деталь {number}" for number in range(count))))
    assert "Деталь" in found[-1]
    assert "Всего к оплате" in found[-1]
    assert sum(text.count("Деталь") for text in found) == count


async def test_no_name_breaks_a_paper():
    names = ("苹果手机壳 经典款", "Étui façonné – naïve", "كفر", "x" * 300, "a\u0000b\u202e", "<b>&amp;</b>")
    seller = SAMPLE._replace(name="Ж" * 160, bank_name="Б" * 160, address="А" * 300)
    found = await pages(bill(*names, seller=seller, buyer=FIRM._replace(name="Щ " * 100)))
    assert "苹果手机壳" in " ".join(found)
    assert "Étui façonné – naïve" in " ".join(found)


async def test_the_greatest_amount_fits_its_column():
    whole = bill("Вал")
    most = 10**15
    line = whole.lines[0]._replace(quantity=1, unit_minor=most, total_minor=most)
    invoice = whole.invoice._replace(goods_minor=most, due_minor=most)
    (text,) = await pages(Bill(invoice, (line,), whole.order_number))
    assert text.count("10 000 000 000 000,00") >= 4


async def test_equal_bills_are_equal_bytes_and_the_paper_knows_its_name():
    one, other = [await PdfInvoicePress().document(bill("Вал")) for _ in range(2)]
    assert one == other
    read = PdfReader(io.BytesIO(one))
    assert read.metadata is not None
    assert read.metadata.title == "Счёт на оплату № 2026-00042 от 21 ноября 2026 г."
    assert read.metadata.author == SAMPLE.name
