"""Staff change what is on offer: with a reason and a history, by hand or as a table, and never what was sold."""

import csv
import io
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.models import OfferField, OfferKind
from makeline.cases.catalog.sheet import Entry, Place, sheet_of
from makeline.cases.catalog.sheet_csv import read_csv, sheet_csv
from makeline.cases.catalog.wishes import Wish, differences_of
from makeline.commerce.accounts.states import Role
from makeline.kernel.errors import Invalid
from tests.given import Given
from tests.members import somebody
from tests.web import OpenShop, open_shop

DEARER = {"kind": "template", "id": "classic", "field": "kiosk_price", "value": 21.5}
TABLE = "kind,id,field,value\n"
SHEET = {
    place: Entry(place, name, value, currency)
    for place, name, value, currency in (
        (Place(OfferKind.TEMPLATE, "classic", OfferField.KIOSK_PRICE), "Classic", "19.99", "GBP"),
        (Place(OfferKind.TEMPLATE, "classic", OfferField.WEB_PRICE), "Classic", "35.00", "GBP"),
        (Place(OfferKind.DELIVERY, "home", OfferField.WEB_PRICE), "=home()", "3.99", "GBP"),
        (Place(OfferKind.BRAND, "google", OfferField.AVAILABLE), "Google", "no", None),
    )
}


async def clerk_of(shop: OpenShop) -> httpx2.AsyncClient:
    return await somebody(shop, "clerk", Role.STAFF)


async def values(clerk: httpx2.AsyncClient) -> dict[tuple[str, str, str], str]:
    rows = (await clerk.get("/v1/staff/catalogue")).json()["items"]
    return {(row["kind"], row["id"], row["field"]): row["value"] for row in rows}


async def test_a_price_changes_with_a_reason_and_what_was_sold_keeps_its_own(given: Given):
    sold = await given.paid_sale()
    async with open_shop(given) as shop:
        clerk = await clerk_of(shop)
        order = {"changes": [DEARER], "reason": "dearer blanks"}
        seen = (await clerk.post("/v1/staff/catalogue/preview", json={"changes": [DEARER]})).json()
        assert seen["differences"][0]["words"] == "template classic, kiosk price: 19.99 → 21.50 GBP"
        assert (await values(clerk))["template", "classic", "kiosk_price"] == "19.99"
        done = await clerk.post("/v1/staff/catalogue", json={**order, "draft": seen["draft"]})
        assert done.json() == seen
        assert (await values(clerk))["template", "classic", "kiosk_price"] == "21.50"
        # The same again is no change; what was looked at is not what would be done now.
        again = await clerk.post("/v1/staff/catalogue", json=order)
        assert again.json()["differences"] == []
        late = await clerk.post("/v1/staff/catalogue", json={**order, "draft": seen["draft"]})
        assert (late.status_code, late.json()["code"]) == (409, "CATALOGUE_MOVED_ON")
        rows = await clerk.get("/v1/staff/catalogue/changes")
        (row,) = rows.json()
        assert rows.headers["x-total-count"] == "1"
        assert (row["old"], row["new"], row["reason"]) == ("19.99", "21.50", "dearer blanks")
        assert row["changed_by"].startswith("user ")
        status = (await shop.operator.get("/v1/shop/templates")).json()["items"]
        assert {one["id"]: one["prices"]["kiosk"]["amount_minor"] for one in status}["classic"] == 2150
    order_now = await given.order(sold.outcome.order_number)
    assert order_now.total_minor == 1999


async def test_what_was_exported_is_imported_without_a_change_and_bad_cells_are_named(given: Given):
    async with open_shop(given) as shop:
        clerk = await clerk_of(shop)
        exported = await clerk.get("/v1/staff/catalogue/csv")
        assert exported.headers["content-type"].startswith("text/csv")
        same = await clerk.post("/v1/staff/catalogue/preview", json={"csv": exported.text})
        assert same.json()["differences"] == []
        cheaper = exported.text.replace("web_price,35.00", "web_price,30.00", 1)
        seen = (await clerk.post("/v1/staff/catalogue/preview", json={"csv": cheaper})).json()["differences"]
        assert [(one["old"], one["new"]) for one in seen] == [("35.00", "30.00")]
        line = next(n for n, text in enumerate(cheaper.splitlines(), 1) if "30.00" in text)
        assert seen[0]["row"] == f"line {line}"
        broken = exported.text.replace("web_price,35.00", "web_price,3o.00", 1)
        refused = await clerk.post("/v1/staff/catalogue", json={"csv": broken, "reason": "x"})
        assert refused.status_code == 422
        assert list(refused.json()["details"]) == [f"line {line}, column 5 (value)"]


