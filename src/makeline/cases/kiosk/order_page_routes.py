"""The customer's order page: ``GET /o/{token}``."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.order_page import render_order
from makeline.cases.kiosk.order_view import view_page
from makeline.cases.ordering.customer_page import language_wanted
from makeline.commerce.files.links import Audience, Links
from makeline.foundation.database import Database
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound


@dataclass(frozen=True)
class OrderPageDesk:
    """What the page needs of the house. ``contact`` is told to customers who need help; empty: nobody."""

    database: Database
    links: Links
    order_links: OrderLinks
    contact: str

    async def page(self, request: Request) -> Response:
        """For whoever holds the address; a wrong one is told nothing."""
        token = request.path_params["token"]
        # A forged address is refused before the database is asked.
        if self.order_links.read(token) is None:
            raise NotFound("there is no such page")
        view = await self.database.read(lambda unit: view_page(unit, self.order_links, token))
        language = language_wanted(request)
        proof_link = None
        if view.proof_name is not None:
            link = self.links.link(view.proof_name, Audience.CUSTOMER, view.followed.at)
            # Relative, so that the page is whole under whatever name the house was reached.
            proof_link = f"../image/{link.url.rpartition('/image/')[2]}"
        return render_order(
            view,
            language=language,
            proof_link=proof_link,
            receipt_link=f"{token}/receipt.pdf?lang={language}",
            contact=self.contact,
        )


def order_page_endpoints(desk: OrderPageDesk) -> tuple[Endpoint, ...]:
    """The page."""
    return (
        Endpoint(
            "GET",
            "/o/{token}",
            desk.page,
            "The customer's order, for holders of its address",
            "Pages",
            answer_type="text/html",
            refusals=(NotFound,),
            query=("lang",),
        ),
    )
