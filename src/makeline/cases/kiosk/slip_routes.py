"""The customer's receipt: ``GET /o/{token}/receipt.pdf``."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.order_view import view_page
from makeline.cases.kiosk.slip import write_slip
from makeline.cases.ordering.customer_page import language_wanted
from makeline.cases.ordering.slip import Seller, Slip
from makeline.cases.ordering.slip_answer import slip_answer
from makeline.cases.ordering.slip_press import SlipPress
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound


@dataclass(frozen=True)
class SlipDesk:
    """What the paper needs of the house."""

    database: Database
    order_links: OrderLinks
    press: SlipPress
    seller: Seller

    async def receipt(self, request: Request) -> Response:
        """For whoever holds the page's address, once it is paid; a wrong one is told nothing."""
        token = request.path_params["token"]
        if self.order_links.read(token) is None:
            raise NotFound("there is no such page")
        language = language_wanted(request)

        def write(unit: Reading) -> Slip:
            view = view_page(unit, self.order_links, token)
            address = self.order_links.url(view.followed.session)
            return write_slip(unit, view, seller=self.seller, language=language, address=address)

        slip = await self.database.read(write)
        return await slip_answer(self.press, slip, language=language)


def slip_endpoints(desk: SlipDesk) -> tuple[Endpoint, ...]:
    """The customer's receipt."""
    return (
        Endpoint(
            "GET",
            "/o/{token}/receipt.pdf",
            desk.receipt,
            "The customer's receipt, for holders of the order page's address",
            "Pages",
            answer_type="application/pdf",
            refusals=(NotFound,),
            query=("lang",),
        ),
    )