async def test_a_brand_comes_on_sale_and_goes_again(given: Given):
    def change(value: str) -> Any:
        wish = Wish("row", "brand", "google", "available", value)
        return given.database.begin(
            lambda unit: change_offers(unit, [wish], reason="stock came"), actor="olga"
        )

    async with open_shop(given) as shop:
        for value, there in (("yes", True), ("no", False)):
            await change(value)
            brands = (await shop.stranger.get("/v1/shop/brands")).json()["items"]
            assert {brand["id"]: brand["is_available"] for brand in brands}["google"] is there
    with pytest.raises(Invalid):
        await given.database.begin(lambda unit: change_offers(unit, [], reason="  "), actor="olga")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind,id,field\n", "line 1: must name the columns value"),
        (TABLE + "case,classic,web_price,1", "line 2, column 1 (kind): must be one of"),
        (TABLE + "template,nothing,web_price,1", "line 2, column 2 (id): is no template of ours"),
        (TABLE + "template,classic,price,1", "line 2, column 3 (field): must be one of kiosk_price, web_price"),
        (TABLE + "template,classic,kiosk_price,0", "line 2, column 4 (value): must be from 0.01 GBP"),
        (TABLE + "template,classic,web_price,35.001", "line 2, column 4 (value): must be a price"),
        (TABLE + "template,classic,web_price,nan", "line 2, column 4 (value): must be a price"),
        (TABLE + "template,classic,web_price,-1", "line 2, column 4 (value): must be from"),
        (TABLE + "template,classic,web_price,100000", "line 2, column 4 (value): must be from"),
        (TABLE + "brand,google,available,perhaps", "line 2, column 4 (value): must be yes or no"),
        (TABLE + "brand,google,available,no\n\nbrand,google,available,yes", "line 4, column 2 (id): stands in line 2"),
        ("value;currency;kind;id;field\n3,5;EUR;template;classic;web_price", "line 2, column 2 (currency): must stay"),
        (TABLE + '"template,classic', "line 2"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_by_line_and_column(text: str, told: str):
    with pytest.raises(Invalid) as refused:
        differences_of(SHEET, read_csv(text))
    assert told in refused.value.message


def test_a_table_with_semicolons_has_decimal_commas_and_a_formula_is_only_a_name():
    text = (
        "\ufeffkind;id;field;value\r\ntemplate;classic;web_price;1\u00a0234,50\r\nbrand;google;available;YES"
    )
    found = differences_of(SHEET, read_csv(text))
    assert [(one.row, one.new) for one in found] == [("line 2", "1234.50"), ("line 3", "yes")]
    cells = list(csv.reader(io.StringIO(sheet_csv(SHEET))))
    assert "'=home()" in cells[3]
    assert differences_of(SHEET, read_csv(sheet_csv(SHEET))) == []


@settings(max_examples=15)
@drawn(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str):
    for table in (text, TABLE + text):
        with suppress(Invalid):
            assert all(wish.row.startswith("line ") for wish in read_csv(table))


async def test_every_value_of_the_sheet_can_be_set(given: Given):
    """Also those whose column nobody has changed yet."""
    sheet = await given.database.read(sheet_of)
    wishes = [
        Wish(
            "row", place.kind, place.item, place.field,
            {"yes": "no", "no": "yes"}.get(entry.value) or "12.34",
        )
        for place, entry in sheet.items()
    ]  # fmt: skip
    done = await given.database.begin(
        lambda unit: change_offers(unit, wishes, reason="everything"), actor="test"
    )
    assert len(done) == len(sheet)
    now = await given.database.read(sheet_of)
    assert [entry.value for entry in now.values()] == [wish.value for wish in wishes]
