"""Publish rates: a new version of the card, which every price from now on rests on. Old versions stay for ever."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, func, select

from makeline.foundation.statements import Query, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Refusal
from makeline.parts.catalog.check import rate_problems
from makeline.parts.catalog.models import rate_cards
from makeline.parts.catalog.queries import TOPIC, Rates, rates_from, read_content
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped, shipped_tables

_SHIPPED_NOTE = "as it came with the product"
_UNREADABLE = (KeyError, ValueError, TypeError, ArithmeticError, AttributeError, IndexError)
_MOST_PROBLEMS = 200
_COLUMNS = ("id", "card", "version", "content", "sha256", "note", "published_by", "published_at")
_INSERT_ONCE = insert_or_ignore(rate_cards, _COLUMNS)
_NEWEST: Query[tuple[int | None]] = Query(
    select(func.max(rate_cards.c.version)).where(rate_cards.c.card == bindparam("card")), tuple
)


class UnusableRates(Invalid):
    """A table of the card misses something or holds what is no figure."""


class RatesMovedOn(Refusal):
    """Somebody has published since the version that was edited; nothing of his is overwritten unseen."""

    code = "RATES_MOVED_ON"

    def __init__(self, newest: int) -> None:
        super().__init__(
            f"version {newest} was published meanwhile; look at it and edit that one", newest=newest
        )


def publish_shipped(unit: UnitOfWork) -> None:
    """The card that comes with the product, unless this database has it already. Safe to repeat."""
    unit.put(_INSERT_ONCE, **_shipped(), **_said(unit, note=_SHIPPED_NOTE))
    unit.touch(TOPIC)


def publish_rates(
    unit: UnitOfWork, content: Mapping[str, Any], *, note: str, based_on: int | None = None
) -> Rates:
    """The next version of a card: ``content`` holds ``tables`` and ``shop`` as plain data.

    ``based_on``: the version that was edited; raises ``RatesMovedOn`` when it is no longer the newest.
    Raises ``UnusableRates``. Whoever prices at the same moment uses the old version or the new one, whole.
    """
    _refuse_bad_figures(content)
    try:
        card = content["shop"]["id"]
        (newest,) = unit.first(_NEWEST, card=str(card)) or (None,)
        if newest is None:
            raise UnusableRates(FieldProblem("shop.id", "there is no such rate card", card))
        if based_on is not None and based_on != newest:
            raise RatesMovedOn(newest)
        numbered = {"tables": content["tables"], "shop": {**content["shop"], "version": newest + 1}}
        rates = rates_from(numbered)
    except _UNREADABLE as error:
        raise UnusableRates(FieldProblem("content", f"cannot be read: {error!r}"[:200])) from None
    unit.add(rate_cards, **_card(numbered), **_said(unit, note=note))
    unit.touch(TOPIC)
    return rates


def readable_rates(content: Mapping[str, Any]) -> Rates:
    """Rates of a draft, to price by before anybody publishes it; raises ``UnusableRates`` naming every bad figure."""
    _refuse_bad_figures(content)
    try:
        return rates_from(content)
    except _UNREADABLE as error:
        raise UnusableRates(FieldProblem("content", f"cannot be read: {error!r}"[:200])) from None


def _refuse_bad_figures(content: Mapping[str, Any]) -> None:
    problems = rate_problems(content)
    if problems:
        raise UnusableRates(*problems[:_MOST_PROBLEMS])


@cache
def _shipped() -> Mapping[str, Any]:
    return _card(
        {"tables": shipped_tables().raw, "shop": shipped(f"{shipped_shop().id.replace('-', '_')}.json")}
    )


def content_text(content: Mapping[str, Any]) -> str:
    """The content as it is stored."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_figure)


def _card(content: Mapping[str, Any]) -> dict[str, Any]:
    text = content_text(content)
    assert read_content(text)["shop"]["version"] == content["shop"]["version"]
    return {
        "card": content["shop"]["id"],
        "version": content["shop"]["version"],
        "content": text,
        "sha256": sha256(text.encode()).hexdigest(),
    }


def _said(unit: UnitOfWork, *, note: str) -> dict[str, Any]:
    return {
        "id": unit.new_id(rate_cards),
        "note": note,
        "published_by": unit.actor,
        "published_at": unit.now,
    }


def _figure(value: object) -> float:
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    raise TypeError(f"{value!r} is no figure of a rate card")
