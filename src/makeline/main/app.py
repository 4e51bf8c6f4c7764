"""The web application: the routers of every storefront over one house."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from makeline import __version__
from makeline.adapters.print_partner.routes.connection import (
    PATHS,
    ConnectionDesk,
    connection_endpoints,
)
from makeline.adapters.print_partner.routes.downloads import DownloadDesk, download_endpoints
from makeline.adapters.print_partner.routes.equipment import EquipmentDesk, equipment_endpoints
from makeline.adapters.print_partner.routes.failures import FailuresDesk, failures_endpoints
from makeline.adapters.print_partner.routes.partner_check import PartnerCheckDesk, partner_check_endpoints
from makeline.adapters.print_partner.routes.payments import PaymentDesk, payment_endpoints
from makeline.adapters.print_partner.routes.printing import PrintingDesk, printing_endpoints
from makeline.adapters.print_partner.routes.prints import PrintDesk, print_endpoints
from makeline.adapters.print_partner.routes.session_designs import DesignDesk, design_endpoints
from makeline.adapters.print_partner.routes.session_payments import TillDesk, till_endpoints
from makeline.adapters.print_partner.routes.sessions import SessionDesk, session_endpoints
from makeline.adapters.print_partner.routes.stock import StockBoard, StockDesk, stock_endpoints
from makeline.adapters.print_partner.version import BASES as VERSION_BASES
from makeline.adapters.stripe.routes.webhook import webhook_endpoints
from makeline.admin.refused import render_staff_refusal
from makeline.admin.staff_files import STAFF_FILES
from makeline.cases.designs.designer_page import DESIGNER_FILES
from makeline.cases.kiosk.door import Budget, KioskDoor, budget_of
from makeline.cases.kiosk.forecast import ForecastBoard
from makeline.cases.kiosk.forecast_routes import ForecastDesk, forecast_endpoints
from makeline.cases.kiosk.live_routes import LiveDesk, live_endpoints
from makeline.cases.kiosk.machine_live import MachineLiveDesk, machine_live_endpoints
from makeline.cases.kiosk.machine_routes import MachineDesk, machine_endpoints
from makeline.cases.kiosk.order_page import PAGES, render_refusal
from makeline.cases.kiosk.order_page_routes import OrderPageDesk, order_page_endpoints
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.routes import StoryDesk, story_endpoints
from makeline.cases.kiosk.screen_routes import ScreenDesk, screen_endpoints, screen_page_endpoints
from makeline.cases.kiosk.slip_routes import SlipDesk, slip_endpoints
from makeline.cases.kiosk.visit_routes import VisitDesk, visit_endpoints
from makeline.cases.machines.enrol_routes import EnrolDesk, enrol_endpoints
from makeline.cases.shop.shop_page import SHOP_FILES
from makeline.cases.stock.shelves import Shelves
from makeline.commerce.accounts.letter_page import (
    LetterDesk,
    letter_page_endpoints,
    render_letter_refusal,
)
from makeline.commerce.accounts.members import Members
from makeline.foundation.changes import AnswerCache
from makeline.foundation.clock import utc_clock
from makeline.foundation.polite_threads import polite_threads
from makeline.foundation.rate_limits import RateLimited
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.foundation.web.description import Description
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.envelope import Envelope
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.front import Front, WrongMethod
from makeline.foundation.web.hosts import TrustedHosts
from makeline.foundation.web.page_files import PageFileDesk, page_file_endpoints, read_page_files
from makeline.foundation.web.refusals import (
    Renderer,
    render_partner,
    render_service,
)
from makeline.kernel.errors import Kind, Refusal, Unavailable, Unrecognised
from makeline.main.api_docs.desk import DOCS_FILES, DocsDesk, docs_endpoints
from makeline.main.card_payments import event_desk
from makeline.main.design_paths import Visitors, design_paths
from makeline.main.dialects import renderer_for
from makeline.main.file_paths import file_paths
from makeline.main.health import HealthDesk, health_endpoints
from makeline.main.metrics_port import metrics_port
from makeline.main.mirror import mirror_paths
from makeline.main.order_paths import order_paths
from makeline.main.partner_line import partner_account
from makeline.main.people import people_endpoints, sign_in_desk
from makeline.main.picture_paths import picture_paths
from makeline.main.quote_paths import quote_paths
from makeline.main.rate_paths import rate_paths
from makeline.main.shop_paths import shop_paths
from makeline.main.staff_paths import staff_paths
from makeline.main.traces import traced, traces
from makeline.main.watch import watching
from makeline.main.welcome import FRONT_DOOR_FILES, WelcomeDesk, welcome_endpoints
from makeline.main.wiring import House, build_house, rates_of
from makeline.main.worker import Worker
from makeline.parts.catalog.board import RateBoard
from makeline.parts.catalog.publish import publish_shipped
from makeline.parts.catalog.routes import OfferDesk, offer_endpoints
from makeline.parts.pages.part_pages import PART_PAGE_FILES, part_page_endpoints
from makeline.parts.quotes.routes import PriceDesk, price_endpoints

_PAGE_FILES = (
    *(read_page_files(PAGES), PART_PAGE_FILES, SHOP_FILES, DESIGNER_FILES),
    *(STAFF_FILES, DOCS_FILES, FRONT_DOOR_FILES),
)
_ABOUT = "From a customer's design to a made thing."
_MOST_SESSIONS_REMEMBERED = 20_000
# As many as the library's own, on two cores.
_THREADS_BESIDE = 6
Served = tuple[Sequence[Endpoint], Renderer]


def create_app(
    settings: Settings,
    build: Callable[[Settings], Awaitable[House]] = build_house,
    streams: Streams | None = None,
) -> ASGIApp:
    """The application; the house is built when it starts and pulled down when it stops.

    Whoever serves it ends the ``streams`` before he waits for open connections to close.
    """
    live = streams or Streams(most=settings.kiosk.streams_at_once)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        asyncio.get_running_loop().set_default_executor(polite_threads(_THREADS_BESIDE, "beside"))
        house = await build(settings)
        try:
            await house.storage.check()
            await house.database.begin(publish_shipped, actor="makeline")
        except BaseException:
            await house.close()
            raise
        _furnish(app, front, house, live)
        worker = Worker(house) if settings.worker.worker == "inside" else None
        working = asyncio.create_task(worker.run(), name="worker") if worker else None
        app.state.ready = True
        try:
            async with watching(house), metrics_port(settings):
                yield
        finally:
            app.state.ready = False
            if worker is not None and working is not None:
                worker.stop()
                await working
            await house.close()

    @asynccontextmanager
    async def traced_lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with traces(settings), lifespan(app):
            yield

    # What no endpoint answers comes here.
    app = Starlette(lifespan=traced_lifespan, routes=[Route("/openapi.json", _openapi)])
    app.state.ready = False
    app.add_exception_handler(HTTPException, _no_such_route)
    front = Front(app, utc_clock, bases=VERSION_BASES, origins=settings.cors_origins)
    hosts = listed(settings.security.trusted_hosts)
    guarded = TrustedHosts(front, hosts, renderer_for=renderer_for, clock=utc_clock) if hosts else front
    return traced(Envelope(guarded, renderer_for=renderer_for, clock=utc_clock), settings)


def _furnish(app: Starlette, front: Front, house: House, streams: Streams) -> None:
    database, settings = house.database, house.settings
    recogniser = Recogniser(house.trust, database)
    members = Members(database, house.tokens)
    door = front.door = KioskDoor(recogniser, house.limiter, rates_of(settings), house.refusals, members)
    connection = ConnectionDesk(database, recogniser, door.allowance, PATHS)
    self_check = PartnerCheckDesk(database, recogniser, door.allowance)
    shelves = Shelves(database)
    stock = StockDesk(recogniser, StockBoard(database, shelves))
    downloads = DownloadDesk(database, recogniser, house.links, house.storage)
    rates = RateBoard(database)
    signing = sign_in_desk(house)
    served: list[Served] = [
        *_kiosk_paths(house, recogniser, streams),
        (connection_endpoints(connection), render_partner),
        (partner_check_endpoints(self_check), render_partner),
        (failures_endpoints(FailuresDesk(database, recogniser)), render_partner),
        (payment_endpoints(PaymentDesk(database, recogniser, partner_account(settings).key)), render_partner),
        (printing_endpoints(PrintingDesk(database, recogniser)), render_partner),
        (print_endpoints(PrintDesk(database, recogniser, house.links)), render_partner),
        (download_endpoints(downloads), render_partner),
        (stock_endpoints(stock), render_partner),
        *picture_paths(house, members, recogniser, streams, door.place_of),
        (enrol_endpoints(EnrolDesk(database, settings.signing_keys)), render_partner),
        (health_endpoints(HealthDesk(house, app.state, members)), render_partner),
        (offer_endpoints(OfferDesk(rates)), render_service),
        (price_endpoints(PriceDesk(database, rates, members)), render_service),
        *design_paths(house, members, recogniser),
        *quote_paths(house, members, rates),
        *rate_paths(house, members),
        *file_paths(house, members, door.place_of, streams),
        *order_paths(house, members),
        *shop_paths(house, members, shelves, Visitors(members, recogniser).visitor, streams, door.place_of),
        (welcome_endpoints(WelcomeDesk(database, settings, house.trust.test_machines)), render_service),
        (webhook_endpoints(event_desk(settings, database, house.till)), render_partner),
        (letter_page_endpoints(LetterDesk(database, house.passwords)), render_letter_refusal),
        *((endpoints, render_service) for endpoints in mirror_paths(settings, database, members, house.crm)),
        *(
            (endpoints, render_service)
            for endpoints in people_endpoints(house, members, signing, door.place_of)
        ),
    ]
    _open(app, front, served, base=settings.base_url)
    # Pages for people alone: no part of the described API.
    front.add(staff_paths(house, signing, door.place_of), render_staff_refusal)


def _open(app: Starlette, front: Front, served: list[Served], *, base: str) -> None:
    """Let all of it be called, and described; the pages of the documentation are among what they tell of."""
    calls: list[tuple[Endpoint, Renderer]] = []
    description = Description("Makeline", __version__, _ABOUT, calls, _met_at_the_door)
    app.state.description = description
    docs = DocsDesk(calls, _met_at_the_door, description.told, base)
    served.append((docs_endpoints(docs), render_service))
    for endpoints, renderer in served:
        front.add(endpoints, renderer)
        calls += [(endpoint, renderer) for endpoint in endpoints]


async def _openapi(request: Request) -> Response:
    return Response(request.app.state.description.as_json, media_type="application/json")


def _kiosk_paths(house: House, recogniser: Recogniser, streams: Streams) -> list[Served]:
    """Sessions and machines, and the pages of their customers."""
    database, settings, orders = house.database, house.settings, house.order_links
    statuses = AnswerCache(database.changes, largest=_MOST_SESSIONS_REMEMBERED)
    silence = timedelta(minutes=settings.kiosk.payment_silence_minutes)
    sessions = SessionDesk(
        database, recogniser, settings.base_url, statuses, silence, orders, house.sales_rule
    )
    sketches = DesignDesk(database, recogniser, house.storage, house.renderer, house.links, orders)
    till = TillDesk(database, recogniser, house.partner, settings.kiosk.payment_minutes, orders)
    heard_within = house.sales_rule.silence
    board = ForecastBoard(database, silence=heard_within)
    machine_news = MachineLiveDesk(database, recogniser, streams, heard_within)
    screen = ScreenDesk(database, recogniser, settings.base_url, house.terminal)
    pages = OrderPageDesk(database, house.links, orders, settings.place.contact)
    return [
        (session_endpoints(sessions), render_partner),
        (design_endpoints(sketches), render_partner),
        (till_endpoints(till), render_partner),
        (live_endpoints(LiveDesk(database, streams)), render_partner),
        (visit_endpoints(VisitDesk(database, recogniser, house.links, orders)), render_partner),
        (story_endpoints(StoryDesk(database, recogniser, house.links, orders)), render_partner),
        (equipment_endpoints(EquipmentDesk(database, recogniser, heard_within)), render_partner),
        (forecast_endpoints(ForecastDesk(board)), render_partner),
        (machine_endpoints(MachineDesk(database, recogniser, heard_within)), render_partner),
        (machine_live_endpoints(machine_news), render_partner),
        (screen_page_endpoints(screen), render_service),
        (screen_endpoints(screen), render_partner),
        (order_page_endpoints(pages), render_refusal),
        (part_page_endpoints(), render_service),
        (
            page_file_endpoints(PageFileDesk(_PAGE_FILES)),
            render_service,
        ),
        (slip_endpoints(SlipDesk(database, orders, house.slips, house.seller)), render_refusal),
    ]


def _met_at_the_door(endpoint: Endpoint) -> Endpoint:
    budget = budget_of(endpoint)
    if budget is Budget.FREE and not endpoint.scope:
        return endpoint
    # A credential that opens nothing is refused wherever one is looked at.
    looked_at = () if budget is Budget.REFUSED else (Unrecognised,)
    return replace(endpoint, refusals=(*endpoint.refusals, *looked_at, RateLimited, Unavailable))


class NoSuchRoute(Refusal):
    """No path, or not this method."""

    code = "NOT_FOUND"
    kind = Kind.NOT_FOUND


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    wrong_method = status == 405
    refusal = (
        WrongMethod("this path has no such method") if wrong_method else NoSuchRoute("there is nothing here")
    )
    answer = renderer_for(request.scope["path"])(refusal, status, utc_clock())
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer
