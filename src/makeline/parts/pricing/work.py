"""What has to be done for a part, in the order of its lines (rules W6, C2, C3 here, the trades in files of their own)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from makeline.parts.pricing.batch import Batch, Line, Plan, Work
from makeline.parts.pricing.cutting import cutting_of
from makeline.parts.pricing.figures import ONE, ZERO, places_6
from makeline.parts.pricing.paint_shop import paint_cover_of, painting_of
from makeline.parts.pricing.printing import printing_of
from makeline.parts.pricing.tables import MILLING, PAINTING, PRINTING, TURNING, Service
from makeline.parts.pricing.trace import TraceStep

_PAINT, _PLATING = "1", "2"
_TRADES: Mapping[Service, Callable[[Plan], Work]] = {
    MILLING: cutting_of,
    TURNING: cutting_of,
    PRINTING: printing_of,
    PAINTING: painting_of,
}


class Inspection(Struct, frozen=True, gc=False):
    """``minutes`` per part that is looked at, but for control and practice."""

    plan: Plan
    minutes: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """One line."""
        per_part = places_6(self.minutes * self._share(batch) * self.plan.factors.control * batch.k_quantity)
        return [Line("inspection", self.plan.money(per_part), ZERO, per_part)]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """W6."""
        inputs = {
            "n_dimensions": self.plan.request.dimensions,
            "share": self._share(batch),
            "control": self.plan.factors.control,
            "quantity": batch.k_quantity,
        }
        return (TraceStep("W6", "inspection", inputs, lines[0].per_part, "min"),)

    def _share(self, batch: Batch) -> Decimal:
        """Of a large batch not every part is looked at."""
        shop, quantity = self.plan.shop, batch.quantity
        if quantity <= shop.inspect_all_up_to:
            return ONE
        rest = 1 - shop.inspection_share
        return places_6(shop.inspection_share + rest * shop.inspect_all_up_to / quantity)


class MetalCover(Struct, frozen=True, gc=False):
    """Electroplating. ``coating``: RUB per part but for practice."""

    plan: Plan
    coating: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """One line."""
        plan, shop = self.plan, self.plan.shop.plating
        per_part = places_6(shop.minutes_per_part * batch.k_quantity)
        by_hand = plan.money(shop.minutes_per_order) / batch.quantity
        amount = self.coating * batch.k_quantity + by_hand + plan.money(per_part)
        return [Line("cover:2", amount, shop.minutes_per_order, per_part)]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """C2."""
        (line,) = lines
        by_hand = {"quantity": batch.k_quantity}
        inputs = {"coating": self.coating * batch.k_quantity, "minutes": line.per_part}
        return (
            TraceStep("C2", "plating by hand, per part", by_hand, line.per_part, "min"),
            TraceStep("C2", "cover of metal", inputs, line.amount, "RUB"),
        )


class Certificates(Struct, frozen=True, gc=False):
    """So many certificates beyond those that a service brings with it; ``amount`` RUB per order."""

    beyond: int
    amount: Decimal

    def lines(self, batch: Batch) -> list[Line]:
        """One line."""
        return [Line("certificates", self.amount / batch.quantity)]

    def told(self, batch: Batch, lines: Sequence[Line]) -> Sequence[TraceStep]:
        """C3."""
        inputs = {"beyond": self.beyond, "quantity": batch.quantity}
        return (TraceStep("C3", "certificates", inputs, lines[0].amount, "RUB"),)


def works_of(plan: Plan) -> Sequence[Work]:
    """Everything that has to be done, in the order in which its lines are shown."""
    request, shop = plan.request, plan.shop
    works: list[Work] = [
        _TRADES[request.service](plan),
        Inspection(plan, request.dimensions * shop.inspection_per_dimension),
    ]
    if _PAINT in request.covers and request.service is not PAINTING:
        works.append(paint_cover_of(plan))
    if _PLATING in request.covers:
        works.append(MetalCover(plan, plan.surface * shop.plating.price_per_dm2 * plan.factors.control))
    beyond = len(request.certificates - plan.tables.coefficients.own_certificates[request.service])
    if beyond:
        works.append(Certificates(beyond, shop.certificate * beyond))
    return works
