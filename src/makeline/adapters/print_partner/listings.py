"""What the partner sells and has in its machines, read strictly: ids and exact sizes, or marked incomplete."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from makeline.adapters.print_partner.answers import broken
from makeline.cases.stock.listing import PartnerBrand, StockRow

# Sizes outside are measuring mistakes, not phone cases (millimetres, exclusive).
_WIDTH = (Decimal(30), Decimal(200))
_HEIGHT = (Decimal(100), Decimal(300))
_MILLIMETRES = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?", re.ASCII)
R = TypeVar("R")


def read_brands(data: Any) -> list[PartnerBrand]:
    """The rows of a brand listing; rows without an id are left out."""
    return _rows(data, _brand)


def read_stock(data: Any) -> list[StockRow]:
    """The rows of a stock listing; rows without a model or with a count that is no whole number are left out."""
    return _rows(data, _stock_row)


def _rows(data: Any, read: Callable[[dict[str, Any]], R | None]) -> list[R]:
    if not isinstance(data, list):
        raise broken("its list")
    return [row for item in data if isinstance(item, dict) and (row := read(item)) is not None]


def _brand(item: dict[str, Any]) -> PartnerBrand | None:
    key = _text(item.get("id"))
    return PartnerBrand(key, _text(item.get("name")), _text(item.get("e_name"))) if key else None


def _stock_row(item: dict[str, Any]) -> StockRow | None:
    model = _text(item.get("mobile_model_id"))
    stock = item.get("stock")
    if isinstance(stock, str) and stock.isascii() and stock.isdigit() and len(stock) < 10:
        stock = int(stock)
    if model is None or type(stock) is not int or stock < 0:
        return None
    return StockRow(
        model_name=_text(item.get("mobile_model_name")) or "",
        partner_model=model,
        shell=_text(item.get("mobile_shell_id")),
        width_mm=_size(item.get("width"), _WIDTH),
        height_mm=_size(item.get("height"), _HEIGHT),
        stock=stock,
    )


def _size(value: Any, bounds: tuple[Decimal, Decimal]) -> Decimal | None:
    """Millimetres as exact decimal; a JSON number (an exception to the rule of strings) is read by its text."""
    text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if not _MILLIMETRES.fullmatch(text):
        return None
    size = Decimal(text)
    return size if bounds[0] < size < bounds[1] else None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
