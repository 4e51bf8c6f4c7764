"""Rate card reference-2025-11: an earlier calculator, reproduced to the rouble with all its faults.

It stands here to compare with and never prices a customer's order. Binary floating point on purpose: with exact
decimals one price in a thousand comes out another way. ``round`` is Python's, half to even of the binary value.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from makeline.parts.pricing.read_reference import ReferenceRequest, read_reference_request
from makeline.parts.pricing.request import PartGeometry
from makeline.parts.pricing.tables import Location, Service, Tables

REFERENCE = "reference-2025-11"

_WAGE = 874.57
_PRINTING_WAGE = 469.03
_CLOSED_DAYS = 3 + 1 + 3 + 1


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """What the earlier calculator answered, in roubles, kilograms, cubic metres, hours and days."""

    service: str
    material: str
    form: str
    quantity: int
    detail_price: float
    detail_price_one: float
    total_price: float
    mat_price: float
    work_price: float
    mat_weight: float
    mat_volume: float
    work_time: float
    total_time: float
    days: int
    k_quantity: float
    k_cover: float
    k_tolerance: float
    k_finish: float


def price_by_reference(
    fields: Mapping[str, Any], geometry: PartGeometry | None, tables: Tables
) -> ReferencePrice:
    """The price of the earlier calculator; raises ``Unpriceable`` where we refuse what it got wrong."""
    asked = read_reference_request(fields, geometry, tables)
    if asked.service is Service.PAINTING:
        return _painting(asked, tables)
    if asked.service is Service.PRINTING:
        return _printing(asked, tables)
    return _cutting(asked, tables)


def _cutting(asked: ReferenceRequest, tables: Tables) -> ReferencePrice:
    length, width, height = asked.box
    if asked.service is Service.TURNING:
        volume = round(0.000000001 * length * math.pi * width * width / 4, 10)
    else:
        volume = round(0.000000001 * length * width * height, 10)
    weight, material = _material(asked, volume)
    minutes = 10 + (1 / 3) * 5 + weight * 1000 * asked.material.handling
    wage = round((minutes * _WAGE) / 60, 3)

    def work(k_quantity: float) -> float:
        return wage * 0.75 * asked.k_tolerance * asked.k_finish * asked.k_cover * asked.k_otk * k_quantity

    location = tables.locations["location_1"]
    return _finished(asked, volume, weight, material, round(minutes / 60, 3), work, location)


def _printing(asked: ReferenceRequest, tables: Tables) -> ReferencePrice:
    length, width, height = asked.box
    volume = round(0.000000001 * (length + 30) * (width + 30) * (height + 30), 10)
    weight, material = _material(asked, volume)
    hours = round(volume * 1000 / 6 + 2, 3)

    def work(k_quantity: float) -> float:
        return hours * _PRINTING_WAGE * asked.k_cover * asked.k_otk * k_quantity

    return _finished(asked, volume, weight, material, hours, work, tables.locations["location_3"])


def _painting(asked: ReferenceRequest, tables: Tables) -> ReferencePrice:
    length, width, height = asked.box
    area = 2 * (length * width + length * height + width * height)
    cleaning = float(tables.coefficients.cleaning.get(asked.material.family, 1.1))
    base = round(area * 25 * 1.2, 2)
    preparation = round(area * 15 * cleaning * 1.1, 2)
    k_quantity = float(asked.step.multiplier)
    price = (base + preparation) * (1.0 * 1.15 * 1.0) * (1.0 * 0.1 + 0.9) * k_quantity
    volume = round(0.000000001 * length * width * height, 10)
    return _answer(
        asked,
        detail=round(price, 0),
        alone=round(price, 0),
        total=round(price * asked.quantity, 0),
        material=0.0,
        work=round(price, 0),
        weight=round(volume * float(asked.material.density), 4),
        volume=volume,
        hours=0.0,
    )


def _material(asked: ReferenceRequest, volume: float) -> tuple[float, float]:
    weight = round(volume * float(asked.material.density), 4)
    return weight, round(weight * float(asked.material.prices[asked.form]) * 1.2, 2)


def _finished(
    asked: ReferenceRequest,
    volume: float,
    weight: float,
    material: float,
    hours: float,
    work: Callable[[float], float],
    location: Location,
) -> ReferencePrice:
    work_price = work(float(asked.step.multiplier))
    cost = _cost(material, work_price, location)
    return _answer(
        asked,
        detail=round(cost, 0),
        alone=round(_cost(material, work(1), location), 0),
        total=round(cost * asked.quantity, 0),
        material=material,
        work=work_price,
        weight=weight,
        volume=volume,
        hours=hours,
    )


def _cost(material: float, work: float, location: Location) -> float:
    extra = float(location.extra_salary) * work
    insurance = float(location.insurance) * (extra + work)
    overhead = float(location.overhead) * work
    administration = float(location.administration) * work
    net = material + work + extra + insurance + overhead + administration
    profit = material * 0.01 + (net - material) * 0.25
    return round(net + profit, 2)


def _answer(
    asked: ReferenceRequest,
    *,
    detail: float,
    alone: float,
    total: float,
    material: float,
    work: float,
    weight: float,
    volume: float,
    hours: float,
) -> ReferencePrice:
    return ReferencePrice(
        service=asked.service.value,
        material=asked.material.id,
        form=asked.form,
        quantity=asked.quantity,
        detail_price=detail,
        detail_price_one=alone,
        total_price=total,
        mat_price=material,
        work_price=work,
        mat_weight=weight,
        mat_volume=volume,
        work_time=hours,
        total_time=round(hours * asked.quantity, 3),
        days=_CLOSED_DAYS + asked.cover_days + 1 + asked.step.extra_days,
        k_quantity=float(asked.step.multiplier),
        k_cover=asked.k_cover,
        k_tolerance=asked.k_tolerance,
        k_finish=asked.k_finish,
    )
