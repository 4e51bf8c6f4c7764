"""One order of whatever storefront: what was sold, where it and its money stand, what happened, and what may be done."""

from collections.abc import Mapping

from starlette.responses import Response

from makeline.admin.kinds import Kinds
from makeline.admin.lists import priorities_of
from makeline.admin.order_deeds import deeds_of
from makeline.admin.order_posts import POSTS
from makeline.admin.page import Page
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.order_file import OrderFile, order_file
from makeline.admin.roads import Road, road
from makeline.admin.visit import Visit
from makeline.cases.production.states import JOB_STATES, JobState
from makeline.cases.shop.states import JOURNEYS, Handover, Journey
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS, OrderStatus, PaymentStanding
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money


async def show(visit: Visit) -> Response:
    """Everything about it."""

    def look(unit: Reading) -> tuple[OrderFile, Mapping[str, str]]:
        found = order_file(unit, visit.value("number"))
        return found, names_of_actors(unit, [*(entry.actor for entry in found.story), *_authors(found)])

    found, names = await visit.read(look)
    return visit.render(
        "order.html",
        file=found,
        order=found.order,
        names=names,
        roads=_roads(found),
        deeds=deeds_of(found),
        customer_page=_customer_page(visit, found),
        priorities=priorities_of(visit),
        received=str(Money(found.received, found.order.currency)),
        kinds=Kinds(visit),
    )


def _authors(file: OrderFile) -> list[str]:
    return [f"user {note.author_id}" for note in file.notes]


def _roads(file: OrderFile) -> Mapping[str, Road]:
    """The order's own road, its money's, its latest print's, and how it reaches its customer on the web."""
    order = file.order
    found = {
        "road_order": road(
            ORDER_STATES,
            (OrderStatus.PLACED, OrderStatus.IN_PRODUCTION, OrderStatus.COMPLETED),
            order.status,
            been=_been(file, ORDER_STATES.noun),
        ),
        "road_money": _money_road(file),
    }
    if file.case is not None and file.case.jobs:
        found["road_print"] = road(
            JOB_STATES,
            (JobState.QUEUED, JobState.SENT, JobState.PRINTING, JobState.PRINTED, JobState.COLLECTED),
            file.case.jobs[0].status,
            been=_been(file, JOB_STATES.noun, file.case.jobs[0].id),
        )
    if file.web is not None:
        last = Journey.COLLECTED if file.web.handover is Handover.COLLECTION else Journey.SHIPPED
        found["road_handover"] = road(
            JOURNEYS,
            (Journey.WAITING, Journey.MADE, last),
            file.web.journey,
            been=_been(file, JOURNEYS.noun),
        )
    return found


def _money_road(file: OrderFile) -> Road:
    """Only money of the web is held first, and only what is on invoice comes in parts."""
    order = file.order
    between = {"webstore": (PaymentStanding.AUTHORISED,), "parts": (PaymentStanding.PARTLY_PAID,)}
    usual = (PaymentStanding.UNPAID, *between.get(order.storefront, ()), PaymentStanding.PAID)
    found = road(PAYMENT_STANDINGS, usual, order.payment_status, been=_been(file, PAYMENT_STANDINGS.noun))
    elsewhere = {stand for stands in between.values() for stand in stands} - set(usual)
    return found._replace(beside=[stop for stop in found.beside if stop.word not in elsewhere])


def _been(file: OrderFile, noun: str, subject_id: int | None = None) -> frozenset[str]:
    return frozenset(
        word
        for entry in file.story
        if entry.noun == noun and subject_id in (None, entry.subject_id)
        for word in (entry.from_state, entry.to_state)
        if word
    )


def _customer_page(visit: Visit, file: OrderFile) -> str:
    """The address of the page that its customer sees, if he has one."""
    office, url = visit.office, ""
    if file.visit is not None:
        url = office.order_links.url(file.visit)
    elif file.web is not None:
        url = WebLinks(office.links).url(file.order.number)
    # As a path: staff may have come in by another name of this host.
    return url.removeprefix(office.base_url)


PAGE = Page("/staff/orders/{number}", "order", show, posts=POSTS)
