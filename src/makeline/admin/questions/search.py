"""Anything by what people call it. Each question reads a few entries of one index, or a table that is small by nature.

Letters and digits that begin a name find it. What is not looked for, because no index leads there: the middle of a name,
people by telephone or address, the partner's own numbers of payments and prints, what stands in texts.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, cast, func, literal, or_, select

from makeline.cases.catalog.models import brands, phone_models
from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.pay import PROVIDER as AT_MACHINES
from makeline.cases.machines.models import machines
from makeline.cases.production.models import print_jobs
from makeline.cases.shop.models import web_orders
from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.queries import name_key
from makeline.commerce.invoices.models import invoice_series, invoices
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.free import PROVIDER as FREE
from makeline.commerce.payments.models import checkouts, payments
from makeline.commerce.payments.on_invoice import BANK
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.geometry.models import part_files
from makeline.parts.quotes.models import quotes

MOST = 8
SHORTEST = 2
_LARGEST_ID = 2**53
# Behind every letter and digit, in whatever order a database sorts them.
_LAST = "zzzzzzzz"
_INVOICE = re.compile(r"(\d{4})-(\d{1,9})")


class Hit(NamedTuple):
    """One thing: its kind (a word ``kind_…``), what it is called, something to know it by, what leads to its page, and the
    text that was compared."""

    kind: str
    name: str
    about: str
    key: str
    compared: str


class Wanted(NamedTuple):
    """What was typed, in the forms that names are kept in; ``gateway`` is the provider of payments on the web."""

    text: str
    gateway: str

    @property
    def values(self) -> Mapping[str, Any]:
        """For the holes of every question."""
        upper, lower, key = self.text.upper(), self.text.lower(), name_key(self.text)
        said = {"plain": self.text, "upper": upper, "lower": lower, "key": key}
        found: dict[str, Any] = {"gateway": self.gateway, "part": f"%{_like(lower)}%"}
        for name, value in said.items():
            found |= {name: value, f"{name}_end": value + _LAST, f"{name}_length": len(value)}
        # A number alone is looked for as the number of an order, too.
        numbered = (
            f"ORDER_{int(upper):08d}" if upper.isascii() and upper.isdigit() and len(upper) < 16 else upper
        )
        number = int(upper) if upper.isascii() and upper.isdigit() and len(upper) < 16 else 0
        return {**found, "order_number": numbered, "number": min(number, _LARGEST_ID)}


def search(unit: Reading, wanted: Wanted) -> list[Hit]:
    """At most ``MOST`` of each kind."""
    values = wanted.values
    found = [hit for query in _ALL for hit in unit.all(query, **values)]
    dated = _INVOICE.fullmatch(wanted.text)
    if dated is not None:
        found += unit.all(_BY_INVOICE, year=int(dated.group(1)), number=int(dated.group(2)))
    return list(dict.fromkeys(found))


def is_exact(hit: Hit, text: str) -> bool:
    """Whether this is what was typed, and not only begins like it. Pure."""
    said = {text, text.upper(), text.lower(), name_key(text)}
    return hit.compared in said or hit.compared.lower() in said or hit.compared == f"ORDER_{text:0>8}"


def _begins(column: ColumnElement[str], form: str) -> ColumnElement[bool]:
    """A range of the index; what lies in it and begins otherwise is left out."""
    start, end = bindparam(form), bindparam(f"{form}_end")
    return and_(column >= start, column <= end, func.substr(column, 1, bindparam(f"{form}_length")) == start)


def _hits(kind: str, name: Any, about: Any, key: Any, compared: Any) -> Select[*tuple[str, ...]]:
    return select(literal(kind), name, about, key, compared)


def _query(rows: Select[*tuple[str, ...]]) -> Query[Hit]:
    return Query(rows.limit(MOST), Hit)


def _holds(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Anywhere in one of them: for tables of some hundred rows."""
    return or_(
        *[func.lower(func.coalesce(column, "")).like(bindparam("part"), escape="\\") for column in columns]
    )


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_O, _P, _S, _J, _U = orders.c, payments.c, kiosk_sessions.c, print_jobs.c, users.c
_M, _Q, _F, _W, _PM = machines.c, quotes.c, part_files.c, web_orders.c, phone_models.c
# Their numbers are unique for each provider, of whom there are few.
_REFERENCES = [
    and_(_P.provider == provider, _begins(_P.reference, "upper"))
    for provider in (literal(AT_MACHINES), literal(BANK), literal(FREE), bindparam("gateway"))
]
_PAYMENT = (cast(_P.id, Text), _P.reference)
_ALL = (
    _query(_hits("order", _O.number, _O.status, _O.number, _O.number).where(_O.number.in_((bindparam("order_number"), bindparam("plain"))))),
    _query(_hits("order", _O.number, _O.status, _O.number, _O.number).where(_begins(_O.number, "upper"))),
    *(_query(_hits("payment", _P.reference, _P.status, *_PAYMENT).where(one)) for one in _REFERENCES),
    _query(
        _hits("payment", _P.reference, _P.status, cast(_P.id, Text), checkouts.c.charge_reference)
        .join_from(payments, checkouts, checkouts.c.payment_id == _P.id)
        .where(checkouts.c.charge_reference == bindparam("plain"))
    ),
    _query(_hits("print", _J.reference, _J.status, _J.reference, _J.reference).where(_begins(_J.reference, "upper"))),
    _query(
        _hits("session", _S.key, _S.status, func.coalesce(_O.number, ""), _S.key)
        .join_from(kiosk_sessions, orders, _O.id == _S.order_id, isouter=True)
        .where(or_(_S.key == bindparam("plain"), _begins(_S.key, "upper")))
        .order_by(_S.key.desc())
    ),
    _query(
        _hits("quote", _Q.number, _Q.state, cast(_Q.id, Text), _Q.number)
        .where(_begins(_Q.number, "upper"), _Q.state != literal("superseded"))
    ),
    _query(_hits("user", _U.username, _U.email, cast(_U.id, Text), _U.name_key).where(_begins(_U.name_key, "key"))),
    _query(_hits("user", _U.username, _U.email, cast(_U.id, Text), _U.email).where(_begins(_U.email, "plain"))),
    _query(_hits("user", _U.username, _U.email, cast(_U.id, Text), _U.email).where(_begins(_U.email, "lower"))),
    *(
        _query(
            _hits("customer", _W.email, _O.number, _O.number, _W.email)
            .join_from(web_orders, orders, _O.id == _W.order_id)
            .where(_begins(_W.email, form))
        )
        for form in ("plain", "lower")
    ),
    _query(_hits("file", _F.original_name, _F.state, cast(_F.id, Text), _F.original_name).where(
        _begins(_F.original_name, "plain"), _F.deleted_at.is_(None)
    )),
    _query(_hits("file", _F.original_name, _F.state, cast(_F.id, Text), cast(_F.id, Text)).where(
        _F.id == bindparam("number"), _F.deleted_at.is_(None)
    )),
    _query(
        _hits("machine", _M.key, func.coalesce(_M.name, _M.location, ""), _M.key, _M.key)
        .where(_holds(_M.key, _M.device, _M.name, _M.location))
        .order_by(_M.key)
    ),
    _query(
        _hits("model", _PM.name, brands.c.name, _PM.id, _PM.id)
        .join_from(phone_models, brands, brands.c.id == _PM.brand_id)
        .where(_holds(_PM.id, _PM.name, _PM.cn_code))
        .order_by(_PM.id)
    ),
)  # fmt: skip
_BY_INVOICE = _query(
    _hits("invoice", _O.number, invoices.c.issued_on, _O.number, _O.number)
    .select_from(invoice_series)
    .join(
        invoices,
        (invoices.c.seller_key == invoice_series.c.seller_key) & (invoices.c.year == invoice_series.c.year),
    )
    .join(orders, _O.id == invoices.c.order_id)
    .where(invoice_series.c.year == bindparam("year"), invoices.c.number == bindparam("number"))
)
