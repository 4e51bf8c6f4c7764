"""The shop's data files fit together: every phone that can be chosen can be printed."""

import json
from collections import Counter
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from makeline.cases.designs.arrangements import Template, arrangement_of
from makeline.cases.designs.camera import CameraIsland, opening_of
from makeline.cases.designs.layout import text_room
from makeline.cases.designs.shell import Shell, canvas_of
from makeline.cases.designs.typefaces import shipped_typefaces


def rows(name: str) -> list[dict[str, Any]]:
    data = files("makeline.cases.catalog") / "data" / f"{name}.json"
    return json.loads(data.read_text("utf-8"))["rows"]


MODELS = {row["id"]: row for row in rows("phone_models")}
SHELLS = rows("shells")
ISLANDS = {row["model_id"]: row for row in rows("camera_islands")}


def shell_of(row: dict[str, Any]) -> Shell:
    return Shell(Decimal(row["width_mm"]), Decimal(row["height_mm"]))


def island_of(row: dict[str, Any]) -> CameraIsland:
    names = ("phone_width_mm", "phone_height_mm", "x_mm", "y_mm", "width_mm", "height_mm", "corner_radius_mm")
    return CameraIsland(*(Decimal(row[name]) for name in names))


def test_the_catalogue_has_the_agreed_number_of_everything() -> None:
    counts = {name: len(rows(name)) for name in ("brands", "templates", "machines", "fonts", "colours")}
    assert len(MODELS) == 58
    assert counts == {"brands": 3, "templates": 9, "machines": 7, "fonts": 29, "colours": 23}


def test_every_model_belongs_to_a_brand_and_has_its_own_ids() -> None:
    brands = {row["id"] for row in rows("brands")}
    assert {row["brand_id"] for row in MODELS.values()} == brands
    assert len({row["chinese_model_id"] for row in MODELS.values()}) == 58


def test_every_model_has_a_shell_and_exactly_one_preferred() -> None:
    assert {row["model_id"] for row in SHELLS} == set(MODELS)
    for model_id in MODELS:
        positions = [row["position"] for row in SHELLS if row["model_id"] == model_id]
        assert positions == list(range(1, len(positions) + 1))


def test_shell_and_partner_ids_are_never_shared_between_models() -> None:
    assert max(Counter(row["shell_id"] for row in SHELLS).values()) == 1
    assert len({(row["model_id"], row["partner_model_id"]) for row in SHELLS}) == 58
    assert len({row["partner_model_id"] for row in SHELLS}) == 58


def test_made_up_ids_cannot_be_taken_for_the_partners() -> None:
    for row in SHELLS:
        made_up = row["partner_model_id"].startswith("MM99"), row["shell_id"].startswith("MS99")
        assert made_up == (row["made_up"], row["made_up"])
        assert row["basis"] in {"partner", "phone"}
        assert not (row["made_up"] and row["basis"] == "partner")


@pytest.mark.parametrize("row", SHELLS, ids=lambda row: f"{row['model_id']}/{row['shell_id']}")
def test_every_shell_can_be_printed_with_its_camera_on_it_and_room_for_text(row: dict[str, Any]) -> None:
    shell, island = shell_of(row), island_of(ISLANDS[row["model_id"]])
    canvas = canvas_of(shell)
    assert canvas.dpi >= 300
    assert canvas.width_px == 1390
    area = island.on(shell)
    assert area is not None
    assert 0 <= area.x_mm < area.x_mm + area.width_mm <= shell.width_mm
    assert 0 <= area.y_mm < area.y_mm + area.height_mm <= shell.height_mm
    opening = opening_of(island, shell=shell, canvas=canvas)
    for template in rows("templates"):
        asked = Template(template["id"], template["category"], template["image_count"])
        room = text_room(canvas, arrangement_of(asked, canvas), opening)
        assert canvas.mm(room.height) > 55


@pytest.mark.parametrize("row", ISLANDS.values(), ids=lambda row: row["model_id"])
def test_every_camera_area_lies_on_the_upper_half_of_its_phone_and_is_marked_as_approximate(
    row: dict[str, Any],
) -> None:
    assert Decimal(row["x_mm"]) + Decimal(row["width_mm"]) <= Decimal(row["phone_width_mm"])
    assert Decimal(row["y_mm"]) + Decimal(row["height_mm"]) <= Decimal(row["phone_height_mm"]) / 2
    assert row["approximate"] is True
    assert "not measured by us" in row["source"]


def test_a_shell_without_a_partners_size_has_the_size_of_the_phone() -> None:
    for row in SHELLS:
        if row["basis"] == "phone":
            island = ISLANDS[row["model_id"]]
            assert shell_of(row) == Shell(
                Decimal(island["phone_width_mm"]), Decimal(island["phone_height_mm"])
            )


def test_a_shell_narrower_than_its_phone_carries_a_doubt() -> None:
    for row in SHELLS:
        if Decimal(row["width_mm"]) < Decimal(ISLANDS[row["model_id"]]["phone_width_mm"]):
            assert row["doubt"]


def test_every_font_of_the_catalogue_is_drawn_with_shipped_files_under_a_shipped_licence() -> None:
    measures = files("makeline.cases.catalog") / "data" / "font_measures.json"
    shipped = json.loads(measures.read_text("utf-8"))["families"]
    folder = files("makeline.adapters.drawing") / "fonts"
    assert set(shipped_typefaces()) == {row["id"] for row in rows("fonts")}
    for row in rows("fonts"):
        assert row["families"][-1] == "DejaVu Sans"
        for family in row["families"]:
            font = folder / shipped[family]["file"]
            assert font.is_file()
            licence = "DejaVuSans" if "DejaVu" in family else shipped[family]["file"].rsplit(".", 1)[0]
            assert (folder / "licences" / f"{licence}.txt").is_file()


def test_every_font_writes_english_russian_and_the_languages_around() -> None:
    text = "Quick, Привет! Ёжик съел щи. Łódź, Škoda, façade, Ärger, İzmir £5 €7 ₽9 № 1 ♥ ★ → “tak” – ok…"
    for typeface in shipped_typefaces().values():
        assert typeface.missing(text) == ""


def test_all_fonts_together_stay_small() -> None:
    folder = files("makeline.adapters.drawing") / "fonts"
    sizes = [len(font.read_bytes()) for font in folder.iterdir() if font.name.endswith((".ttf", ".otf"))]
    assert sum(sizes) < 6.3 * 1000 * 1000
