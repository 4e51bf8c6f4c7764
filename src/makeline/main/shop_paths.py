"""The endpoints of the webstore, and of staff about it."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request

from makeline.cases.catalog.offer_routes import OfferDesk, offer_endpoints
from makeline.cases.designs.visitors import Visitor
from makeline.cases.shop.board import ShopBoard
from makeline.cases.shop.buy import ShopTerms
from makeline.cases.shop.catalogue_routes import ShopCatalogueDesk, shop_catalogue_endpoints
from makeline.cases.shop.checkout import Cashier
from makeline.cases.shop.checkout_routes import CheckoutDesk, checkout_endpoints
from makeline.cases.shop.design_page import design_page_endpoints
from makeline.cases.shop.order_page import render_web_refusal
from makeline.cases.shop.order_routes import WebOrderDesk, web_order_endpoints
from makeline.cases.shop.page_routes import WebPageDesk, web_page_endpoints
from makeline.cases.shop.staff_routes import StaffShopDesk, staff_shop_endpoints
from makeline.cases.shop.turnstile import Turnstile
from makeline.cases.shop.web_links import WebLinks
from makeline.cases.stock.shelves import Shelves
from makeline.commerce.accounts.members import Members
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.refusals import Renderer, render_partner, render_service
from makeline.main.wiring import House


def shop_paths(
    house: House,
    members: Members,
    shelves: Shelves,
    visitor: Callable[[Request], Awaitable[Visitor]],
    streams: Streams,
    place: Callable[[Request], str],
) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about the webstore; ``place`` tells whom calls of strangers are counted with."""
    database, settings = house.database, house.settings
    board = ShopBoard(database, shelves, listed(settings.shop.shop_machines))
    cashier = cashier_of(house)
    turnstile = Turnstile(house.limiter, place, settings.shop.limit_web_orders)
    orders = WebOrderDesk(database, cashier, streams, visitor, turnstile)
    checkout = CheckoutDesk(database, house.storage, house.renderer, house.links, cashier, turnstile)
    pages = WebPageDesk(database, cashier, house.links, house.slips, house.seller, settings.place.contact)
    return (
        (shop_catalogue_endpoints(ShopCatalogueDesk(board)), render_partner),
        (design_page_endpoints(), render_service),
        (web_order_endpoints(orders), render_partner),
        (checkout_endpoints(checkout), render_partner),
        (web_page_endpoints(pages), render_web_refusal),
        (offer_endpoints(OfferDesk(database, members)), render_service),
        (staff_shop_endpoints(StaffShopDesk(database, members, cashier.links)), render_service),
    )


def cashier_of(house: House) -> Cashier:
    """Selling on the web, as the settings have it."""
    return Cashier(house.database.begin, house.till, WebLinks(house.links), shop_terms_of(house.settings))


def shop_terms_of(settings: Settings) -> ShopTerms:
    """Who makes it, and how long an order waits."""
    shop = settings.shop
    return ShopTerms(tuple(listed(shop.shop_machines)), shop.shop_order_minutes, shop.limit_free_orders)
