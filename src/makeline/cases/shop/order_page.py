"""The page of a web order as HTML: every value is escaped, every word comes from the list of its language."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from makeline.cases.machines.models import Machine
from makeline.cases.machines.zones import local_text
from makeline.cases.ordering.customer_page import (
    REFRESH,
    Words,
    customer_page,
    facts_list,
    proof_picture,
    steps_list,
)
from makeline.cases.shop.address import Address
from makeline.cases.shop.order_view import LAST, Phase, WebOrderView, road_of, timeline
from makeline.cases.shop.states import Handover
from makeline.foundation.web.pages import FALLBACK
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money

WORDS: Mapping[str, Words] = json.loads((Path(__file__).parent / "pages" / "order.json").read_text("utf-8"))


def render_web_order(
    view: WebOrderView,
    *,
    language: str,
    events: str,
    proof_link: str,
    receipt_link: str,
    pay_link: str,
    contact: str,
) -> HTMLResponse:
    """The page of one order. Links are relative to the page; there is a receipt once it is paid."""
    words = {**WORDS[language], **_filled(WORDS[language], view)}
    return customer_page(
        words,
        language,
        events=events,
        phase=view.phase,
        version=_version(view),
        refresh="" if view.phase in LAST else REFRESH,
        details=_pay(words, view, pay_link)
        + _steps(words, view)
        + _order(words, view, receipt_link)
        + proof_picture(words, proof_link)
        + _history(words, view),
        contact=contact,
    )


def render_web_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of this page; one answer for whatever is wrong with an address."""
    word = "busy" if refusal.kind in (Kind.LIMITED, Kind.UNAVAILABLE) else "unknown"
    words = WORDS[FALLBACK]
    page = customer_page(words, FALLBACK, phase=word, version=word, refresh="", details="", contact="")
    page.status_code = status
    if "retry_after" in refusal.extras:
        page.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return page


def place_text(machine: Machine) -> str:
    """A machine as a customer finds it."""
    return " · ".join(filter(None, (machine.name or machine.key, machine.location, machine.site)))


def _filled(words: Words, view: WebOrderView) -> dict[str, str]:
    """Sentences that name what only this order knows."""
    row, zone = view.web_order, view.zone
    made = words["made_delivery_lead"]
    if view.place is not None:
        made = words["made_collection_lead"].format(place=place_text(view.place))
    least, most = (zone.days_least, zone.days_most) if zone else ("", "")
    return {
        "made_lead": made,
        "unpaid_lead": words["unpaid_lead"].format(until=local_text(row.expires_at, view.maker.zone)),
        "shipped_lead": words["shipped_lead"].format(carrier=row.carrier or "", least=least, most=most),
    }


def _version(view: WebOrderView) -> str:
    told = (
        view.phase,
        view.web_order.journey,
        view.order.payment_status,
        view.job.attempt if view.job else 0,
    )
    return "|".join(str(value) for value in told)


def _pay(words: Words, view: WebOrderView, pay_link: str) -> str:
    if view.phase is not Phase.UNPAID or not pay_link:
        return ""
    return f'<p><a class="pay" href="{escape(pay_link)}" rel="nofollow">{escape(words["pay"])}</a></p>\n'


def _steps(words: Words, view: WebOrderView) -> str:
    road = road_of(view.web_order)
    if view.phase not in road:
        return ""
    reached, last = road.index(view.phase), view.phase is road[-1]
    entries = [(words["step_paid"], True, False)]
    for position, phase in enumerate(road):
        entries.append((words[f"step_{phase}"], position < reached or last, position == reached))
    return steps_list(words["steps"], entries)


def _order(words: Words, view: WebOrderView, receipt_link: str) -> str:
    order, row = view.order, view.web_order
    facts = [(words["order_number"], order.number)]
    facts += [
        (line.title, f"{line.quantity} × {Money(line.unit_minor, order.currency)}") for line in view.lines
    ]
    if row.handover is Handover.DELIVERY:
        facts.append((words["delivery"], str(Money(order.shipping_minor, order.currency))))
        facts.append((words["to"], ", ".join(Address(**row.address).lines())))
    elif view.place is not None:
        facts.append((words["at"], place_text(view.place)))
    facts += [(words["carrier"], row.carrier)] if row.carrier else []
    facts += [(words["tracking"], row.tracking)] if row.tracking else []
    due = str(Money(order.due_minor, order.currency))
    facts.append((words["to_pay" if view.phase is Phase.UNPAID else "total"], due))
    receipt = ""
    if order.paid_at is not None:
        receipt = f'<p><a href="{escape(receipt_link)}">{escape(words["receipt"])} (PDF)</a></p>'
    return facts_list(words["order"], facts, receipt)


def _history(words: Words, view: WebOrderView) -> str:
    return facts_list(
        words["history"], [(words[word], local_text(at, view.maker.zone)) for word, at in timeline(view)]
    )
