"""The standard card: a request and what is known of the part become a price with its whole story."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from makeline.parts.pricing.batch import Line, Plan, Work, batch_of, tell_batch
from makeline.parts.pricing.factors import factors_of
from makeline.parts.pricing.figures import ONE, ZERO, places_2, places_6
from makeline.parts.pricing.fit import find_place, refuse_the_impossible
from makeline.parts.pricing.lead_time import LeadTime, Schedule, lead_time_of, schedule_of, tell_lead_time
from makeline.parts.pricing.refusals import Reason, Unpriceable
from makeline.parts.pricing.request import Basis, PartGeometry, PartRequest
from makeline.parts.pricing.shape import Warned, shape_of
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import choose_stock
from makeline.parts.pricing.tables import Tables
from makeline.parts.pricing.trace import Trace, TraceStep
from makeline.parts.pricing.work import works_of

# What a hurry does not make dearer.
_UNHURRIED = ("material", "certificates")
_NOTHING = places_2(ZERO)
_MILLION = Decimal(1_000_000)


class Shown(Struct, frozen=True, gc=False):
    """A line as it is shown: lines always add up to the unit price. Goes into JSON as it stands."""

    line: str
    amount: Decimal


class PartPrice(Struct, frozen=True):
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


class Job(Struct, frozen=True, gc=False):
    """Everything about a part's making that the quantity does not change, and the steps that led there."""

    plan: Plan
    works: Sequence[Work]
    schedule: Schedule
    steps: Sequence[TraceStep]


def plan_job(request: PartRequest, geometry: PartGeometry | None, tables: Tables, shop: Shop) -> Job:
    """Everything that the quantity does not change; raises ``Unpriceable`` with all reasons."""
    trace: Trace = []
    reasons: list[Reason] = []
    material = tables.materials[request.material]
    shape = shape_of(request, geometry, shop, trace, reasons)
    refuse_the_impossible(request, shape, material, shop, reasons)
    stock = choose_stock(request, shape, shop, trace, reasons)
    place = find_place(request, shape, stock, tables, shop, trace, reasons)
    if reasons or place is None:
        raise Unpriceable(reasons)
    factors = factors_of(request, tables.coefficients, trace)
    surface, hour = places_6(shape.area / 100), place.location.client_hour
    plan = Plan(request, shape, stock, place, material, factors, tables, shop, surface, hour)
    return Job(plan, works_of(plan), schedule_of(plan), trace)


def price_job(job: Job, quantity: int) -> PartPrice:
    """The price of the job at a quantity."""
    plan, batch = job.plan, batch_of(job.plan, quantity)
    parts = [work.lines(batch) for work in job.works]
    lines = [line for part in parts for line in part]
    shown, unit = _shown(_hurried(plan, lines))
    lead_time = lead_time_of(job.schedule, quantity, lines)
    total = quantity * unit
    steps = [*job.steps, *tell_batch(plan, batch)]
    for work, part in zip(job.works, parts, strict=True):
        steps += work.told(batch, part)
    steps.append(TraceStep("P1", "unit price", {one.line: one.amount for one in shown}, unit, "RUB"))
    steps += tell_lead_time(job.schedule, quantity, lead_time)
    steps.append(TraceStep("P2", "total", {"unit": unit, "quantity": quantity}, total, "RUB"))
    return PartPrice(
        rate_card=plan.shop.id,
        rate_card_version=plan.shop.version,
        currency=plan.shop.currency,
        basis=plan.shape.basis,
        service=plan.request.service.value,
        material=plan.material.id,
        form=plan.request.form,
        quantity=quantity,
        unit=unit,
        unit_alone=unit if quantity == 1 else _unit_alone(job),
        total=total,
        material_amount=shown[0].amount,
        work_amount=unit - shown[0].amount,
        weight=batch.weight,
        volume=batch.volume / _MILLION,
        lead_time=lead_time,
        k_quantity=batch.k_quantity,
        k_complexity=plan.factors.complexity,
        machines=[machine.id for machine in plan.place.machines],
        location=plan.place.location.id,
        breakdown=shown,
        trace=steps,
        warnings=plan.shape.warnings,
    )


def price_part(request: PartRequest, geometry: PartGeometry | None, tables: Tables, shop: Shop) -> PartPrice:
    """The price of a request on this card; raises ``Unpriceable``."""
    return price_job(plan_job(request, geometry, tables, shop), request.quantity)


def _hurried(plan: Plan, lines: Sequence[Line]) -> Sequence[Line]:
    """What the asked speed makes of the lines."""
    hurry = plan.shop.speed_money[plan.request.speed]
    if hurry == ONE:
        return lines
    return [line if line.name in _UNHURRIED else Line(line.name, line.amount * hurry) for line in lines]


def _shown(lines: Sequence[Line]) -> tuple[list[Shown], Decimal]:
    """Each line as the difference of two rounded running sums, so that they always add up (P1)."""
    running, before = ZERO, _NOTHING
    shown: list[Shown] = []
    for line in lines:
        running += line.amount
        now = places_2(running)
        shown.append(Shown(line.name, now - before))
        before = now
    return shown, before


def _unit_alone(job: Job) -> Decimal:
    """What one part costs when it is the only one, RUB."""
    batch = batch_of(job.plan, 1)
    lines = [line for work in job.works for line in work.lines(batch)]
    return places_2(sum([line.amount for line in _hurried(job.plan, lines)], ZERO))


def answer_of(price: PartPrice) -> dict[str, Any]:
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


def plain_answer(price: PartPrice) -> Mapping[str, Any]:
    """The same with lines and steps as mappings: as one that was kept reads again."""
    return {
        **answer_of(price),
        "breakdown": [asdict(line) for line in price.breakdown],
        "trace": [asdict(step) for step in price.trace],
    }
