"""Our own drawings: enough of each kind, light, and nothing in them but shapes."""

import re
from xml.etree import ElementTree as ET

import pytest

from makeline.cases.catalog.artwork import KINDS, UnknownArtwork, art_categories, artwork_drawing
from tests.given import Given
from tests.web import open_shop

SHAPES = {
    "svg", "g", "path", "circle", "ellipse", "rect", "defs", "use", "linearGradient", "radialGradient", "stop", "pattern",
}  # fmt: skip
HEAVIEST = 60_000
NAMES = [
    f"{kind}/{picture}"
    for kind in KINDS
    for category in art_categories(kind)
    for picture in category.pictures
]


def test_every_category_offers_at_least_three_drawings() -> None:
    counts = {kind: [len(category.pictures) for category in art_categories(kind)] for kind in KINDS}
    assert {kind: len(found) for kind, found in counts.items()} == {"stickers": 17, "backgrounds": 16}
    assert min(min(found) for found in counts.values()) >= 3


def test_drawings_are_light_and_hold_nothing_but_shapes() -> None:
    for name in NAMES:
        svg = artwork_drawing(name)
        assert len(svg) <= HEAVIEST, name
        # What we drew ourselves.
        elements = list(ET.fromstring(svg).iter())  # noqa: S314
        assert {element.tag.rsplit("}", 1)[-1] for element in elements} <= SHAPES, name
        links = [element.attrib["href"] for element in elements if "href" in element.attrib]
        assert all(link.startswith("#") for link in links), name
        assert not re.search(rb"url\((?!#)|<!|<\?|\son", svg), name


@pytest.mark.parametrize("name", ["stickers/../colours", "backgrounds/cat-1", "fonts/arial", "stickers/"])
def test_only_what_is_offered_can_be_drawn(name: str) -> None:
    with pytest.raises(UnknownArtwork):
        artwork_drawing(name)


async def test_anybody_can_look_at_them_and_keeps_what_he_has(given: Given) -> None:
    async with open_shop(given) as shop:
        told = (await shop.stranger.get("/v1/artwork")).json()
        assert [len(told[kind]) for kind in KINDS] == [17, 16]
        url = told["stickers"][3]["pictures"][0]["url"]
        drawn = await shop.stranger.get(url)
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
        assert drawn.content == artwork_drawing("stickers/cat-1")
        assert "immutable" in drawn.headers["cache-control"]
        again = await shop.stranger.get(url, headers={"If-None-Match": drawn.headers["etag"]})
        assert again.status_code == 304
        assert (await shop.stranger.get("/v1/artwork/stickers/cat-99.svg")).status_code == 404
