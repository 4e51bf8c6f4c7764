"""The calls of customers about their orders for parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.parts.geometry.wait import FileNotReady
from makeline.parts.ordering.accept import accept_quote
from makeline.parts.ordering.accept_routes import ACCEPTING
from makeline.parts.ordering.again import PricedByHand, difference_words, order_again
from makeline.parts.ordering.answers import AgainAnswer, OrderAnswer, OrderDetail, OrderRows
from makeline.parts.ordering.desk import OrderDesk, answer_for, detail_for
from makeline.parts.ordering.move import cancel_own_order
from makeline.parts.ordering.place import order_parts
from makeline.parts.ordering.price_line import NeedsReview, PartPriceMismatch
from makeline.parts.ordering.queries import lines_ordered, orders_of
from makeline.parts.ordering.read_order import read_money, read_one_part, read_parts, read_quoted
from makeline.parts.ordering.schemas import AgainRequest, OrderLinesRequest, OrderRequest
from makeline.parts.ordering.view import detail_answer, summary_answer
from makeline.parts.ordering.wanted import WantedLine, WantedOrder
from makeline.parts.ordering.words import IllegalOrderMove
from makeline.parts.pricing.refusals import Unpriceable

_TAG = "Orders"
_Reader = Callable[[Request, bytes], tuple[list[WantedLine], WantedOrder]]


@dataclass(frozen=True)
class OwnOrderDesk:
    """Customers and what is theirs."""

    desk: OrderDesk

    async def place(self, request: Request) -> Response:
        """One part, as documented; or a quote as it stands, by its id."""
        member = await self.desk.members.member(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        quoted = read_quoted(request, raw)
        if quoted is None:
            return await self._place(request, member, raw, read_one_part)
        quote_id, wanted = quoted

        def work(unit: UnitOfWork) -> dict[str, Any]:
            order = accept_quote(unit, member, quote_id, wanted, self.desk.terms)
            return answer_for(unit, member, order.id)

        return await self._once(request, member, raw, work)

    async def place_several(self, request: Request) -> Response:
        """Several parts in one order."""
        member = await self.desk.members.member(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        return await self._place(request, member, raw, read_parts)

    async def _place(self, request: Request, member: Member, raw: bytes, read: _Reader) -> Response:
        lines, wanted = read(request, raw)
        await self.desk.files_measured(member, [line.file_id for line in lines])

        def work(unit: UnitOfWork) -> dict[str, Any]:
            order = order_parts(unit, member, lines, wanted, self.desk.terms, cause="ordered")
            return answer_for(unit, member, order.id)

        return await self._once(request, member, raw, work)

    async def listed(self, request: Request) -> Response:
        """The caller's own, the newest first."""
        member = await self.desk.members.member(request)
        wanted = page_wanted(request)
        rows, total = await self.desk.database.read(
            lambda unit: orders_of(unit, member.user_id, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.order.id)
        return json_answer([summary_answer(row) for row in shown], headers=headers)

    async def one(self, request: Request) -> Response:
        """One of them, for its customer or staff."""
        member = await self.desk.members.member(request)
        order_id = id_in(request, "order_id")
        return json_answer(
            await self.desk.database.read(
                lambda unit: detail_answer(detail_for(unit, member, order_id), member)
            )
        )

    async def cancel(self, request: Request) -> Response:
        """While nobody has begun."""
        member = await self.desk.members.member(request)
        order_id = id_in(request, "order_id")

        def work(unit: UnitOfWork) -> dict[str, Any]:
            cancel_own_order(unit, member, order_id)
            return answer_for(unit, member, order_id)

        return await self._once(request, member, b"", work)

    async def again(self, request: Request) -> Response:
        """The same once more, at the price of today."""
        member = await self.desk.members.member(request)
        order_id = id_in(request, "order_id")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        said = parse_body(request, raw or b"{}", AgainRequest)
        total = read_money(said.total_price, "total_price")
        old = await self.desk.database.read(lambda unit: lines_ordered(unit, order_id))
        await self.desk.files_measured(member, [line.item.file_id for line in old])

        def work(unit: UnitOfWork) -> dict[str, Any]:
            again = order_again(unit, member, order_id, self.desk.terms, total=total)
            return answer_for(unit, member, again.order.id) | {"difference": difference_words(again)}

        return await self._once(request, member, raw, work)

    async def _once(
        self, request: Request, member: Member, raw: bytes, work: Callable[[UnitOfWork], dict[str, Any]]
    ) -> Response:
        claim = claim_in(request, raw, scope=f"orders of {member.user_id}")
        return await once(self.desk.database.begin, claim, work, actor=member.actor)


def order_endpoints(desk: OwnOrderDesk) -> tuple[Endpoint, ...]:
    """The paths of customers."""
    placing = (Unrecognised, Unpriceable, NeedsReview, Invalid, NotFound, FileNotReady, PartPriceMismatch)
    seen = (Unrecognised, NotFound, Invalid)
    return (
        Endpoint(
            "POST", "/orders", desk.place, "Order a part", _TAG, OrderRequest, OrderAnswer,
            refusals=(*placing, *ACCEPTING), keyed=True,
        ),
        Endpoint(
            "POST", "/v1/orders", desk.place_several, "Order several parts", _TAG, OrderLinesRequest,
            OrderAnswer, refusals=placing, keyed=True,
        ),
        Endpoint(
            "GET", "/orders", desk.listed, "Your orders", _TAG, None, OrderRows,
            refusals=(Unrecognised, Invalid), query=PAGE_QUERY,
        ),
        Endpoint("GET", "/orders/{order_id}", desk.one, "One order", _TAG, None, OrderDetail, refusals=seen),
        Endpoint(
            "POST", "/v1/orders/{order_id}/cancel", desk.cancel, "Cancel an order that is pending", _TAG, None,
            OrderAnswer, refusals=(*seen, IllegalOrderMove), keyed=True,
        ),
        Endpoint(
            "POST", "/v1/orders/{order_id}/again", desk.again, "Order the same again at today's price", _TAG,
            AgainRequest, AgainAnswer, refusals=(*placing, PricedByHand), keyed=True, body_required=False,
        ),
    )  # fmt: skip
