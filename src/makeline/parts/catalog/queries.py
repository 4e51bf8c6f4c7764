"""The rates that prices rest on today, and any version of them that a price ever rested on."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.catalog.models import RateCardRow, rate_cards
from makeline.parts.pricing.shop import Shop, read_shop
from makeline.parts.pricing.tables import Tables, read_tables

TOPIC = "rates"
# What customers are priced by.
STANDARD = "standard-1"

_CURRENT = Query(
    select(rate_cards)
    .where(rate_cards.c.card == bindparam("card"))
    .order_by(rate_cards.c.version.desc())
    .limit(1),
    RateCardRow,
)
_ALL = Query(select(rate_cards).order_by(rate_cards.c.id.desc()), RateCardRow)
_NUMBERED = Query(
    select(rate_cards).where(
        rate_cards.c.card == bindparam("card"), rate_cards.c.version == bindparam("version")
    ),
    RateCardRow,
)


class Rates(NamedTuple):
    """One version of a rate card, ready to price by."""

    card: str
    version: int
    tables: Tables
    shop: Shop


def current_rates(unit: Reading) -> Rates:
    """The newest version of the standard card; from memory unless somebody has published another."""
    return unit.snapshot(TOPIC, _load_current)


def rates_numbered(unit: Reading, card: str, version: int) -> Rates | None:
    """A version that was once published; None when there is none."""
    text = content_numbered(unit, card, version)
    return rates_from(read_content(text)) if text is not None else None


def content_numbered(unit: Reading, card: str, version: int | None = None) -> str | None:
    """The JSON of a version as it was published, the newest if none is named; None when there is none."""
    if version is None:
        row = unit.first(_CURRENT, card=card)
    else:
        row = unit.first(_NUMBERED, card=card, version=version)
    return row.content if row is not None else None


def published_cards(unit: Reading) -> list[RateCardRow]:
    """Every version of every card, newest first."""
    return unit.all(_ALL)


def rates_from(content: Mapping[str, Any]) -> Rates:
    """Rates from plain data; raises ``KeyError`` or ``ValueError`` where something is missing or no figure."""
    shop = read_shop(content["shop"])
    return Rates(shop.id, shop.version, read_tables(content["tables"]), shop)


def read_content(text: str) -> dict[str, Any]:
    """The stored text as plain data; figures with a point are decimals, to the digit."""
    return json.loads(text, parse_float=Decimal)


def _load_current(unit: Reading) -> Rates:
    text = content_numbered(unit, STANDARD)
    if text is None:
        raise LookupError("no rate card was ever published; the server does it when it starts")
    return rates_from(read_content(text))
