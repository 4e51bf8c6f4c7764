"""Milling and turning: stock, set-up and programming, chips, hands (rules M4, W1 to W5)."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from makeline.parts.pricing.batch import CM3_PER_KG, Batch, Line, Plan
from makeline.parts.pricing.bought import bought, tell_bought
from makeline.parts.pricing.figures import ZERO, places_6
from makeline.parts.pricing.trace import TraceStep


class Cutting(Struct, frozen=True, gc=False):
    """``setup`` minutes per order; ``rough`` and ``fine`` minutes per part before any factor.

    ``machining`` and ``handling``: minutes per part but for practice, not rounded. kg, cm³, cm³/min.
    """

    plan: Plan
    setup: Decimal
    removed: Decimal
    rate: Decimal
    rough: Decimal
    fine: Decimal
    machining: Decimal
    blank_weight: Decimal
    handling: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """Material, set-up, machining, handling."""
        plan, k_quantity = self.plan, batch.k_quantity
        machining = places_6(self.machining * k_quantity)
        handling = places_6(self.handling * k_quantity)
        return [
            bought(plan, batch),
            Line("setup", plan.money(self.setup) / batch.quantity, self.setup),
            Line("machining", plan.money(machining), ZERO, machining),
            Line("handling", plan.money(handling), ZERO, handling),
        ]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """M4 and W1 to W5."""
        plan, factors = self.plan, self.plan.factors
        material, _, machining, handling = lines
        dimensions, fine_rate = plan.request.dimensions, plan.shop.fine[plan.material.family]
        setup = {"n_dimensions": dimensions, "complexity": factors.complexity}
        multiplied = {
            "rough": self.rough,
            "fine": self.fine,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "control": factors.control,
            "quantity": batch.k_quantity,
        }
        handled = {
            "blank_weight": self.blank_weight,
            "control": factors.control,
            "quantity": batch.k_quantity,
        }
        return (
            tell_bought(plan, batch, material),
            TraceStep("W1", "set-up and programming, per order", setup, self.setup, "min"),
            TraceStep("W2", "roughing", {"removed": self.removed, "rate": self.rate}, self.rough, "min"),
            TraceStep("W3", "finishing", {"area": plan.shape.area, "rate": fine_rate}, self.fine, "min"),
            TraceStep("W4", "machining", multiplied, machining.per_part, "min"),
            TraceStep("W5", "handling", handled, handling.per_part, "min"),
        )


def cutting_of(plan: Plan) -> Cutting:
    """Everything about it that the quantity does not change."""
    shop, factors, stock = plan.shop, plan.factors, plan.stock
    service, family = plan.request.service, plan.material.family
    assert stock is not None
    programming = shop.program_base + shop.program_per_dimension * plan.request.dimensions
    removed = max(ZERO, stock.blank - plan.shape.volume)
    rate = shop.rough[service][family] * shop.machinability_of(plan.material.id)
    rough, fine = places_6(removed / rate), places_6(plan.shape.area / shop.fine[family])
    weight = places_6(stock.blank * plan.material.density / CM3_PER_KG)
    return Cutting(
        plan,
        places_6(shop.setups[service] * shop.setup_minutes[service] + programming * factors.complexity),
        removed,
        rate,
        rough,
        fine,
        (rough + fine) * factors.complexity * factors.tolerance * factors.finish * factors.control,
        weight,
        (shop.handling_per_part + shop.handling_per_kg * weight) * factors.control,
    )
