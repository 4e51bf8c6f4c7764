"""What is made, and at which quantity: numbers first, their story afterwards.

Whoever needs a figure at another quantity beside does not pay for the story of how it came about.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from makeline.parts.pricing.factors import Factors, quantity_factor
from makeline.parts.pricing.figures import ZERO, places_4, places_6
from makeline.parts.pricing.fit import Place
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import Stock
from makeline.parts.pricing.tables import Material, Tables
from makeline.parts.pricing.trace import TraceStep

CM3_PER_KG = Decimal(1_000_000)


class Plan(Struct, frozen=True, gc=False):
    """What is made, from what and where. ``surface`` dm² of the part; ``hour`` the client hour, RUB."""

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

    def money(self, minutes: Decimal) -> Decimal:
        """What minutes cost, RUB, not rounded."""
        return minutes * self.hour / 60


class Batch(Struct, frozen=True, gc=False):
    """A quantity, its practice, and what one part consumes of it: ``volume`` cm³ and ``weight`` kg of stock."""

    quantity: int
    k_quantity: Decimal
    volume: Decimal
    weight: Decimal


class Line(Struct, frozen=True, gc=False):
    """One line of a price: RUB per part, not rounded; minutes per order and per part behind it."""

    name: str
    amount: Decimal
    per_order: Decimal = ZERO
    per_part: Decimal = ZERO


class Work(Protocol):
    """Something done to a part; whatever of it the quantity does not change is worked out already."""

    def lines(self, batch: Batch) -> Sequence[Line]:
        """What it costs at a quantity."""
        ...

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """How its own lines came about."""
        ...


def batch_of(plan: Plan, quantity: int) -> Batch:
    """The plan at this quantity."""
    stock = plan.stock
    volume = plan.shape.volume if stock is None else places_4(stock.consumed + stock.remnant / quantity)
    return Batch(
        quantity,
        quantity_factor(quantity, plan.tables.coefficients),
        volume,
        places_6(volume * plan.material.density / CM3_PER_KG),
    )


def tell_batch(plan: Plan, batch: Batch) -> Sequence[TraceStep]:
    """How practice and consumption came about."""
    quantity, stock = batch.quantity, plan.stock
    practice = TraceStep("K2", "quantity", {"quantity": quantity}, batch.k_quantity, "")
    inputs = {"volume": batch.volume, "density": plan.material.density}
    weight = TraceStep("M3", "weight", inputs, batch.weight, "kg")
    if stock is None:
        return practice, weight
    consumed = {"one_part": stock.consumed, "remnant": stock.remnant, "quantity": quantity}
    return practice, TraceStep("M1", "stock used for one part", consumed, batch.volume, "cm³"), weight
