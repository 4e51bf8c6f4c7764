"""The paths of kept prices and of the rates behind them."""

from collections.abc import Mapping, Sequence

from makeline.commerce.accounts.members import Members
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer, render_service
from makeline.main.wiring import House
from makeline.parts.ordering.recent import prices_of_recent_orders
from makeline.parts.quotes.price_routes import KeptPriceDesk, kept_price_endpoints
from makeline.parts.quotes.rate_routes import RateDesk, rate_endpoints
from makeline.parts.quotes.standing import Standing, prices_of_open_quotes

# Which prices a draft of rates is held against.
STANDING: Mapping[str, Standing] = {
    "open_quotes": prices_of_open_quotes,
    "recent_orders": prices_of_recent_orders,
}


def rate_paths(house: House, members: Members) -> Sequence[tuple[Sequence[Endpoint], Renderer]]:
    """Everything that is called about kept prices and rates."""
    return (
        (kept_price_endpoints(KeptPriceDesk(house.database, members)), render_service),
        (rate_endpoints(RateDesk(house.database, members, STANDING)), render_service),
    )
