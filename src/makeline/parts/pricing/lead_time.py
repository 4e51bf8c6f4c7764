"""Hours and working days of an order (rules T1 and T2)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ceil

from msgspec import Struct

from makeline.parts.pricing.batch import Line, Plan
from makeline.parts.pricing.figures import ZERO, places_3
from makeline.parts.pricing.tables import PAINTING
from makeline.parts.pricing.trace import TraceStep

_PAINT = "1"


class Schedule(Struct, frozen=True, gc=False):
    """What the quantity does not change: ``fixed`` days of everything but the making, those of ``covers`` among them.

    ``machines`` work at once; ``hurry`` is what the asked speed multiplies the days with.
    """

    plan: Plan
    fixed: int
    covers: int
    machines: int
    hurry: Decimal


class LeadTime(Struct, frozen=True, gc=False):
    """Hours of work for the whole order; working days at the earliest and at the latest."""

    hours: Decimal
    days: int
    days_max: int
    # Minutes, and days before any hurry: what these were made of.
    per_order: Decimal
    per_part: Decimal
    making: int
    unhurried: int

    @property
    def words(self) -> str:
        """As it is told to people: ``9-11 days``."""
        return f"{self.days}-{self.days_max} days"


def schedule_of(plan: Plan) -> Schedule:
    """The days that pass whatever the quantity is."""
    lead, request, painting = plan.shop.lead, plan.request, plan.request.service is PAINTING
    days = plan.tables.coefficients.cover_days
    # Who paints anyway has painting for a cover.
    covers = sum(days[cover] for cover in request.covers if not (painting and cover == _PAINT))
    fixed = lead.buy[request.service] + lead.technology + lead.program[request.service] + lead.prepare
    return Schedule(
        plan,
        fixed + covers + (lead.drying if painting else 0),
        covers,
        max(1, min(lead.most_machines, len(plan.place.machines))),
        plan.shop.speed_days[request.speed],
    )


def lead_time_of(schedule: Schedule, quantity: int, lines: Iterable[Line]) -> LeadTime:
    """When the order can be ready."""
    lead, least = schedule.plan.shop.lead, schedule.plan.shop.least_days
    per_order = per_part = ZERO
    for line in lines:
        per_order += line.per_order
        per_part += line.per_part
    hours = places_3((per_order + quantity * per_part) / 60)
    making = max(1, ceil(hours / (lead.hours_per_day * schedule.machines)))
    days = schedule.fixed + making
    days_max = days + max(lead.least_margin, ceil(lead.margin_share * days))
    return LeadTime(
        hours,
        max(least, _hurried(days, schedule)),
        max(least, _hurried(days_max, schedule)),
        per_order,
        per_part,
        making,
        days,
    )


def _hurried(days: int, schedule: Schedule) -> int:
    return days if schedule.hurry == 1 else ceil(days * schedule.hurry)


def tell_lead_time(schedule: Schedule, quantity: int, lead_time: LeadTime) -> Sequence[TraceStep]:
    """How hours and days came about."""
    minutes = {"per_order": lead_time.per_order, "per_part": lead_time.per_part, "quantity": quantity}
    inputs = {
        "hours": lead_time.hours,
        "machines": schedule.machines,
        "making": lead_time.making,
        "covers": schedule.covers,
    }
    return (
        TraceStep("T1", "hours for the order", minutes, lead_time.hours, "h"),
        TraceStep("T2", "working days", inputs, lead_time.unhurried, "d"),
    )
