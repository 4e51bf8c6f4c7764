"""What the phone sends of its design: pictures, then the summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.amounts import money_of
from makeline.adapters.print_partner.routes.session_answers import price_number
from makeline.adapters.print_partner.routes.session_schemas import (
    OrderData,
    OrderSummary,
    PictureView,
    SummaryReceived,
    UploadedPicture,
)
from makeline.adapters.print_partner.routes.sessions import AT, BARRED, TAG
from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.renderer import PictureRefused, PrintRenderer, RendererBusy
from makeline.cases.designs.spec import TextPlace, View
from makeline.cases.designs.upload import LARGEST_UPLOAD, read_upload
from makeline.cases.designs.wire import measures_in, picture_taken
from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.submit_design import submit_design
from makeline.cases.kiosk.summary import SummaryRequest, must_agree
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.ordering.price import PriceMismatch
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.storage import Storage
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.kernel.states import IllegalMove


@dataclass(frozen=True)
class DesignDesk:
    """What the design paths need of the house; one method per path."""

    database: Database
    recogniser: Recogniser
    storage: Storage
    renderer: PrintRenderer
    links: Links
    order_links: OrderLinks

    async def picture(self, request: Request) -> Response:
        """``POST …/images``: multipart ``file`` or raw bytes."""
        caller, key = await self._caller(request)
        raw = await read_upload(request)
        file = await add_picture(self.database.begin, self.storage, self.renderer, caller, key, raw)
        link = self.links.link(file.name, Audience.CUSTOMER, self.database.clock())
        return json_answer(picture_taken(file, link))

    async def order_summary(self, request: Request) -> Response:
        """``POST …/order-summary``."""
        caller, key = await self._caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, OrderSummary)
        must_agree(key, body.session_id, "session_id")
        summary = _summary_request(body)

        async def work() -> dict[str, Any]:
            submitted = await submit_design(
                self.database.begin, self.storage, self.renderer, caller, key, summary
            )
            return {
                "success": True,
                "message": "Order summary received and processed",
                "session_updated": True,
                "payment_required": True,
                "session_status": {
                    "status": submitted.session.status,
                    "user_progress": submitted.session.progress,
                    "payment_amount": price_number(submitted.session),
                },
                "warnings": list(submitted.warnings),
                "order_url": self.order_links.url(submitted.session),
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once_between_units(self.database.begin, claim, work, actor=caller.name)

    async def _caller(self, request: Request) -> tuple[Caller, str]:
        return await self.recogniser.caller(request), request.path_params["session_id"]


def design_endpoints(desk: DesignDesk) -> Sequence[Endpoint]:
    """The paths of a design."""
    return (
        Endpoint(
            "POST",
            f"{AT}/order-summary",
            desk.order_summary,
            "Submit the finished design",
            TAG,
            OrderSummary,
            SummaryReceived,
            refusals=(*BARRED, PriceMismatch, OutOfStock, ModelNotAvailable, IllegalMove, RendererBusy),
            scope=Scope.SESSIONS,
            keyed=True,
        ),
        Endpoint(
            "POST",
            f"{AT}/images",
            desk.picture,
            "Upload a picture",
            TAG,
            None,
            UploadedPicture,
            refusals=(*BARRED, IllegalMove, PictureRefused, RendererBusy),
            scope=Scope.IMAGES,
            uploads=("image/png", "image/jpeg", "image/webp"),
            largest=LARGEST_UPLOAD,
        ),
    )


def _summary_request(body: OrderSummary) -> SummaryRequest:
    data = body.order_data
    return SummaryRequest(
        amount=money_of(body.payment_amount, body.currency),
        brand=data.brand or "",
        model=data.model,
        template=data.template,
        images=tuple(data.images),
        order_data=data.model_dump(exclude_none=True, exclude=_unsaid(data)),
        text=data.text or "",
        font=data.font or "",
        background=data.colors.background or "",
        text_colour=data.colors.text or "",
        text_place=TextPlace(data.text_place or "bottom"),
        views=tuple(_view(view) for view in data.views),
        text_spot=None if data.text_spot is None else TextSpot(*measures_in(data.text_spot)),
        stickers=tuple(Sticker(one.sticker, *measures_in(one)) for one in data.stickers),
        backdrop=data.backdrop or "",
    )


def _unsaid(data: OrderData) -> set[str]:
    return {name for name in ("views", "stickers") if not getattr(data, name)}


def _view(view: PictureView) -> View:
    figures = (Decimal(str(figure)) for figure in (view.zoom, view.shift_x, view.shift_y))
    return View(*figures, turn=view.turn)
