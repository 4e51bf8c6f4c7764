"""Read an order from the wire: its words are checked here, its prices where they are made."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request

from makeline.foundation.web.body import invalid_fields, read_object
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money, NotMoney
from makeline.parts.ordering.models import COLLECTION, Delivery, DeliveryKind
from makeline.parts.ordering.schemas import (
    MOST_LINES,
    DeliveryWish,
    LineWords,
    OrderLineRequest,
    OrderLinesRequest,
    OrderRequest,
    OrderWords,
    QuotedOrder,
)
from makeline.parts.ordering.wanted import WantedLine, WantedOrder
from makeline.parts.quotes.schemas import PriceRequest

_CURRENCY = "RUB"
# What a price is made from; whatever else a body holds cannot reach it.
_OF_PRICES = PriceRequest.model_fields.keys() - {"file_token"}
_READ = frozenset(OrderRequest.model_fields)
_READ_OF_LINES = OrderLineRequest.model_fields.keys() - {"document_ids"}


def read_one_part(request: Request, raw: bytes) -> tuple[list[WantedLine], WantedOrder]:
    """The documented body: one part. Raises ``Invalid`` naming every field."""
    fields = read_object(raw)
    _name_ignored(request, sorted(fields.keys() - _READ))
    words, line = _words(fields, OrderWords), _words(fields, LineWords)
    wanted = _line(fields, line, at="")
    # Of one part the price of the order is that of the line, which is compared there.
    return [wanted], _order(words, total=None)


def read_parts(request: Request, raw: bytes) -> tuple[list[WantedLine], WantedOrder]:
    """Our own body: several parts in one order. Raises ``Invalid`` naming every field."""
    fields = read_object(raw)
    entries = fields.get("lines")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_LINES:
        raise Invalid(FieldProblem("lines", f"must be a list of 1 to {MOST_LINES} parts"))
    lines = []
    ignored = set(fields.keys() - OrderLinesRequest.model_fields.keys())
    for number, entry in enumerate(entries):
        at = f"lines[{number}]."
        if not isinstance(entry, dict):
            raise Invalid(FieldProblem(f"lines[{number}]", "must be an object"))
        ignored |= {f"lines.{name}" for name in entry.keys() - _READ_OF_LINES}
        lines.append(_line(entry, _words(entry, LineWords, at=at), at=at))
    _name_ignored(request, sorted(ignored))
    words = _words(fields, OrderWords)
    return lines, _order(words, total=read_money(words.total_price, "total_price"))


def read_quoted(request: Request, raw: bytes) -> tuple[int, WantedOrder] | None:
    """A body that names a quote instead of a part: its id, and what is said about the order. Raises ``Invalid``."""
    fields = read_object(raw)
    if fields.get("quote_id") is None:
        return None
    _name_ignored(request, sorted(fields.keys() - QuotedOrder.model_fields.keys()))
    quoted = _words(fields, QuotedOrder)
    return quoted.quote_id, _order(quoted, total=read_money(quoted.total_price, "total_price"))


def read_acceptance(request: Request, raw: bytes) -> WantedOrder:
    """What is said about the order with the acceptance of a quote; nothing has to be. Raises ``Invalid``."""
    fields = read_object(raw) if raw else {}
    _name_ignored(request, sorted(fields.keys() - OrderWords.model_fields.keys()))
    words = _words(fields, OrderWords)
    return _order(words, total=read_money(words.total_price, "total_price"))


def _line(fields: Mapping[str, Any], words: LineWords, *, at: str) -> WantedLine:
    if fields.get("file_token"):
        raise Invalid(FieldProblem(f"{at}file_token", "claim the file first: POST /v1/files/claim"))
    return WantedLine(
        fields={name: value for name, value in fields.items() if name in _OF_PRICES},
        title=words.title,
        file_id=words.file_id,
        unit=read_money(words.detail_price, f"{at}detail_price"),
        total=read_money(words.total_price, f"{at}total_price"),
        at=at,
    )


def _order(words: OrderWords, *, total: Money | None) -> WantedOrder:
    return WantedOrder(
        special_instructions=words.special_instructions,
        po_number=words.po_number,
        delivery=_delivery(words.delivery),
        document_ids=words.document_ids,
        total=total,
    )


def _delivery(wish: DeliveryWish | None) -> Delivery:
    if wish is None or wish.kind is DeliveryKind.COLLECTION:
        return COLLECTION
    missing = list(_missing(wish))
    if missing:
        raise Invalid(*missing)
    return Delivery(
        wish.kind, wish.recipient, wish.phone, wish.street, wish.city, wish.postcode, wish.country
    )


def _missing(wish: DeliveryWish) -> Iterator[FieldProblem]:
    for name in ("street", "city"):
        if not getattr(wish, name):
            yield FieldProblem(f"delivery.{name}", "is needed to send the parts somewhere")


def read_money(amount: float | None, field: str) -> Money | None:
    """An amount in roubles as it was sent; raises ``Invalid`` naming the field."""
    if amount is None:
        return None
    try:
        return Money.of(amount, _CURRENCY)
    except NotMoney as error:
        raise Invalid(FieldProblem(field, str(error))) from None


def _words(fields: Mapping[str, Any], model: Any, *, at: str = "") -> Any:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        refused = invalid_fields(error)
        if not at:
            raise refused from None
        raise Invalid(
            *(FieldProblem(f"{at}{one.field}", one.message, one.received) for one in refused.problems)
        ) from None


def _name_ignored(request: Request, names: list[str]) -> None:
    if names:
        request.state.ignored_fields = names
