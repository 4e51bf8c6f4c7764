"""The standard card: a request and what is known of the part become a price with its whole story."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

from makeline.parts.pricing.batch import Batch, Job, Line, batch_of
from makeline.parts.pricing.factors import factors_of
from makeline.parts.pricing.figures import ONE, ZERO, places_2, places_6
from makeline.parts.pricing.fit import find_place, refuse_the_impossible
from makeline.parts.pricing.lead_time import LeadTime, lead_time_of
from makeline.parts.pricing.refusals import Reason, Unpriceable
from makeline.parts.pricing.request import Basis, PartGeometry, PartRequest
from makeline.parts.pricing.shape import Warned, shape_of
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import choose_stock
from makeline.parts.pricing.tables import Tables
from makeline.parts.pricing.trace import NoTrace, Trace, TraceStep
from makeline.parts.pricing.work import lines_of

# What a hurry does not make dearer.
_UNHURRIED = ("material", "certificates")
_SILENT = NoTrace()
_MILLION = Decimal(1_000_000)


class Shown(TypedDict):
    """A line as it is shown: lines always add up to the unit price. Goes into JSON as it stands."""

    line: str
    amount: Decimal


class PartPrice(NamedTuple):
    """A price per part and for the whole quantity, RUB, with everything it was made from.

    ``weight`` kg and ``volume`` m³ of stock for one part (of the part itself for painting).
    """

    rate_card: str
    rate_card_version: int
    currency: str
    basis: Basis
    service: str
    material: str
    form: str
    quantity: int
    unit: Decimal
    unit_alone: Decimal
    total: Decimal
    material_amount: Decimal
    work_amount: Decimal
    weight: Decimal
    volume: Decimal
    lead_time: LeadTime
    k_quantity: Decimal
    k_complexity: Decimal
    machines: Sequence[str]
    location: str
    breakdown: Sequence[Shown]
    trace: Sequence[TraceStep]
    warnings: Sequence[Warned]


class Offer(NamedTuple):
    """A job that can be made, and the steps that led there."""

    job: Job
    steps: Sequence[TraceStep]


def plan_job(request: PartRequest, geometry: PartGeometry | None, tables: Tables, shop: Shop) -> Offer:
    """Everything that the quantity does not change; raises ``Unpriceable`` with all reasons."""
    trace, reasons = Trace(), list[Reason]()
    material = tables.materials[request.material]
    shape = shape_of(request, geometry, shop, trace, reasons)
    refuse_the_impossible(request, shape, material, shop, reasons)
    stock = choose_stock(request, shape, shop, trace, reasons)
    place = find_place(request, shape, stock, tables, shop, trace, reasons)
    if reasons or place is None:
        raise Unpriceable(reasons)
    factors = factors_of(request, tables.coefficients, trace)
    surface, hour = places_6(shape.area / 100), place.location.client_hour
    job = Job(request, shape, stock, place, material, factors, tables, shop, surface, hour)
    return Offer(job, trace.steps)


def price_job(offer: Offer, quantity: int) -> PartPrice:
    """The price of the job at a quantity."""
    job, trace = offer.job, Trace(offer.steps)
    batch, lines = _worked(job, quantity, trace)
    shown, unit = _shown(lines, trace)
    alone = unit if quantity == 1 else _shown(_worked(job, 1, _SILENT)[1], _SILENT)[1]
    lead_time = lead_time_of(batch, lines)
    total = quantity * unit
    trace.note("P2", "total", total, "RUB", {"unit": unit, "quantity": quantity})
    return PartPrice(
        rate_card=job.shop.id,
        rate_card_version=job.shop.version,
        currency=job.shop.currency,
        basis=job.shape.basis,
        service=job.request.service.value,
        material=job.material.id,
        form=job.request.form,
        quantity=quantity,
        unit=unit,
        unit_alone=alone,
        total=total,
        material_amount=shown[0]["amount"],
        work_amount=unit - shown[0]["amount"],
        weight=batch.weight,
        volume=batch.volume / _MILLION,
        lead_time=lead_time,
        k_quantity=batch.k_quantity,
        k_complexity=job.factors.complexity,
        machines=[machine.id for machine in job.place.machines],
        location=job.place.location.id,
        breakdown=shown,
        trace=trace.steps,
        warnings=job.shape.warnings,
    )


def price_part(request: PartRequest, geometry: PartGeometry | None, tables: Tables, shop: Shop) -> PartPrice:
    """The price of a request on this card; raises ``Unpriceable``."""
    return price_job(plan_job(request, geometry, tables, shop), request.quantity)


def _worked(job: Job, quantity: int, trace: Trace) -> tuple[Batch, list[Line]]:
    batch = batch_of(job, quantity, trace)
    hurry, lines = job.shop.speed_money[job.request.speed], list(lines_of(batch))
    if hurry == ONE:
        return batch, lines
    return batch, [
        line if line.name in _UNHURRIED else line._replace(amount=line.amount * hurry) for line in lines
    ]


def _shown(lines: Sequence[Line], trace: Trace) -> tuple[list[Shown], Decimal]:
    """Each line as the difference of two rounded running sums, so that they always add up (P1)."""
    running, before, shown = ZERO, places_2(ZERO), list[Shown]()
    for line in lines:
        running += line.amount
        now = places_2(running)
        shown.append({"line": line.name, "amount": now - before})
        before = now
    trace.note("P1", "unit price", before, "RUB", {one["line"]: one["amount"] for one in shown})
    return shown, before


def answer_of(price: PartPrice) -> Mapping[str, Any]:
    """The documented answer; amounts in roubles. Figures stay decimals: what is shown is what was used."""
    lead = price.lead_time
    return {
        "service_id": price.service,
        "quantity": price.quantity,
        "material_id": price.material,
        "material_form": price.form,
        "total_price": price.total,
        "detail_price": price.unit,
        "detail_price_one": price.unit_alone,
        "mat_price": price.material_amount,
        "work_price": price.work_amount,
        "mat_weight": price.weight,
        "mat_volume": price.volume,
        "total_time": lead.hours,
        "manufacturing_cycle": lead.words,
        "manufacturing_cycle_days": lead.days,
        "manufacturing_cycle_days_max": lead.days_max,
        "k_quantity": price.k_quantity,
        "k_complexity": price.k_complexity,
        "suitable_machines": price.machines,
        "location": price.location,
        "currency": price.currency,
        "basis": price.basis,
        "rate_card": price.rate_card,
        "rate_card_version": price.rate_card_version,
        "breakdown": price.breakdown,
        "trace": price.trace,
        "warnings": price.warnings,
    }
