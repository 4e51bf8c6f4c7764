"""The calculator over HTTP: documented answers, all reasons at once, new rates heard at once."""

from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
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


async def test_staff_may_ask_what_the_earlier_calculator_would_have_said(given: Given):
    async with open_shop(given) as shop:
        clerk, anna = await somebody(shop, "clerk", Role.STAFF), await somebody(shop, "anna")
        asked = {**MILLED, "rate_card": "reference-2025-11"}
        answer = await clerk.post("/calculate-price", json=asked)
        assert (await anna.post("/calculate-price", json=asked)).status_code == 403
        unknown = await clerk.post("/calculate-price", json={**MILLED, "rate_card": "nobodys"})
        assert (unknown.status_code, list(unknown.json()["details"])) == (422, ["rate_card"])
        standard = (await clerk.post("/calculate-price", json=MILLED)).json()
    price = answer.json()
    assert (answer.status_code, price["rate_card"]) == (200, "reference-2025-11")
    assert price["total_price"] == int(price["total_price"])
    assert set(price) == set(standard)


async def test_a_token_that_is_no_longer_good_is_told_so(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        await anna.post("/logout")
        assert (await anna.post("/calculate-price", json=MILLED)).status_code == 401
        assert (await anna.get("/materials")).status_code == 200


CUBE_FIELDS = {"service_id": "cnc-milling", "material_id": "alum_D16"}


async def test_a_file_fills_in_what_the_caller_left_out(given: Given):
    async with open_shop(given) as shop:
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        file = (await anna.post("/files", json=upload_of())).json()
        asked = {**CUBE_FIELDS, "file_id": file["id"]}
        price = (await anna.post("/calculate-price", json=asked)).json()
        assert (price["basis"], price["warnings"]) == ("file", [])
        steps = {step["what"]: step["value"] for step in price["trace"]}
        assert steps["volume of the part"] == 1
        assert steps["surface of the part"] == 6
        differing = {**asked, "length": 50, "width": 50, "height": 50}
        warned = (await anna.post("/calculate-price", json=differing)).json()["warnings"]
        assert [warning["code"] for warning in warned] == ["SIZES_DIFFER"]
        for stranger in (boris, shop.stranger):
            assert (await stranger.post("/calculate-price", json=asked)).status_code == 404
        grid = await anna.post("/v1/price-grid", json={**asked, "grid": {"quantities": [1, 10]}})
        assert grid.json()["cells"][0]["detail_price"] == price["detail_price"]


async def test_the_unit_that_the_owner_says_changes_the_price(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of())).json()
        asked = {**CUBE_FIELDS, "file_id": file["id"]}
        before = (await anna.post("/calculate-price", json=asked)).json()
        await anna.patch(f"/v1/files/{file['id']}", json={"unit": "cm"})
        after = (await anna.post("/calculate-price", json=asked)).json()
    assert after["detail_price"] > before["detail_price"]


async def test_a_guest_prices_his_own_file_by_its_token_and_keeps_it_when_he_has_an_account(given: Given):
    async with open_shop(given) as shop:
        guest = (await shop.stranger.post("/v1/guest-files", json=upload_of())).json()
        asked = {**CUBE_FIELDS, "file_token": guest["file_token"]}
        price = await shop.stranger.post("/calculate-price", json=asked)
        assert (price.status_code, price.json()["basis"]) == (200, "file")
        assert (
            await shop.stranger.post("/calculate-price", json={**asked, "file_token": "x"})
        ).status_code == 404
        anna = await somebody(shop, "anna")
        claimed = await anna.post("/v1/files/claim", json={"file_token": guest["file_token"]})
        assert claimed.json()["id"] == guest["id"]
        assert (await anna.get(f"/files/{guest['id']}")).status_code == 200
        assert (await shop.stranger.post("/calculate-price", json=asked)).status_code == 404
        given.clock.tick(days=8)
        assert (await anna.post("/v1/files/claim", json={"file_token": guest["file_token"]})).status_code in (
            401,
            404,
        )


async def test_guests_upload_so_many_files_a_day(given: Given):
    async with open_shop(given, limit_guest_files=2) as shop:
        told = [(await shop.stranger.post("/v1/guest-files", json=upload_of())).status_code for _ in range(3)]
        assert told == [200, 200, 429]
        given.clock.tick(days=2)
        assert (await shop.stranger.post("/v1/guest-files", json=upload_of())).status_code == 200
