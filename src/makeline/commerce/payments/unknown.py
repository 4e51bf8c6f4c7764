"""Money that the gateway holds or took for a page we do not have: its row was lost, as after a restore, or never was ours."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from makeline.commerce.payments.gateway import MoneyStanding, PaymentGateway, Report
from makeline.commerce.payments.models import checkouts
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_MONEY = (MoneyStanding.HELD, MoneyStanding.TAKEN, MoneyStanding.PROCESSING)


_KNOWN: Query[tuple[int]] = Query(
    select(checkouts.c.id).where(checkouts.c.page_reference == bindparam("page")), tuple
)


async def find_unknown_payments(
    begin: Begin, gateway: PaymentGateway, *, since: datetime
) -> Sequence[Report]:
    """Ask for every page finished since; each that we do not have goes onto the staff's list once.

    Raises ``GatewayTrouble``. Changes no money: staff give it back at the gateway, or make the order anew.
    """
    paid = [page for page in await gateway.finished_since(since) if page.standing in _MONEY]
    return await begin(lambda unit: _note_unknown(unit, paid), actor="audit")


def _note_unknown(unit: UnitOfWork, pages: Sequence[Report]) -> Sequence[Report]:
    unknown = [page for page in pages if unit.first(_KNOWN, page=page.page_reference) is None]
    for page in unknown:
        note_anomaly(
            unit,
            "payment_without_order",
            page.page_reference,
            detail={
                "our_reference": page.payment_reference,
                "standing": page.standing.value,
                "amount": f"{page.amount.minor} {page.amount.currency}",
                "charge": page.charge_reference,
            },
        )
    return unknown
