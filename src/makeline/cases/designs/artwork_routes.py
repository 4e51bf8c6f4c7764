"""Our own drawings for whoever designs: what there is, and each of them."""

from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.artwork import (
    KINDS,
    UnknownArtwork,
    art_categories,
    artwork_digest,
    artwork_drawing,
)
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.kernel.errors import NotFound

AT = "/v1/artwork"
# A drawing is asked for with its digest, so that another one has another address.
_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"


class ArtPicture(BaseModel):
    """One drawing: its id goes into a design, its ``url`` shows it (SVG)."""

    id: str
    url: str


class ArtCategoryAnswer(BaseModel):
    """Drawings that are offered together."""

    id: str
    name: str
    pictures: list[ArtPicture]


class ArtworkAnswer(BaseModel):
    """All stickers, and all backgrounds that go behind pictures."""

    stickers: list[ArtCategoryAnswer]
    backgrounds: list[ArtCategoryAnswer]


async def list_artwork(_request: Request) -> Response:
    """``GET /v1/artwork``."""
    told = {kind: art_answer(kind) for kind in KINDS}
    return json_answer(told, headers={"Cache-Control": _A_WHILE})


async def show_artwork(request: Request) -> Response:
    """``GET /v1/artwork/{kind}/{picture}``."""
    name = f"{request.path_params['kind']}/{request.path_params['picture'].removesuffix('.svg')}"
    try:
        svg, digest = artwork_drawing(name), artwork_digest(name)
    except UnknownArtwork:
        raise NotFound("there is no such drawing") from None
    fresh = request.query_params.get("v") == digest[:12]
    headers = {
        "Cache-Control": _FOR_EVER if fresh else _A_WHILE,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return answer_unless_known(request, svg, f'"{digest}"', headers=headers, media_type="image/svg+xml")


def artwork_endpoints() -> tuple[Endpoint, ...]:
    """What anybody may look at."""
    return (
        Endpoint("GET", AT, list_artwork, "Stickers and backgrounds", "Designs", None, ArtworkAnswer),
        Endpoint(
            "GET",
            f"{AT}/{{kind}}/{{picture}}",
            show_artwork,
            "One sticker or background",
            "Designs",
            answer_type="image/svg+xml",
            statuses={304: "Nothing has changed since the `ETag` in `If-None-Match`"},
            refusals=(NotFound,),
            query=("v",),
        ),
    )


def art_answer(kind: str) -> list[dict[str, Any]]:
    """The categories of one kind with their drawings."""
    return [
        {
            "id": category.id,
            "name": category.name,
            "pictures": [
                {
                    "id": picture,
                    "url": f"{AT}/{kind}/{picture}.svg?v={artwork_digest(f'{kind}/{picture}')[:12]}",
                }
                for picture in category.pictures
            ],
        }
        for category in art_categories(kind)
    ]
