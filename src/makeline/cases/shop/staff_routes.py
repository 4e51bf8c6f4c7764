"""Web orders for staff: what is to be sent, sent, collected, or will not be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.hand_over import collect_order, ship_order
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.order_schemas import (
    ReasonBody,
    ShipBody,
    StaffWebOrder,
    StaffWebOrders,
    staff_answer,
)
from makeline.cases.shop.order_view import LAST, WebOrderView, view_order
from makeline.cases.shop.queries import latest_web_orders
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.accounts.members import Member, Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import PAGE_QUERY, page_wanted
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised
from makeline.kernel.states import IllegalMove

_TAG = "Staff"
_AT = "/v1/staff/web-orders/{number}"
_MOST = 100


@dataclass(frozen=True)
class StaffShopDesk:
    """What the paths need of the house."""

    database: Database
    members: Members
    links: WebLinks

    async def listed(self, request: Request) -> Response:
        """The newest first."""
        await self.members.staff(request)
        wanted = page_wanted(request)
        most = min(wanted.limit, _MOST)

        def look(unit: Reading) -> list[dict[str, Any]]:
            rows = latest_web_orders(unit, most=most, before=wanted.before_id)
            return [self._answer(view_order(unit, row.order_id)) for row in rows]

        return json_answer({"items": await self.database.read(look)})

    async def ship(self, request: Request) -> Response:
        """Given to a carrier."""
        member, body = await self.members.staff(request), await read_body(request, ShipBody)
        number = request.path_params["number"]
        return await self._act(
            member, lambda unit: ship_order(unit, number, carrier=body.carrier, tracking=body.tracking)
        )

    async def collected(self, request: Request) -> Response:
        """Collected at its machine."""
        member, number = await self.members.staff(request), request.path_params["number"]
        return await self._act(member, lambda unit: collect_order(unit, number))

    async def cancel(self, request: Request) -> Response:
        """Cancelled; what was paid or held goes back."""
        member, body = await self.members.staff(request), await read_body(request, ReasonBody)
        number = request.path_params["number"]
        return await self._act(member, lambda unit: cancel_order(unit, number, reason=body.reason))

    async def _act(self, member: Member, verb: Callable[[UnitOfWork], WebOrder]) -> Response:
        def work(unit: UnitOfWork) -> dict[str, Any]:
            return self._answer(view_order(unit, verb(unit).order_id))

        return json_answer(await self.database.begin(work, actor=member.actor))

    def _answer(self, view: WebOrderView) -> dict[str, Any]:
        return staff_answer(view, over=view.phase in LAST, url=self.links.url(view.order.number))


def staff_shop_endpoints(desk: StaffShopDesk) -> Sequence[Endpoint]:
    """The paths of staff about web orders."""
    staff = (Unrecognised, NotAllowed)
    acting = (*staff, NotFound, IllegalMove)
    return (
        Endpoint("GET", "/v1/staff/web-orders", desk.listed, "Web orders", _TAG, None, StaffWebOrders,
                 refusals=(*staff, Invalid), query=PAGE_QUERY),
        Endpoint("POST", f"{_AT}/ship", desk.ship, "Tell that a web order was sent", _TAG, ShipBody, StaffWebOrder,
                 refusals=(*acting, Invalid)),
        Endpoint("POST", f"{_AT}/collected", desk.collected, "Tell that a web order was collected", _TAG, None,
                 StaffWebOrder, refusals=acting),
        Endpoint("POST", f"{_AT}/cancel", desk.cancel, "Cancel a web order", _TAG, ReasonBody, StaffWebOrder,
                 refusals=(*acting, Invalid)),
    )  # fmt: skip
