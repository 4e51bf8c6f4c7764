"""The endpoints of the webstore, and of staff about what it offers."""

from collections.abc import Sequence

from makeline.cases.catalog.offer_routes import OfferDesk, offer_endpoints
from makeline.cases.shop.board import ShopBoard
from makeline.cases.shop.catalogue_routes import ShopCatalogueDesk, shop_catalogue_endpoints
from makeline.commerce.accounts.members import Members
from makeline.foundation.settings_groups import listed
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_partner, render_service
from makeline.main.wiring import House


def shop_paths(house: House, members: Members) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about the webstore."""
    board = ShopBoard(house.database, listed(house.settings.shop.shop_machines))
    return (
        (shop_catalogue_endpoints(ShopCatalogueDesk(board)), render_partner),
        (offer_endpoints(OfferDesk(house.database, members)), render_service),
    )
