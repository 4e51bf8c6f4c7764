"""The calculator over HTTP: documented answers, all reasons at once, new rates heard at once."""

from typing import Any

import pytest

from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from tests.given import Given
from tests.parts.pricing.asked import MILLED, TURNED
from tests.web import open_shop


async def test_the_documented_request_gets_the_documented_answer(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/calculate-price", json=MILLED)
    price = answer.json()
    assert answer.status_code == 200, answer.text
    assert price["service_id"] == "cnc-milling"
    assert price["total_price"] == price["detail_price"] == 7096.35
    assert price["mat_price"] + price["work_price"] == pytest.approx(price["detail_price"])
    assert price["mat_weight"] > 0
    assert price["mat_volume"] > 0
    assert price["total_time"] > 0
    assert price["manufacturing_cycle"] == (
        f"{price['manufacturing_cycle_days']}-{price['manufacturing_cycle_days_max']} days"
    )
    assert (price["rate_card"], price["rate_card_version"]) == (STANDARD, 1)
    assert price["basis"] == "sizes"


async def test_the_figures_shown_are_the_figures_used_to_the_digit(given: Given):
    async with open_shop(given) as shop:
        text = (await shop.stranger.post("/calculate-price", json={**MILLED, "quantity": 10})).text
    assert '"total_price":25225.50' in text


async def test_a_price_that_cannot_be_made_comes_with_every_reason(given: Given):
    wrong = {**MILLED, "width": -3, "quantity": 0, "tolerance_id": "99", "k_complexity": 0.0001}
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/calculate-price", json=wrong)
    body = answer.json()
    assert answer.status_code == 422
    assert body["error"] == "VALIDATION_ERROR"
    assert {reason["field"] for reason in body["reasons"]} == {
        "width",
        "quantity",
        "tolerance_id",
        "k_complexity",
    }
    assert set(body["details"]) == {reason["field"] for reason in body["reasons"]}
    assert all(set(reason) == {"code", "field", "message", "given", "limit"} for reason in body["reasons"])


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b'{"length": NaN}', b'{"length": 1e999}'])
async def test_what_is_no_request_is_refused(given: Given, body: bytes):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/calculate-price", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "VALIDATION_ERROR"


async def test_a_field_nobody_knows_is_named(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/calculate-price", json={**TURNED, "colour": "red"})
    assert answer.status_code == 200
    assert answer.headers["X-Ignored-Fields"] == "colour"


async def test_another_rate_card_is_for_staff(given: Given):
    asked = {**MILLED, "rate_card": "reference-2025-11"}
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/calculate-price", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")


FIELDS: dict[str, dict[str, set[str]]] = {
    "/services": {"cnc-milling": {"name", "description"}, "painting": {"name", "description"}},
    "/materials": {"alum_D16": {"name", "density", "price_per_kg", "family", "forms", "services"}},
    "/locations": {"location_1": {"name", "shipping_cost"}},
}


@pytest.mark.parametrize("path", FIELDS)
async def test_the_catalogue_calls_answer_maps_by_id(given: Given, path: str):
    async with open_shop(given) as shop:
        answer = (await shop.stranger.get(path)).json()
    for key, fields in FIELDS[path].items():
        assert fields <= set(answer[key])


async def test_densities_are_told_in_grams_per_cubic_centimetre(given: Given):
    async with open_shop(given) as shop:
        materials = (await shop.stranger.get("/materials")).json()
    assert materials["alum_D16"]["density"] == 2.8
    assert materials["alum_D16"]["price_per_kg"] == 531.08


async def test_every_coefficient_of_a_request_is_listed_by_its_id(given: Given):
    async with open_shop(given) as shop:
        listed = (await shop.stranger.get("/coefficients")).json()
    assert {"tolerance", "finish", "cover", "control", "certificate", "paint"} <= set(listed)
    assert listed["tolerance"]["1"] == {"name": "IT7", "multiplier": 1.15}


async def test_a_catalogue_that_has_not_changed_is_not_sent_again(given: Given):
    async with open_shop(given) as shop:
        first = await shop.stranger.get("/materials")
        again = await shop.stranger.get("/materials", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_new_rates_are_priced_by_at_once(given: Given):
    def dearer(unit: Any) -> None:
        text = content_numbered(unit, STANDARD)
        assert text is not None
        content = read_content(text)
        content["shop"]["purchase_surcharge"] = 2
        publish_rates(unit, content, note="twice as dear")

    async with open_shop(given) as shop:
        before = (await shop.stranger.post("/calculate-price", json=MILLED)).json()
        mark = (await shop.stranger.get("/materials")).headers["ETag"]
        await given.database.begin(dearer, actor="olga")
        after = (await shop.stranger.post("/calculate-price", json=MILLED)).json()
        assert (await shop.stranger.get("/materials")).headers["ETag"] == mark
    assert after["mat_price"] > before["mat_price"]
    assert after["rate_card_version"] == 2
