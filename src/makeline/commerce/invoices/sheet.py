"""An invoice in words: everything that stands on the paper, in its language and order."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import NamedTuple

from makeline.commerce.invoices.amount_in_words import amount_in_words
from makeline.commerce.invoices.models import Bill, Invoice
from makeline.commerce.invoices.parties import Buyer, Seller
from makeline.commerce.invoices.payment_code import payment_code
from makeline.commerce.orders.states import Vat
from makeline.kernel.money import Money

LANGUAGES = ("ru", "en")
_WORDS: Mapping[str, Mapping[str, str]] = json.loads(
    (files("makeline.commerce.invoices") / "words.json").read_text("utf-8")
)
_GAP = "\u00a0"

Pair = tuple[str, str]


class Sheet(NamedTuple):
    """The paper's texts; equal sheets are equal papers. Empty texts are left out.

    ``requisites``: one or two to a line. ``aligned``: for each column ``l`` or ``r``. ``payment_code`` is what the square code says.
    """

    language: str
    title: str
    heading: str
    dates: tuple[str, ...]
    seller: tuple[str, ...]
    requisites_heading: str
    requisites: tuple[tuple[Pair, ...], ...]
    parties: tuple[Pair, ...]
    columns: tuple[str, ...]
    aligned: str
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[Pair, ...]
    due: Pair
    count: str
    in_words: str
    notes: tuple[str, ...]
    signatures: tuple[Pair, ...]
    payment_code: str
    payment_caption: str
    page: str


def write_sheet(bill: Bill) -> Sheet:
    """A bill in the language it was issued in."""
    invoice = bill.invoice
    words = _WORDS[invoice.language]
    seller, buyer = invoice.seller_then(), invoice.buyer_then()
    due = invoice.money(invoice.due_minor)
    on = day_in(invoice.issued_on, invoice.language)
    number = invoice.reference or bill.order_number
    heading = words["heading"].format(number=number)
    purpose = words["purpose"].format(
        number=number, date=_short_day(invoice.issued_on), vat=_purpose_vat(invoice, words)
    )
    by = (words["pay_by"].format(date=day_in(invoice.pay_by, invoice.language)),) if invoice.pay_by else ()
    return Sheet(
        language=invoice.language,
        title=f"{heading} {words['of'].format(date=on)}".replace(_GAP, " "),
        heading=heading,
        dates=(words["of"].format(date=on), *by),
        seller=tuple(filter(None, (seller.name, seller.address, _joined(seller.phone, seller.email)))),
        requisites_heading=words["requisites"],
        requisites=tuple(_requisites(seller, invoice, words)),
        parties=_parties(bill, seller, buyer, words),
        columns=_columns(invoice, words),
        aligned="rlrlrrr" if invoice.vat is not Vat.NONE else "rlrlrr",
        rows=_rows(bill, words),
        totals=_totals(invoice, words),
        due=(words["due"], money_text(due, invoice.language)),
        count=words["count"].format(count=len(bill.lines), amount=money_text(due, invoice.language)),
        in_words=amount_in_words(due, invoice.language),
        notes=(words["note_purpose"].format(purpose=purpose),),
        signatures=tuple(
            (words[role], name)
            for role, name in (("director", seller.director), ("accountant", seller.accountant))
            if name
        ),
        payment_code=payment_code(seller, due, purpose),
        payment_caption=words["code"],
        page=words["page"].format(title=heading),
    )


def figures(amount: Money, language: str) -> str:
    """``12 345,60`` or ``12,345.60``, with gaps that do not break."""
    text = f"{amount.decimal():,.2f}"
    return text.replace(",", _GAP).replace(".", ",") if language == "ru" else text


def money_text(amount: Money, language: str) -> str:
    """The same with the currency: ``12 345,60 ₽``, ``RUB 12,345.60``."""
    shown = figures(amount, language)
    sign = _WORDS[language].get(f"sign_{amount.currency}", amount.currency)
    return f"{shown}{_GAP}{sign}" if language == "ru" else f"{sign}{_GAP}{shown}"


def percent_text(rate: int, language: str) -> str:
    """Hundredths of a per cent as people write them: ``20 %``, ``5,5 %``, ``20%``."""
    number = f"{(Decimal(rate) / 100).normalize():f}"
    return f"{number.replace('.', ',')}{_GAP}%" if language == "ru" else f"{number}%"


def day_in(day: str, language: str) -> str:
    """A day of the calendar: ``21 ноября 2026 г.``, ``21 November 2026``."""
    words = _WORDS[language]
    found = date.fromisoformat(day)
    month = words["months"].split()[found.month - 1]
    return words["day"].format(day=found.day, month=month, year=found.year).replace(" ", _GAP)


def _short_day(day: str) -> str:
    return f"{date.fromisoformat(day):%d.%m.%Y}"


def _purpose_vat(invoice: Invoice, words: Mapping[str, str]) -> str:
    if invoice.vat is Vat.NONE:
        return words["without_vat"]
    rate = percent_text(invoice.vat_rate, invoice.language)
    amount = figures(invoice.money(invoice.vat_minor), invoice.language)
    # Banks know plain gaps and no sign of a currency.
    currency = words.get(f"plain_{invoice.currency}", invoice.currency)
    return words["purpose_vat"].format(rate=rate, amount=amount, currency=currency).replace(_GAP, " ")


def _requisites(seller: Seller, invoice: Invoice, words: Mapping[str, str]) -> Iterator[tuple[Pair, ...]]:
    abroad = invoice.currency != "RUB"
    # Banks of other countries find ours by its SWIFT code alone.
    swift = seller.swift if abroad else ""
    account = (seller.iban if abroad else "") or seller.account
    for line in (
        (("payee", seller.name),),
        (("inn", seller.inn), ("kpp", seller.kpp)),
        (("bank", seller.bank_name), ("swift", swift) if swift else ("bik", seller.bik)),
        (("account", account), ("correspondent", "" if swift else seller.correspondent_account)),
    ):
        pairs = tuple((words[name], value) for name, value in line if value)
        if pairs:
            yield pairs


def _parties(bill: Bill, seller: Seller, buyer: Buyer, words: Mapping[str, str]) -> tuple[Pair, ...]:
    ours = (seller.name, *_numbers(seller.inn, seller.kpp, words), seller.address)
    theirs = (buyer.name, *_numbers(buyer.inn, buyer.kpp, words), buyer.address, buyer.phone)
    return (
        (words["seller"], _joined(*ours)),
        (words["buyer"] if buyer.legal else words["payer"], _joined(*theirs)),
        (words["reason"], words["order"].format(number=bill.order_number)),
    )


def _numbers(inn: str, kpp: str, words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{words[name]}{_GAP}{value}" for name, value in (("inn", inn), ("kpp", kpp)) if value)


def _columns(invoice: Invoice, words: Mapping[str, str]) -> tuple[str, ...]:
    tax = (words["column_vat"],) if invoice.vat is not Vat.NONE else ()
    total = words["column_net" if invoice.vat is Vat.ON_TOP else "column_total"]
    names = ("column_number", "column_title", "column_quantity", "column_measure", "column_price")
    return (*(words[name] for name in names), *tax, total)


def _rows(bill: Bill, words: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    invoice = bill.invoice

    def shown(minor: int) -> str:
        return figures(invoice.money(minor), invoice.language)

    rows = []
    for number, line in enumerate(bill.lines, start=1):
        tax = (shown(line.vat_minor),) if invoice.vat is not Vat.NONE else ()
        count = f"{line.quantity:,}".replace(",", _GAP if invoice.language == "ru" else ",")
        cells = (str(number), line.title, count, words[line.measure.value], shown(line.unit_minor))
        rows.append((*cells, *tax, shown(line.total_minor)))
    return tuple(rows)


def _totals(invoice: Invoice, words: Mapping[str, str]) -> tuple[Pair, ...]:
    language = invoice.language
    sum_text = money_text(invoice.money(invoice.goods_minor + invoice.shipping_minor), language)
    if invoice.vat is Vat.NONE:
        return ((words["total"], sum_text), (words["vat_none_label"], words["vat_none"]))
    rate = percent_text(invoice.vat_rate, language)
    tax = money_text(invoice.money(invoice.vat_minor), language)
    total, vat = ("total_net", "vat_on_top") if invoice.vat is Vat.ON_TOP else ("total", "vat_included")
    return ((words[total], sum_text), (words[vat].format(rate=rate), tax))


def _joined(*texts: str) -> str:
    return ", ".join(filter(None, texts))
