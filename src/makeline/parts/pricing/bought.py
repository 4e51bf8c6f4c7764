"""What the stock for a part costs (rule M4)."""

from makeline.parts.pricing.batch import Batch, Line, Plan
from makeline.parts.pricing.figures import ONE
from makeline.parts.pricing.trace import TraceStep


def bought(plan: Plan, batch: Batch) -> Line:
    """The first line of whatever is cut or printed."""
    price = plan.material.prices[plan.request.form]
    profit = ONE + plan.place.location.profit_on_material
    return Line("material", batch.weight * price * plan.shop.purchase_surcharge * profit)


def tell_bought(plan: Plan, batch: Batch, line: Line) -> TraceStep:
    """How it came about."""
    inputs = {
        "weight": batch.weight,
        "price": plan.material.prices[plan.request.form],
        "surcharge": plan.shop.purchase_surcharge,
        "profit": ONE + plan.place.location.profit_on_material,
    }
    return TraceStep("M4", "material", inputs, line.amount, "RUB")
