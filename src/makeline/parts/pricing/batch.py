"""A job at one quantity: what of its making the quantity changes, and what it does not."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from makeline.parts.pricing.factors import Factors, quantity_factor
from makeline.parts.pricing.figures import ZERO, places_4, places_6
from makeline.parts.pricing.fit import Place
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import Stock
from makeline.parts.pricing.tables import Material, Tables
from makeline.parts.pricing.trace import Figure, Trace

CM3_PER_KG = Decimal(1_000_000)


class Line(NamedTuple):
    """One line of a price: RUB per part, not rounded; minutes per order and per part behind it."""

    name: str
    amount: Decimal
    per_order: Decimal = ZERO
    per_part: Decimal = ZERO


class Job(NamedTuple):
    """Everything about a part's making that the quantity does not change.

    ``surface`` dm² of the part; ``hour`` the client hour, RUB.
    """

    request: PartRequest
    shape: Shape
    stock: Stock | None
    place: Place
    material: Material
    factors: Factors
    tables: Tables
    shop: Shop
    surface: Decimal
    hour: Decimal


class Batch(NamedTuple):
    """A job at one quantity. ``volume`` cm³ and ``weight`` kg of stock for one part."""

    job: Job
    quantity: int
    k_quantity: Decimal
    volume: Decimal
    weight: Decimal
    trace: Trace

    def minutes(self, rule: str, what: str, value: Decimal, inputs: Mapping[str, Figure]) -> Decimal:
        """Round minutes and write them down."""
        return self.trace.note(rule, what, places_6(value), "min", inputs)

    def money(self, minutes: Decimal) -> Decimal:
        """What minutes cost, RUB, not rounded."""
        return minutes * self.job.hour / 60


def batch_of(job: Job, quantity: int, trace: Trace) -> Batch:
    """The job at this quantity, with what one part consumes."""
    k_quantity = trace.note(
        "K2", "quantity", quantity_factor(quantity, job.tables.coefficients), "", {"quantity": quantity}
    )
    stock, density = job.stock, job.material.density
    if stock is None:
        volume = job.shape.volume
    else:
        inputs = {"one_part": stock.consumed, "remnant": stock.remnant, "quantity": quantity}
        volume = trace.note(
            "M1",
            "stock used for one part",
            places_4(stock.consumed + stock.remnant / quantity),
            "cm³",
            inputs,
        )
    weight = trace.note(
        "M3", "weight", places_6(volume * density / CM3_PER_KG), "kg", {"volume": volume, "density": density}
    )
    return Batch(job, quantity, k_quantity, volume, weight, trace)
