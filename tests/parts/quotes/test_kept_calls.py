"""Kept prices over HTTP: their owner and staff see what a price was made from and how it differs from others."""

from decimal import Decimal
from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from makeline.parts.quotes.keep import HandPrice, keep_hand_price
from tests.given import Given
from tests.members import register, signed_in, somebody
from tests.parts.pricing.asked import MILLED, TURNED
from tests.parts.quotes.pricing_desk import kept
from tests.web import open_shop


def dearer(unit: UnitOfWork) -> None:
    text = content_numbered(unit, STANDARD)
    assert text is not None
    content = read_content(text)
    content["shop"]["purchase_surcharge"] = Decimal(2)
    publish_rates(unit, content, note="metal is dearer")


def without_aluminium(unit: UnitOfWork) -> None:
    text = content_numbered(unit, STANDARD)
    assert text is not None
    content = read_content(text)
    content["tables"]["materials"] = [
        row for row in content["tables"]["materials"] if row["id"] != MILLED["material_id"]
    ]
    publish_rates(unit, content, note="no longer sold")


async def test_a_price_is_told_with_everything_it_was_made_from(given: Given):
    async with open_shop(given) as shop:
        anna_id = await register(shop, "anna")
        anna, boris = await signed_in(shop, "anna"), await somebody(shop, "boris")
        clerk = await somebody(shop, "clerk", Role.STAFF)
        price = await kept(given.database, {**MILLED, "quantity": 10}, owner_id=anna_id)
        path = f"/v1/prices/{price.id}"
        told = (await anna.get(path)).json()
        assert (told["detail_price"], told["total_price"], told["currency"]) == (2522.55, 25225.5, "RUB")
        assert (told["rate_card"], told["rate_card_version"], told["basis"]) == (STANDARD, 1, "sizes")
        assert told["request"]["length"] == 100
        assert told["answer"]["trace"]
        assert (await clerk.get(path)).json() == told
        assert (await boris.get(path)).status_code == 404
        assert (await shop.stranger.get(path)).status_code == 401
        assert (await clerk.get("/v1/prices/99999999")).status_code == 404


async def test_what_was_asked_otherwise_is_named_with_what_it_costs(given: Given):
    async with open_shop(given) as shop:
        clerk = await somebody(shop, "clerk", Role.STAFF)
        first, second = (
            await kept(given.database, MILLED),
            await kept(given.database, {**MILLED, "quantity": 10}),
        )
        told = (await clerk.get(f"/v1/prices/{first.id}/compare?with={second.id}")).json()
    assert [one["words"] for one in told["inputs"]] == ["quantity: 1 → 10 (+9)"]
    assert told["rates"] == []
    assert told["differences"][0]["words"] == "unit price: 7096.35 → 2522.55 (−4573.80)"
    assert told["causes"] == {"inputs": -4573.8, "rates": 0, "formulas": 0}
    lines = {one["what"]: (one["before"], one["after"]) for one in told["lines"]}
    assert lines["setup"] == (3060.9, 306.09)
    assert sum(after - before for before, after in lines.values()) == pytest.approx(-4573.8)
    assert any(one["what"].startswith("K2 ") for one in told["steps"])


async def test_the_same_request_today_costs_what_the_new_rates_make_of_it(given: Given):
    async with open_shop(given) as shop:
        clerk = await somebody(shop, "clerk", Role.STAFF)
        price = await kept(given.database, MILLED)
        path = f"/v1/prices/{price.id}/compare?with=now"
        same = (await clerk.get(path)).json()
        assert same["differences"] == same["inputs"] == same["rates"] == same["lines"] == same["steps"] == []
        await given.database.begin(dearer, actor="olga")
        told = (await clerk.get(path)).json()
        now = (await clerk.post("/calculate-price", json=MILLED)).json()
    assert [one["words"] for one in told["rates"]] == ["shop.purchase_surcharge: 1.2 → 2 (+0.8)"]
    assert told["inputs"] == []
    assert told["after"]["detail_price"] == now["detail_price"]
    assert told["causes"]["rates"] == pytest.approx(now["detail_price"] - 7096.35)
    assert (told["causes"]["inputs"], told["causes"]["formulas"]) == (0, 0)
    # Lines are differences of rounded sums: another line may differ by the kopeck that rounds up here.
    changed = {one["what"]: one["after"] - one["before"] for one in told["lines"]}
    assert changed.pop("material") == pytest.approx(749.08 * 0.8 / 1.2, abs=0.02)
    assert all(abs(change) < 0.011 for change in changed.values())
    assert any(
        "rate card: standard-1 version 1 → standard-1 version 2" in one["words"]
        for one in told["differences"]
    )


async def test_what_is_no_longer_made_says_why(given: Given):
    async with open_shop(given) as shop:
        clerk = await somebody(shop, "clerk", Role.STAFF)
        price = await kept(given.database, MILLED)
        other = await kept(given.database, TURNED)
        await given.database.begin(without_aluminium, actor="olga")
        refused = await clerk.get(f"/v1/prices/{price.id}/compare?with=now")
        assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (422, "UNKNOWN_ID")
        # Two that were kept are compared all the same.
        told = (await clerk.get(f"/v1/prices/{other.id}/compare?with={price.id}")).json()
    assert told["causes"] is not None
    assert any(one["what"] == "material_id" for one in told["inputs"])


async def test_a_price_by_hand_is_compared_in_figures(given: Given):
    hand = HandPrice(MILLED, 1, Money(700_000, "RUB"), 12, 15, "held in soft jaws")
    async with open_shop(given) as shop:
        clerk = await somebody(shop, "clerk", Role.STAFF)
        price = await kept(given.database, MILLED)
        hand_id = await given.database.begin(lambda unit: keep_hand_price(unit, hand), actor="olga")
        one = (await clerk.get(f"/v1/prices/{hand_id}")).json()
        told = (await clerk.get(f"/v1/prices/{price.id}/compare?with={hand_id}")).json()
    assert (one["note"], one["answer"], one["rate_card"]) == ("held in soft jaws", None, None)
    assert told["differences"][0]["words"] == "unit price: 7096.35 → 7000.00 (−96.35)"
    assert (told["causes"], told["rates"]) == (None, [])


@pytest.mark.parametrize("other", ["", "yesterday", "-1", "1e3"])
async def test_with_what_must_be_said(given: Given, other: str):
    async with open_shop(given) as shop:
        clerk = await somebody(shop, "clerk", Role.STAFF)
        price = await kept(given.database, MILLED)
        refused = await clerk.get(f"/v1/prices/{price.id}/compare?with={other}")
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["with"])


async def test_a_price_of_somebody_else_is_not_compared_with(given: Given):
    async with open_shop(given) as shop:
        anna_id = await register(shop, "anna")
        anna = await signed_in(shop, "anna")
        own, other = await kept(given.database, MILLED, owner_id=anna_id), await kept(given.database, TURNED)
        assert (await anna.get(f"/v1/prices/{own.id}/compare?with={other.id}")).status_code == 404
        assert (await anna.get(f"/v1/prices/{own.id}/compare?with=now")).status_code == 200


def test_rates_differ_figure_by_figure_and_not_by_their_number():
    before: dict[str, Any] = {
        "tables": {
            "materials": [{"id": "d16", "prices": {"rod": Decimal("531.08")}}, {"id": "cu", "prices": {}}]
        },
        "shop": {"version": 1, "stock": [1, 2], "own": True},
    }
    after: dict[str, Any] = {
        "tables": {"materials": [{"id": "d16", "prices": {"rod": Decimal(560), "sheet": 3}}]},
        "shop": {"version": 2, "stock": [1, 2, 3], "own": True},
    }
    after["tables"]["materials"].append({"id": "zn", "name": "Zinc"})
    words = [one.words for one in rate_differences(before, after)]
    assert words == [
        "tables.materials.d16.prices.rod: 531.08 → 560 (+28.92)",
        "tables.materials.cu.id: cu → none",
        "shop.stock: 1, 2 → 1, 2, 3",
        "tables.materials.d16.prices.sheet: none → 3",
        "tables.materials.zn.id: none → zn",
        "tables.materials.zn.name: none → Zinc",
    ]
