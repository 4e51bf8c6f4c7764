"""The endpoints of orders for parts: for customers and for staff."""

from collections.abc import Sequence
from decimal import Decimal

from makeline.commerce.accounts.members import Members
from makeline.commerce.orders.states import Vat
from makeline.foundation.settings import Settings
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_service
from makeline.main.billing import billing_of
from makeline.main.wiring import House
from makeline.parts.ordering.accept_routes import AcceptDesk, accept_endpoints
from makeline.parts.ordering.desk import OrderDesk
from makeline.parts.ordering.routes import OwnOrderDesk, order_endpoints
from makeline.parts.ordering.staff_routes import StaffOrderDesk, staff_order_endpoints
from makeline.parts.ordering.wanted import SalesTerms


def order_paths(house: House, members: Members) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about orders for parts."""
    desk = OrderDesk(house.database, members, sales_terms_of(house.settings))
    return (
        (order_endpoints(OwnOrderDesk(desk)), render_service),
        (accept_endpoints(AcceptDesk(desk)), render_service),
        (staff_order_endpoints(StaffOrderDesk(desk, house.storage)), render_service),
    )


def sales_terms_of(settings: Settings) -> SalesTerms:
    """How tax is charged, as the settings have it."""
    vat = Vat(settings.orders.vat)
    rate = settings.orders.vat_percent if vat is not Vat.NONE else Decimal(0)
    return SalesTerms(vat, int(rate * 100), billing_of(settings))
