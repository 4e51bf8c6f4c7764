"""Customers have their pictures erased: by their phone at the machine, or by the address of their order's page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.designs.visitors import Visitor
from makeline.cases.kiosk.close import PaymentInProgress
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.order_view import view_page
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.scopes import Scope
from makeline.cases.privacy.clocks import Clocks
from makeline.cases.privacy.erase import Erased, erase_draft, erase_order, erase_session, erase_visit
from makeline.cases.shop.web_links import WebLinks
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unrecognised

_TAG = "Privacy"


class PicturesErased(BaseModel):
    """``gone``: files nobody gets from now on. ``waiting``: those that a paid print is still to be made of."""

    gone: int
    waiting: int


@dataclass(frozen=True)
class PrivacyDesk:
    """What the paths need of the house."""

    database: Database
    recogniser: Recogniser
    order_links: OrderLinks
    web_links: WebLinks
    visitor: Callable[[Request], Awaitable[Visitor]]
    clocks: Clocks

    async def visit(self, request: Request) -> Response:
        """By the phone or the machine."""
        caller, key = await self.recogniser.caller(request), request.path_params["session_id"]
        erased = await self.database.begin(
            lambda unit: erase_visit(unit, caller, key, self.clocks), actor=caller.name
        )
        return _told(erased)

    async def web_page(self, request: Request) -> Response:
        """By whoever holds the address of a web order's page."""
        number = self.web_links.read(request.path_params["token"])
        if number is None:
            raise NotFound("there is no such page")
        return _told(
            await self.database.begin(lambda unit: erase_order(unit, number, self.clocks), actor="customer")
        )

    async def design(self, request: Request) -> Response:
        """By the owner of a design on the web."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]
        return _told(
            await self.database.begin(
                lambda unit: erase_draft(unit, visitor, key, self.clocks), actor=visitor.name
            )
        )

    async def page(self, request: Request) -> Response:
        """By whoever holds the address of the order's page."""
        token = request.path_params["token"]
        if self.order_links.read(token) is None:
            raise NotFound("there is no such page")

        def work(unit: UnitOfWork) -> Erased:
            view = view_page(unit, self.order_links, token)
            return erase_session(unit, view.followed.session.key, self.clocks)

        return _told(await self.database.begin(work, actor="customer"))


def visit_privacy_endpoints(desk: PrivacyDesk) -> tuple[Endpoint, ...]:
    """For phones and machines."""
    return (
        Endpoint(
            "DELETE",
            "/v1/sessions/{session_id}/pictures",
            desk.visit,
            "Erase the pictures of a visit",
            _TAG,
            None,
            PicturesErased,
            refusals=(InvalidSessionId, NotFound, Unrecognised, PaymentInProgress),
            scope=Scope.IMAGES,
        ),
    )


def page_privacy_endpoints(desk: PrivacyDesk) -> tuple[Endpoint, ...]:
    """For holders of an order page's address."""
    return (
        Endpoint(
            "DELETE",
            "/o/{token}/pictures",
            desk.page,
            "Erase the pictures of an order",
            _TAG,
            None,
            PicturesErased,
            refusals=(NotFound, PaymentInProgress),
        ),
    )


def web_privacy_endpoints(desk: PrivacyDesk) -> tuple[Endpoint, ...]:
    """For holders of a web order page's address."""
    return (
        Endpoint(
            "DELETE",
            "/w/{token}/pictures",
            desk.web_page,
            "Erase the pictures of a web order",
            _TAG,
            None,
            PicturesErased,
            refusals=(NotFound,),
        ),
    )


def design_privacy_endpoints(desk: PrivacyDesk) -> tuple[Endpoint, ...]:
    """For owners of designs on the web."""
    return (
        Endpoint(
            "DELETE",
            "/v1/designs/{design_id}",
            desk.design,
            "Erase a design with its pictures",
            _TAG,
            None,
            PicturesErased,
            refusals=(NotFound, Unrecognised),
        ),
    )


def _told(erased: Erased) -> Response:
    return json_answer(erased._asdict(), headers={"Cache-Control": "no-store"})
