"""Material prices come and go as tables; every bad cell is named, and no cell is run by a spreadsheet."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.kernel.errors import Invalid
from makeline.parts.catalog.draft import changed
from makeline.parts.catalog.materials_csv import import_materials, materials_csv
from makeline.parts.catalog.publish import readable_rates
from makeline.parts.pricing.tables import shipped, shipped_tables

CONTENT: dict[str, Any] = {"tables": shipped_tables().raw, "shop": shipped("standard_1.json")}
NEW = "id,name,family,density_kg_m3,form,price_rub_per_kg,services\n"


def material(content: dict[str, Any], key: str) -> dict[str, Any]:
    return next(row for row in content["tables"]["materials"] if row["id"] == key)


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        import_materials(CONTENT, text)
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_what_was_exported_is_imported_without_a_change():
    done = import_materials(CONTENT, materials_csv(CONTENT))
    assert (done.changed, done.added) == (0, 0)
    assert done.content["tables"]["materials"] == list(CONTENT["tables"]["materials"])


def test_a_price_changes_and_the_rest_stays():
    done = import_materials(CONTENT, "id,form,price_rub_per_kg\nalum_D16,rod,560.40\nalum_D16,sheet,847.62\n")
    assert (done.changed, done.added) == (1, 0)
    prices = material(done.content, "alum_D16")["prices_rub_per_kg"]
    assert prices == {"sheet": Decimal("847.62"), "rod": Decimal("560.40"), "hexagon": Decimal("587.44")}
    assert material(changed(CONTENT, []), "alum_D16")["prices_rub_per_kg"]["rod"] == Decimal("531.08")


@pytest.mark.parametrize("number", ["1 560,40", "1560,4", "1\u00a0560,40"])
def test_a_table_with_semicolons_has_decimal_commas(number: str):
    done = import_materials(CONTENT, f"\ufeffID; Form ;price_rub_per_kg\r\nalum_D16;rod;{number}\r\n")
    assert material(done.content, "alum_D16")["prices_rub_per_kg"]["rod"] == Decimal("1560.4")


def test_a_new_material_is_priced_at_once():
    row = "brass_L63,Латунь Л63,brass,8440,rod,1200.50,cnc-milling cnc-lathe\n"
    done = import_materials(CONTENT, NEW + row + "brass_L63,,,,sheet,1300,cnc-milling\n")
    assert (done.changed, done.added) == (2, 1)
    rates = readable_rates(done.content)
    brass = rates.tables.materials["brass_L63"]
    assert (brass.name, brass.density, brass.prices["rod"]) == (
        "Латунь Л63",
        Decimal(8440),
        Decimal("1200.50"),
    )
    assert brass.services == {"cnc-milling", "cnc-lathe"}
    assert brass.services_by_form["sheet"] == {"cnc-milling"}


def test_every_bad_cell_is_named_with_its_line():
    text = (
        NEW
        + "alum_D16,,,,rod,free,\nzinc,Zinc,,,rod,5,cnc-milling\nalum_D16,,,-3,sheet,0,\nalum_D16,,,,sheet,1,\n"
    )
    assert problems(text) == [
        ("line 2.price_rub_per_kg", "must be a figure above 0"),
        ("line 3.family", "is missing"),
        ("line 3.density_kg_m3", "is missing"),
        ("line 4.price_rub_per_kg", "must be a figure above 0"),
        ("line 4.density_kg_m3", "must be a figure above 0"),
        ("line 5", "alum_D16 sheet is there twice"),
    ]


@pytest.mark.parametrize("text", ["", "id,form\na,b\n", "<html>"])
def test_a_table_without_its_columns_is_refused(text: str):
    assert problems(text)[0][0] == "line 1"


def test_a_table_is_not_endless():
    rows = "".join(f"m{number},rod,1\n" for number in range(5001))
    assert problems("id,form,price_rub_per_kg\n" + rows)[0][0] == "file"


@pytest.mark.parametrize("name", ["=1+1", "+7", "-x", "@SUM(A1)"])
def test_a_formula_neither_comes_in_nor_goes_out(name: str):
    assert problems(f"{NEW}zinc,{name},steel,7000,rod,5,cnc-milling\n") == [
        ("line 2.name", "looks like a formula")
    ]
    content = changed(CONTENT, [])
    material(content, "alum_D16")["name"] = name
    assert [row[1] for row in csv.reader(io.StringIO(materials_csv(content))) if row[0] == "alum_D16"] == [
        f"'{name}"
    ] * 3


@given(st.text(max_size=200))
def test_no_text_breaks_the_import(text: str):
    try:
        done = import_materials(CONTENT, "id,form,price_rub_per_kg\n" + text)
    except Invalid:
        return
    assert done.added == 0
