"""The page of a web order: ``GET /w/{token}``, its receipt, and the ways to the gateway's page and back."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from makeline.cases.ordering.customer_page import LANGUAGES, language_wanted
from makeline.cases.ordering.slip import Seller, Slip
from makeline.cases.ordering.slip_answer import slip_answer
from makeline.cases.ordering.slip_press import SlipPress
from makeline.cases.shop.checkout import Cashier, look_again, page_to_pay
from makeline.cases.shop.order_page import render_web_order
from makeline.cases.shop.order_view import WebOrderView, view_web_order
from makeline.cases.shop.slip import write_web_slip
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.payments.checkout import AlreadyPaid, PaymentRefused, PaymentUnderWay
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unavailable
from makeline.kernel.states import IllegalMove

_MOVED_ON = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True)
class WebPageDesk:
    """What the page needs of the house. ``contact`` is told to customers who need help; empty: nobody."""

    database: Database
    cashier: Cashier
    links: Links
    press: SlipPress
    seller: Seller
    contact: str

    async def page(self, request: Request) -> Response:
        """For whoever holds the address; a wrong one is told nothing."""
        token = request.path_params["token"]
        view = await self._view(request)
        proof = self.links.link(view.proof_name, Audience.CUSTOMER, view.at)
        language = self._language(request, view)
        return render_web_order(
            view,
            language=language,
            events=f"../v1/shop/orders/{token}/events",
            # Relative, so that the page is whole under whatever name the house was reached.
            proof_link=f"../image/{proof.url.rpartition('/image/')[2]}",
            receipt_link=f"{token}/receipt.pdf?lang={language}",
            pay_link=f"{token}/pay",
            contact=self.contact,
        )

    async def pay(self, request: Request) -> Response:
        """On to the gateway's page; to the order itself when there is nothing to pay any more."""
        view = await self._view(request)
        try:
            where = await page_to_pay(self.cashier, view.order.id)
        except (AlreadyPaid, IllegalMove):
            where = self.cashier.links.url(view.order.number)
        return RedirectResponse(where, status_code=303, headers=_MOVED_ON)

    async def back(self, request: Request) -> Response:
        """Back from the gateway's page: it is asked, and the order's page tells what it said."""
        view = await self._view(request)
        await look_again(self.cashier, view.order.id)
        return RedirectResponse(f"../{request.path_params['token']}", status_code=303, headers=_MOVED_ON)

    async def receipt(self, request: Request) -> Response:
        """The receipt, once it is paid."""
        token = request.path_params["token"]
        view = await self._view(request)
        language = self._language(request, view)

        def write(unit: Reading) -> Slip:
            now = view_web_order(unit, self.cashier.links, token)
            address = self.cashier.links.url(now.order.number)
            return write_web_slip(unit, now, seller=self.seller, language=language, address=address)

        slip = await self.database.read(write)
        return await slip_answer(self.press, slip, language=language)

    async def _view(self, request: Request) -> WebOrderView:
        token = request.path_params["token"]
        if self.cashier.links.read(token) is None:
            raise NotFound("there is no such page")
        return await self.database.read(lambda unit: view_web_order(unit, self.cashier.links, token))

    def _language(self, request: Request, view: WebOrderView) -> str:
        """What is asked for, else the language he ordered in."""
        asked = request.query_params.get("lang", "") in LANGUAGES
        return language_wanted(request) if asked else view.web_order.language


def web_page_endpoints(desk: WebPageDesk) -> tuple[Endpoint, ...]:
    """The page and what hangs on it."""
    tag, at = "Pages", "/w/{token}"
    return (
        Endpoint(
            "GET", at, desk.page, "A web order, for holders of its address", tag, answer_type="text/html",
            refusals=(NotFound,), query=("lang",),
        ),
        Endpoint(
            "GET", f"{at}/receipt.pdf", desk.receipt, "The receipt of a web order", tag,
            answer_type="application/pdf", refusals=(NotFound,), query=("lang",),
        ),
        Endpoint(
            "GET", f"{at}/pay", desk.pay, "On to where the order is paid", tag, answer_type="text/html",
            refusals=(NotFound, PaymentUnderWay, PaymentRefused, Unavailable), statuses={303: "the page to pay on"},
        ),
        Endpoint(
            "GET", f"{at}/back", desk.back, "Back from where it was paid", tag, answer_type="text/html",
            refusals=(NotFound,), statuses={303: "the order's page"},
        ),
    )  # fmt: skip
