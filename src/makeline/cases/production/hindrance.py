"""Why a print that is queued must not be handed over as things stand."""

from makeline.cases.catalog.queries import catalogue
from makeline.cases.production.queries import PrintPlan
from makeline.cases.stock.sizes import sized_in
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.unit_of_work import UnitOfWork

_MISFIT = "the machine reports another size of the shell than the print was drawn for"
_NO_MONEY = "the money that was held for it was let go"


def hindrance_of(unit: UnitOfWork, plan: PrintPlan) -> str | None:
    """In words for staff; None where nothing is in the way."""
    if plan.payment_status is PaymentState.VOIDED:
        # A hold ends by itself if nobody takes the money in time.
        return _NO_MONEY
    sized = sized_in(unit, plan.machine_id, catalogue(unit).shells[plan.shell_id])
    drawn = (plan.drawn_width_um, plan.drawn_height_um)
    return None if sized is not None and (sized.width_um, sized.height_um) == drawn else _MISFIT
