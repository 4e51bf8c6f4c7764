"""What painting costs, as a service of its own and as a cover (rules M5, W10, W11, C1)."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from makeline.parts.pricing.batch import Batch, Line, Plan
from makeline.parts.pricing.figures import ZERO, places_6
from makeline.parts.pricing.request import PaintWish
from makeline.parts.pricing.trace import TraceStep

# The paint of a part that is made another way.
_COVER = PaintWish("epoxy", "a", "b", "a")


class Coat(Struct, frozen=True, gc=False):
    """A coat on a part. ``paint`` and ``preparation``: RUB per part but for practice."""

    surface: Decimal
    name: str
    steps: Decimal
    control: Decimal
    cleaning: Decimal
    paint: Decimal
    preparation: Decimal

    def told(self, batch: Batch) -> tuple[TraceStep, TraceStep]:
        """M5 and W10."""
        paint = {"surface": self.surface, "paint": self.name, "steps": self.steps, "control": self.control}
        cleaned = {
            "surface": self.surface,
            "cleaning": self.cleaning,
            "steps": self.steps,
            "control": self.control,
        }
        prepared = self.preparation * batch.k_quantity
        return (
            TraceStep("M5", "paint", paint, self.paint * batch.k_quantity, "RUB"),
            TraceStep("W10", "preparing the surface", cleaned, prepared, "RUB"),
        )


class Painting(Struct, frozen=True, gc=False):
    """The service. ``handling``: minutes per part but for practice, not rounded."""

    plan: Plan
    coat: Coat
    handling: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """Paint, set-up, preparation of the surface, and the hands of the paint shop."""
        plan, setup = self.plan, self._setup
        handling = places_6(self.handling * batch.k_quantity)
        return [
            Line("material", self.coat.paint * batch.k_quantity),
            Line("setup", plan.money(setup) / batch.quantity, setup),
            Line("preparation", self.coat.preparation * batch.k_quantity),
            Line("handling", plan.money(handling), ZERO, handling),
        ]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """M5, W1, W10, W11."""
        factors = self.plan.factors
        paint, preparation = self.coat.told(batch)
        inputs = {
            "surface": self.plan.surface,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "quantity": batch.k_quantity,
        }
        return (
            paint,
            TraceStep("W1", "paint shop set-up, per order", {}, self._setup, "min"),
            preparation,
            TraceStep("W11", "hanging, masking, packing", inputs, lines[-1].per_part, "min"),
        )

    @property
    def _setup(self) -> Decimal:
        return places_6(self.plan.shop.painting.minutes_per_order)


class PaintCover(Struct, frozen=True, gc=False):
    """A coat of epoxy. ``by_hand``: minutes per part but for practice, not rounded."""

    plan: Plan
    coat: Coat
    by_hand: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """One line."""
        plan, per_order = self.plan, self.plan.shop.painting.minutes_per_order
        per_part = places_6(self.by_hand * batch.k_quantity)
        amount = self._coating(batch) + plan.money(per_order) / batch.quantity + plan.money(per_part)
        return [Line("cover:1", amount, per_order, per_part)]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """M5, W10, C1."""
        (line,) = lines
        by_hand = {"surface": self.plan.surface, "quantity": batch.k_quantity}
        inputs = {"coating": self._coating(batch), "minutes": line.per_part}
        return (
            *self.coat.told(batch),
            TraceStep("C1", "painting by hand, per part", by_hand, line.per_part, "min"),
            TraceStep("C1", "cover of paint", inputs, line.amount, "RUB"),
        )

    def _coating(self, batch: Batch) -> Decimal:
        return self.coat.paint * batch.k_quantity + self.coat.preparation * batch.k_quantity


def painting_of(plan: Plan) -> Painting:
    """Everything about the service that the quantity does not change."""
    factors = plan.factors
    by_hand = _by_hand(plan) * factors.complexity * factors.tolerance * factors.finish
    return Painting(plan, _coat(plan, plan.request.paint), by_hand)


def paint_cover_of(plan: Plan) -> PaintCover:
    """Everything about the cover that the quantity does not change."""
    return PaintCover(plan, _coat(plan, _COVER), _by_hand(plan))


def _by_hand(plan: Plan) -> Decimal:
    return plan.shop.painting.minutes_per_part + plan.shop.painting.minutes_per_dm2 * plan.surface


def _coat(plan: Plan, wish: PaintWish) -> Coat:
    coefficients, surface, control = plan.tables.coefficients, plan.surface, plan.factors.paint_control
    paint, levels = coefficients.paints[wish.paint], coefficients.paint_steps
    steps = places_6(
        levels["prepare"][wish.prepare] * levels["primer"][wish.primer] * levels["lakery"][wish.lakery]
    )
    cleaning = coefficients.cleaning.get(plan.material.family, plan.shop.painting.usual_cleaning)
    return Coat(
        surface,
        wish.paint,
        steps,
        control,
        cleaning,
        surface * paint.price * paint.k_type * steps * control,
        surface * coefficients.paint_preparation * cleaning * paint.k_prepare * steps * control,
    )
