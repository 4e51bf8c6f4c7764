"""The webstore's catalogue, for anybody who asks; whoever shows the mark of what he has is told that it still holds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.ordering.customer_page import language_wanted
from makeline.cases.shop.board import ShopBoard
from makeline.cases.shop.catalogue_schemas import (
    ShopArtwork,
    ShopBrands,
    ShopColours,
    ShopExtras,
    ShopFonts,
    ShopMachines,
    ShopModels,
    ShopOutages,
    ShopStyles,
    ShopTemplates,
    ShopZones,
)
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.foundation.web.pages import PAGE_HEADERS

# Stock moves with every sale; the rest changes a few times a day.
_FRESH = {"models": "no-cache", "outages": "no-cache", "styles": "no-cache"}
_USUAL = "public, max-age=60"
_CALLS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("brands", "Phone brands", ShopBrands),
    ("models", "Phone models with stock and size", ShopModels),
    ("templates", "Designs and what a case with them costs, per channel", ShopTemplates),
    ("extras", "What may be bought beside a case", ShopExtras),
    ("delivery", "Where to, at which price, how fast, and what an address needs", ShopZones),
    ("collection", "Machines where an order may be collected", ShopMachines),
    ("fonts", "Fonts for text on a case", ShopFonts),
    ("colours", "Colours for background and text", ShopColours),
    ("styles", "Styles of pictures, by template", ShopStyles),
    ("stickers", "Stickers by category", ShopArtwork),
    ("backgrounds", "Backgrounds by category", ShopArtwork),
    ("outages", "What cannot be done at the moment, and since when", ShopOutages),
)


@dataclass(frozen=True)
class ShopCatalogueDesk:
    """What the calls need of the house."""

    board: ShopBoard

    def telling(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """The call that answers one of the lists."""
        headers = {"Cache-Control": _FRESH.get(name, _USUAL)}

        async def tell(request: Request) -> Response:
            body, etag = await self.board.answer(name)
            return answer_unless_known(request, body, etag, headers=headers)

        return tell

    async def page(self, request: Request) -> Response:
        """Phones, designs and prices at a glance."""
        language = language_wanted(request)
        body, etag = await self.board.page(language)
        headers = {**PAGE_HEADERS, "Cache-Control": "no-cache", "Content-Language": language}
        del headers["X-Robots-Tag"]
        return answer_unless_known(request, body, etag, headers=headers, media_type="text/html")


def shop_catalogue_endpoints(desk: ShopCatalogueDesk) -> tuple[Endpoint, ...]:
    """The lists of the webstore, and the page that shows them."""
    page = Endpoint(
        "GET",
        "/shop",
        desk.page,
        "Phones, designs and prices of the webstore",
        "Pages",
        answer_type="text/html",
        query=("lang",),
        statuses={304: "Nothing has changed since the `ETag` in `If-None-Match`"},
    )
    return page, *(
        Endpoint("GET", f"/v1/shop/{name}", desk.telling(name), summary, "Shop", None, answer)
        for name, summary, answer in _CALLS
    )
