"""The documented calls of invoices."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.schemas import Message
from makeline.commerce.files.names import as_attachment
from makeline.commerce.files.storage import Storage, StorageAway
from makeline.commerce.invoices.billing import Billing
from makeline.commerce.invoices.obtain import MEDIA_TYPE
from makeline.commerce.invoices.queries import access_paper, orders_without_paper, paper_name
from makeline.commerce.invoices.refresh import OrderCancelledAlready, refresh_invoice
from makeline.commerce.invoices.schemas import OrdersWithoutInvoice, missing_answer
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.byte_ranges import answer_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised

_TAG = "Invoices"


@dataclass(frozen=True)
class InvoiceDesk:
    """What the calls need of the house."""

    database: Database
    members: Members
    storage: Storage
    billing: Billing

    async def paper(self, request: Request) -> Response:
        """The PDF, to be saved."""
        member = await self.members.member(request)
        order_id = id_in(request, "order_id")
        paper = await self.database.read(lambda unit: access_paper(unit, member, order_id))

        async def read(start: int, length: int) -> bytes:
            piece = await self.storage.get_part(paper.stored_as, start, length)
            if piece is None:
                raise NotFound("the bytes of this invoice are gone")
            return piece

        name = paper_name(paper.year, paper.number, paper.order_number)
        return await answer_bytes(
            request,
            size=paper.size_bytes,
            read=read,
            etag=f'"{paper.sha256}"',
            media_type=MEDIA_TYPE,
            headers={
                "Content-Disposition": as_attachment(name),
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-cache",
            },
        )

    async def refresh(self, request: Request) -> Response:
        """Its paper is asked for, once a minute at most; the answer is the same every time."""
        member = await self.members.member(request)
        order_id = id_in(request, "order_id")

        def act(unit: UnitOfWork) -> dict[str, Any]:
            refresh_invoice(unit, member, order_id, billing=self.billing)
            return {"message": "Invoice refresh initiated"}

        claim = claim_in(request, b"", scope=f"invoices of {member.user_id}")
        return await once(self.database.begin, claim, act, actor=member.actor)

    async def missing(self, request: Request) -> Response:
        """Orders without the paper of an invoice, for staff."""
        await self.members.staff(request)
        wanted = page_wanted(request)
        rows, total = await self.database.read(
            lambda unit: orders_without_paper(unit, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.order_id)
        return json_answer([missing_answer(row) for row in shown], headers=headers)


def invoice_endpoints(desk: InvoiceDesk) -> tuple[Endpoint, ...]:
    """The paths of invoices."""
    return (
        Endpoint(
            "GET", "/orders/{order_id}/invoice", desk.paper, "The invoice of an order as PDF", _TAG,
            answer_type=MEDIA_TYPE, refusals=(Unrecognised, NotFound, Invalid, StorageAway),
        ),
        Endpoint(
            "POST", "/orders/{order_id}/invoice/refresh", desk.refresh, "Make the invoice's paper, or fetch it again",
            _TAG, None, Message, refusals=(Unrecognised, NotFound, OrderCancelledAlready, Invalid), keyed=True,
        ),
        Endpoint(
            "GET", "/orders/invoices/missing", desk.missing, "Orders whose invoice has no paper", _TAG, None,
            OrdersWithoutInvoice, refusals=(Unrecognised, NotAllowed, Invalid), query=PAGE_QUERY,
        ),
    )  # fmt: skip
