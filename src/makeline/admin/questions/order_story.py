"""What happened to an order, its money, its prints, its papers and its letters: every move, with who made it and why."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.renew_link import LINK
from makeline.cases.kiosk.states import SESSION_STATES
from makeline.cases.ordering.models import case_items
from makeline.cases.privacy.erase import ERASURE
from makeline.cases.production.models import print_jobs
from makeline.cases.production.rearrange import PRIORITY
from makeline.cases.production.states import JOB_STATES
from makeline.cases.shop.models import web_orders
from makeline.cases.shop.states import JOURNEYS
from makeline.cases.stock.states import ALLOCATION_STATES
from makeline.commerce.accounts.post_office import LETTER
from makeline.commerce.invoices.models import invoices
from makeline.commerce.invoices.states import INVOICE_STATES
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS
from makeline.commerce.payments.models import payments, transfers
from makeline.commerce.payments.states import PAYMENT_STATES, TRANSFER_STATES
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.quotes.models import quotes
from makeline.parts.quotes.states import QUOTE_STATES


class Entry(NamedTuple):
    """One move of one thing."""

    noun: str
    subject_id: int
    from_state: str | None
    to_state: str
    actor: str
    cause: str
    at: datetime


_M = moves.c
_OF = bindparam("order_id")
_VISITS = select(kiosk_sessions.c.id).where(kiosk_sessions.c.order_id == _OF)
_JOBS = select(print_jobs.c.id).where(print_jobs.c.order_id == _OF)
_BLANKS = select(case_items.c.allocation_id).where(case_items.c.order_id == _OF)
_SPENT = select(print_jobs.c.spent_allocation_id).where(print_jobs.c.order_id == _OF)
_TRANSFERS = (
    select(transfers.c.id).join(payments, payments.c.id == transfers.c.payment_id).where(payments.c.order_id == _OF)
)  # fmt: skip


def _itself(*nouns: str) -> list[ColumnElement[bool]]:
    return [and_(_M.noun == noun, _M.subject_id == _OF) for noun in nouns]


def _among(subjects: Select[*tuple[Any, ...]], *nouns: str) -> list[ColumnElement[bool]]:
    return [and_(_M.noun == noun, _M.subject_id.in_(subjects)) for noun in nouns]


_STORY = Query(
    select(_M.noun, _M.subject_id, _M.from_state, _M.to_state, _M.actor, _M.cause, _M.at)
    .where(
        or_(
            *_itself(ORDER_STATES.noun, PAYMENT_STANDINGS.noun, LETTER),
            *_among(select(payments.c.id).where(payments.c.order_id == _OF), PAYMENT_STATES.noun),
            *_among(_TRANSFERS, TRANSFER_STATES.noun),
            *_among(_JOBS, JOB_STATES.noun, PRIORITY),
            *_among(_BLANKS, ALLOCATION_STATES.noun),
            *_among(_SPENT, ALLOCATION_STATES.noun),
            *_among(_VISITS, SESSION_STATES.noun, LINK, ERASURE),
            *_among(select(web_orders.c.id).where(web_orders.c.order_id == _OF), JOURNEYS.noun),
            *_among(select(invoices.c.id).where(invoices.c.order_id == _OF), INVOICE_STATES.noun),
            *_among(select(quotes.c.id).where(quotes.c.order_id == _OF), QUOTE_STATES.noun),
        )
    )
    .order_by(_M.at, _M.id),
    Entry,
)


def story_of_order(unit: Reading, order_id: int) -> list[Entry]:
    """Oldest first."""
    return unit.all(_STORY, order_id=order_id)
