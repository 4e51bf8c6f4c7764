"""What a page draws while somebody designs is where the print will have it."""

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from makeline.adapters.drawing.font_routes import _families, _font_file
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs import designer_page
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.compose import island_of
from makeline.cases.designs.layout import arrange
from makeline.cases.designs.ornaments import TextSpot
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec
from makeline.cases.designs.typefaces import families_needed
from tests.asking import MODEL
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

SPOT = {"x": 0.4, "y": 0.7, "size": 1.3, "turn": 20}


@on_sqlite
@pytest.mark.parametrize(
    ("template", "changes"),
    [
        ("classic", {"text": "Make a wish", "font": "Pacifico", "text_place": "top"}),
        ("4-in-1", {"text": "Make a wish", "text_spot": SPOT, "backdrop": "cats-1"}),
        ("film-strip-3", {"text": "one two three four five six seven"}),
    ],
)
async def test_an_outline_lies_where_the_layout_of_the_finished_design_lies(
    given: Given, template: str, changes: dict[str, Any]
):
    async with open_shop(given) as shop:
        size = {"width_mm": 70.5, "height_mm": 146.0}
        body = {"model": MODEL, "template": template, **changes, **size}
        told = (await shop.stranger.post("/v1/designs/outline", json=body)).json()
    offered = await given.database.read(catalogue)
    model, row = offered.model(MODEL), offered.templates[template]
    assert model is not None
    spot = changes.get("text_spot")
    spec = DesignSpec(
        template,
        (DesignPicture("a" * 64),) * row.image_count,
        text=changes["text"],
        font_id=changes.get("font", "inter").lower(),
        text_place=changes.get("text_place", "bottom"),
        text_spot=spot and TextSpot(*(Decimal(str(spot[name])) for name in ("x", "y", "size")), spot["turn"]),
        backdrop=changes.get("backdrop", ""),
    )
    shell = Shell(Decimal("70.5"), Decimal(146))
    layout = arrange(spec, Template(row.id, row.category, row.image_count), shell, island_of(model))
    assert told["frames"] == [asdict(placed.box) for placed in layout.pictures]
    assert (told["width_px"], told["height_px"]) == (layout.canvas.width_px, layout.canvas.height_px)
    assert layout.opening is not None
    assert layout.lettering is not None
    assert told["opening"] == asdict(layout.opening)
    assert told["lettering"]["lines"] == [asdict(line) for line in layout.lettering.lines]
    assert (told["lettering"]["box"], told["lettering"]["turn"]) == (
        asdict(layout.lettering.box),
        layout.lettering.turn,
    )
    assert told["perforations"] == [asdict(hole) for hole in layout.perforations]


@on_sqlite
async def test_a_text_that_cannot_be_printed_leaves_the_rest_in_its_place(given: Given):
    async with open_shop(given) as shop:
        plain = {"model": MODEL, "template": "2-in-1"}
        for text, code in (("שלום", "TEXT_NOT_PRINTABLE"), ("W" * 160, "TEXT_TOO_LONG")):
            told = (await shop.stranger.post("/v1/designs/outline", json={**plain, "text": text})).json()
            assert (told["lettering"], told["unprintable"]["code"], len(told["frames"])) == (None, code, 2)
        for wrong in (
            {"model": "nobody's"},
            {"template": "9-in-1"},
            {"font": "Wingdings"},
            {"width_mm": 2.0, "height_mm": 3.0},
        ):
            assert (
                await shop.stranger.post("/v1/designs/outline", json={**plain, **wrong})
            ).status_code == 422


@on_sqlite
async def test_every_font_that_draws_a_text_is_handed_out(given: Given):
    assert families_needed("pacifico", "Hi ❤") == ["Pacifico", "DejaVu Sans"]
    assert families_needed("inter", "Hi") == ["Inter"]
    assert len({_font_file(name).etag for name in _families().values()}) == len(_families())
    async with open_shop(given) as shop:
        answer = await shop.stranger.get("/v1/fonts/pacifico")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "font/ttf")
        assert answer.content[:4] == b"\x00\x01\x00\x00"
        mark = {"If-None-Match": answer.headers["etag"]}
        assert (await shop.stranger.get("/v1/fonts/pacifico", headers=mark)).status_code == 304
        assert (await shop.stranger.get("/v1/fonts/..")).status_code == 404


@pytest.mark.parametrize("folder", ["designs/designer.json", "shop/design.json", "shop/shop.json"])
def test_every_word_of_the_designer_is_there_in_every_language(folder: str):
    room, name = folder.split("/")
    path = Path(designer_page.__file__).parents[1] / room / "pages" / name
    words = json.loads(path.read_text("utf-8"))
    assert set(words) == {"en", "ru", "zh"}
    assert words["en"].keys() == words["ru"].keys() == words["zh"].keys()
