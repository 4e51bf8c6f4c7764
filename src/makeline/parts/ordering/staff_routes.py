"""The calls of staff about orders for parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.schemas import Message
from makeline.commerce.files.download import answer_attachment
from makeline.commerce.files.storage import Storage, StorageAway
from makeline.commerce.orders.models import OrderNote
from makeline.commerce.orders.notes import note_page
from makeline.commerce.payments.on_invoice import NothingToGiveBack, NotOnInvoice, ReferenceReused
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised
from makeline.parts.ordering.answers import (
    MoneyReturned,
    OrderNoteAnswer,
    OrderNotes,
    OrderRows,
    PaymentRecorded,
    StaffOrderAnswer,
)
from makeline.parts.ordering.bank import return_money, take_bank_payment
from makeline.parts.ordering.desk import OrderDesk, answer_for, detail_for
from makeline.parts.ordering.move import move_order
from makeline.parts.ordering.notes import write_note
from makeline.parts.ordering.queries import access_part_order, all_orders
from makeline.parts.ordering.schemas import BankPayment, GivingBack, NoteText, StandingChange
from makeline.parts.ordering.view import note_words, payment_words, staff_answer, summary_answer
from makeline.parts.ordering.words import IllegalOrderMove

_TAG = "Orders"


@dataclass(frozen=True)
class StaffOrderDesk:
    """Staff and everybody's orders."""

    desk: OrderDesk
    storage: Storage

    async def listed(self, request: Request) -> Response:
        """Everybody's, the newest first."""
        await self.desk.members.staff(request)
        wanted = page_wanted(request)
        rows, total = await self.desk.database.read(
            lambda unit: all_orders(unit, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.order.id)
        return json_answer([summary_answer(row) for row in shown], headers=headers)

    async def one(self, request: Request) -> Response:
        """With payments and notes."""
        member = await self.desk.members.staff(request)
        order_id = id_in(request, "order_id")
        detail = await self.desk.database.read(lambda unit: detail_for(unit, member, order_id))
        return json_answer(staff_answer(detail, member))

    async def move(self, request: Request) -> Response:
        """Along the table; the same again is a success."""
        member = await self.desk.members.staff(request)
        order_id, body = id_in(request, "order_id"), await read_body(request, StandingChange)
        await self.desk.database.begin(
            lambda unit: move_order(unit, member, order_id, body.status), actor=member.actor
        )
        return json_answer({"message": "Order updated successfully"})

    async def record_payment(self, request: Request) -> Response:
        """What the bank's statement says."""
        member = await self.desk.members.staff(request)
        order_id, raw = id_in(request, "order_id"), await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, BankPayment)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            payment = take_bank_payment(
                unit, member, order_id, amount=body.amount, reference=body.reference, booked_on=body.date
            )
            now = answer_for(unit, member, order_id)
            told = ("payment_status", "amount_paid", "amount_open")
            return {"payment": payment_words(payment), **{name: now[name] for name in told}}

        return await self._once(request, member, raw, work)

    async def give_back(self, request: Request) -> Response:
        """Everything that came in."""
        member = await self.desk.members.staff(request)
        order_id, raw = id_in(request, "order_id"), await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, GivingBack)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            returned = return_money(unit, member, order_id, reason=body.reason)
            now = answer_for(unit, member, order_id)
            return {
                "returned": returned.as_number(),
                "currency": returned.currency,
                "payment_status": now["payment_status"],
            }

        return await self._once(request, member, raw, work)

    async def download(self, request: Request) -> Response:
        """What is to be made, also when its owner has deleted the file meanwhile."""
        member = await self.desk.members.staff(request)
        order_id, file_id = id_in(request, "order_id"), id_in(request, "file_id")
        detail = await self.desk.database.read(lambda unit: detail_for(unit, member, order_id))
        for line in detail.lines:
            if line.file is not None and line.file.id == file_id:
                return await answer_attachment(request, self.storage, line.file)
        raise NotFound("the order has no such file")

    async def write_note(self, request: Request) -> Response:
        """For each other; the customer does not see it."""
        member = await self.desk.members.staff(request)
        order_id, raw = id_in(request, "order_id"), await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, NoteText)
        return await self._once(
            request, member, raw, lambda unit: note_words(write_note(unit, member, order_id, body.text))
        )

    async def notes(self, request: Request) -> Response:
        """The newest first."""
        member = await self.desk.members.staff(request)
        order_id, wanted = id_in(request, "order_id"), page_wanted(request)

        def look(unit: Reading) -> tuple[Sequence[OrderNote], int]:
            order = access_part_order(unit, member, order_id).order
            return note_page(unit, order.id, limit=wanted.limit + 1, before_id=wanted.before_id)

        rows, total = await self.desk.database.read(look)
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda note: note.id)
        return json_answer([note_words(note) for note in shown], headers=headers)

    async def _once(
        self, request: Request, member: Member, raw: bytes, work: Callable[[UnitOfWork], dict[str, Any]]
    ) -> Response:
        claim = claim_in(request, raw, scope=f"staff {member.user_id}")
        return await once(self.desk.database.begin, claim, work, actor=member.actor)


def staff_order_endpoints(desk: StaffOrderDesk) -> tuple[Endpoint, ...]:
    """The paths of staff."""
    needed = (Unrecognised, NotAllowed, Invalid)
    return (
        Endpoint(
            "GET", "/admin/orders", desk.listed, "Everybody's orders", _TAG, None, OrderRows,
            refusals=needed, query=PAGE_QUERY,
        ),
        Endpoint(
            "GET", "/admin/orders/{order_id}", desk.one, "One order, for staff", _TAG, None, StaffOrderAnswer,
            refusals=(*needed, NotFound),
        ),
        Endpoint(
            "PUT", "/admin/orders/{order_id}", desk.move, "Move an order on", _TAG, StandingChange, Message,
            refusals=(*needed, NotFound, IllegalOrderMove),
        ),
        Endpoint(
            "GET", "/v1/orders/{order_id}/files/{file_id}", desk.download, "What is to be made", _TAG,
            answer_type="application/octet-stream", refusals=(*needed, NotFound, StorageAway),
        ),
        Endpoint(
            "POST", "/v1/orders/{order_id}/payments", desk.record_payment, "Record a bank payment", _TAG,
            BankPayment, PaymentRecorded, refusals=(*needed, NotFound, NotOnInvoice, ReferenceReused), keyed=True,
        ),
        Endpoint(
            "POST", "/v1/orders/{order_id}/refund", desk.give_back, "Give back all that came in", _TAG,
            GivingBack, MoneyReturned, refusals=(*needed, NotFound, NothingToGiveBack), keyed=True,
        ),
        Endpoint(
            "POST", "/v1/orders/{order_id}/notes", desk.write_note, "Write a note for staff", _TAG, NoteText,
            OrderNoteAnswer, refusals=(*needed, NotFound), keyed=True,
        ),
        Endpoint(
            "GET", "/v1/orders/{order_id}/notes", desk.notes, "Notes of staff", _TAG, None, OrderNotes,
            refusals=(*needed, NotFound), query=PAGE_QUERY,
        ),
    )  # fmt: skip
