"""Prices of many variants in one call, and the cheapest change that meets a wish."""

from collections.abc import Mapping, Sequence
from typing import Any

from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.grid import Cell, changes_to, cheapest_within, price_grid
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import Buyer, PartGeometry, PartRequest
from makeline.parts.quotes.read_grid import read_axes, read_target


def calculate_grid(
    fields: Mapping[str, Any], rates: Rates, *, geometry: PartGeometry | None = None, buyer: Buyer
) -> Mapping[str, Any]:
    """The answer of the grid call; figures are decimals.

    ``fields`` are those of a price with ``grid`` and ``target`` beside them. A cell that cannot be made holds its
    reasons instead of a price. Raises ``Unpriceable`` when the request itself is none, ``Invalid`` for its axes.
    """
    grid, target = (_mapping(fields, name) for name in ("grid", "target"))
    request = read_request(fields, rates.tables, rates.shop, geometry=geometry, buyer=buyer)
    axes, wish = read_axes(grid, request, rates.tables, rates.shop), read_target(target)
    cells = price_grid(request, axes, geometry, rates.tables, rates.shop)
    found = cheapest_within(cells, unit=wish.unit, days=wish.days) if wish.wanted else None
    return {
        "rate_card": rates.card,
        "rate_card_version": rates.version,
        "currency": rates.shop.currency,
        "cells": [_told(cell) for cell in cells],
        "target": None if not wish.wanted else _answer_to(found, request, cells),
    }


def _mapping(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(FieldProblem(name, "must be an object"))
    return value


def _told(cell: Cell) -> Mapping[str, Any]:
    variant, price = cell.variant, cell.price
    asked = {
        "quantity": variant.quantity,
        "speed": variant.speed,
        "material_id": variant.material,
        "material_form": variant.form,
    }
    if price is None:
        reasons = cell.refusal.reasons if cell.refusal is not None else ()
        return {**asked, "location": variant.location, "reasons": [reason.plain() for reason in reasons]}
    return {
        **asked,
        "location": price.location,
        "detail_price": price.unit,
        "total_price": price.total,
        "manufacturing_cycle_days": price.lead_time.days,
        "manufacturing_cycle_days_max": price.lead_time.days_max,
    }


def _answer_to(found: Cell | None, request: PartRequest, cells: Sequence[Cell]) -> Mapping[str, Any]:
    if found is None or found.price is None:
        return {"met": False, "cell": None, "changes": {}}
    return {"met": True, "cell": cells.index(found), "changes": changes_to(found, request)}
