"""Hours and working days of an order (rules T1 and T2)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from makeline.parts.pricing.batch import Batch, Line
from makeline.parts.pricing.figures import ZERO, places_3, whole_up
from makeline.parts.pricing.tables import Service

_PAINTING = "1"


class LeadTime(NamedTuple):
    """Hours of work for the whole order; working days at the earliest and at the latest."""

    hours: Decimal
    days: int
    days_max: int

    @property
    def words(self) -> str:
        """As it is told to people: ``9-11 days``."""
        return f"{self.days}-{self.days_max} days"


def lead_time_of(batch: Batch, lines: Sequence[Line]) -> LeadTime:
    """When the order can be ready."""
    job, lead, quantity = batch.job, batch.job.shop.lead, batch.quantity
    request = job.request
    per_order = per_part = ZERO
    for line in lines:
        per_order += line.per_order
        per_part += line.per_part
    hours = batch.trace.note(
        "T1",
        "hours for the order",
        places_3((per_order + quantity * per_part) / 60),
        "h",
        {"per_order": per_order, "per_part": per_part, "quantity": quantity},
    )
    machines = max(1, min(lead.most_machines, len(job.place.machines)))
    making = max(1, whole_up(hours / (lead.hours_per_day * machines)))
    painting = request.service is Service.PAINTING
    covers = 0
    for cover in request.covers:
        if not (painting and cover == _PAINTING):
            covers += job.tables.coefficients.cover_days[cover]
    days = (
        lead.buy[request.service]
        + lead.technology
        + lead.program[request.service]
        + lead.prepare
        + making
        + covers
        + (lead.drying if painting else 0)
    )
    days_max = days + max(lead.least_margin, whole_up(lead.margin_share * days))
    inputs = {"hours": hours, "machines": machines, "making": making, "covers": covers}
    batch.trace.note("T2", "working days", Decimal(days), "d", inputs)
    return LeadTime(hours, _hurried(days, batch), _hurried(days_max, batch))


def _hurried(days: int, batch: Batch) -> int:
    shop = batch.job.shop
    return max(shop.least_days, whole_up(days * shop.speed_days[batch.job.request.speed]))
