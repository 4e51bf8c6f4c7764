"""Printing: stock, file preparation, our share of a build, removing powder (rules M4, W1, W7 to W9)."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from makeline.parts.pricing.batch import Batch, Line, Plan
from makeline.parts.pricing.bought import bought, tell_bought
from makeline.parts.pricing.figures import ZERO, places_6
from makeline.parts.pricing.fit import chamber_of
from makeline.parts.pricing.trace import TraceStep


class Printing(Struct, frozen=True, gc=False):
    """``share`` of a full chamber that the part takes; ``building`` minutes; ``box`` and ``chamber`` cm³.

    ``handling``: minutes per part but for practice, not rounded.
    """

    plan: Plan
    box: Decimal
    chamber: Decimal
    share: Decimal
    building: Decimal
    handling: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """Material, set-up, machining, handling."""
        plan, setup = self.plan, self._setup
        machining = self._preparation(batch) + self.building
        handling = places_6(self.handling * batch.k_quantity)
        return [
            bought(plan, batch),
            Line("setup", plan.money(setup) / batch.quantity, setup),
            Line("machining", plan.money(machining), ZERO, machining),
            Line("handling", plan.money(handling), ZERO, handling),
        ]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """M4, W1, W7 to W9."""
        plan, factors = self.plan, self.plan.factors
        material, _, _, handling = lines
        prepared = {"box": self.box, "chamber": self.chamber, "quantity": batch.quantity}
        handled = {
            "surface": plan.surface,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "control": factors.control,
            "quantity": batch.k_quantity,
        }
        return (
            tell_bought(plan, batch, material),
            TraceStep("W1", "file preparation, per order", {}, self._setup, "min"),
            TraceStep("W7", "our share of preparing a build", prepared, self._preparation(batch), "min"),
            TraceStep("W8", "building", {"box": self.box}, self.building, "min"),
            TraceStep("W9", "removing powder and blasting", handled, handling.per_part, "min"),
        )

    @property
    def _setup(self) -> Decimal:
        return places_6(self.plan.shop.printing.minutes_per_order)

    def _preparation(self, batch: Batch) -> Decimal:
        shop = self.plan.shop.printing
        return places_6(shop.preparation_minutes * max(shop.smallest_share / batch.quantity, self.share))


def printing_of(plan: Plan) -> Printing:
    """Everything about it that the quantity does not change."""
    shop, factors, stock = plan.shop.printing, plan.factors, plan.stock
    assert stock is not None
    box, chamber = stock.blank, chamber_of(plan.place.machines)
    by_hand = shop.minutes_per_part + shop.minutes_per_dm2 * plan.surface
    return Printing(
        plan,
        box,
        chamber,
        box / (shop.packing * chamber),
        places_6(box / 1000 / shop.litres_per_hour * 60),
        by_hand * factors.complexity * factors.tolerance * factors.finish * factors.control,
    )
