"""What a person has to look at first is offered, and never sold by itself."""

from dataclasses import replace

import pytest

from makeline.parts.geometry.facts import Finding, Note
from tests.engines import on_sqlite
from tests.fakes import CUBE
from tests.given import Given
from tests.parts.ordering.buying import FROM_FILE, ORDER, market
from tests.parts.pricing.asked import PAINTED

PAIR = replace(CUBE, bodies=2, findings=[Finding(Note.SEVERAL_BODIES, "The file holds 2 separate bodies")])


@on_sqlite
async def test_what_a_person_has_to_look_at_first_is_quoted_and_not_sold(given: Given):
    given.reader.facts = PAIR
    async with market(given) as at:
        pair = {**FROM_FILE, "file_id": await at.upload()}
        priced = (await at.anna.post("/calculate-price", json=pair)).json()
        refused = [
            await at.anna.post("/orders", json=pair),
            await at.anna.post("/v1/orders", json={"lines": [ORDER, pair]}),
        ]
        orders = (await at.anna.get("/orders")).json()
        quote = (await at.anna.post("/v1/quotes", json={"lines": [ORDER, pair]})).json()
        easy = await at.order()
    # The calculator still answers, and says that it is no promise.
    assert (priced["confidence"], priced["detail_price"] > 0) == ("low", True)
    assert "NEEDS_REVIEW" in {warning["code"] for warning in priced["warnings"]}
    for answer, field in zip(refused, ("file_id", "lines[1].file_id"), strict=True):
        told = answer.json()
        assert (answer.status_code, told["error"], told["code"]) == (422, "VALIDATION_ERROR", "NEEDS_REVIEW")
        assert "ask for a quote" in told["message"]
        assert told["details"][field] == ["The file holds 2 separate bodies"]
        assert [reason["code"] for reason in told["reasons"]] == ["SEVERAL_BODIES"]
    assert orders == []
    assert [line["state"] for line in quote["lines"]] == ["instant", "needs_review"]
    assert easy["lines"][0]["confidence"] == "medium"


@pytest.mark.parametrize("at_line", [True, False])
@on_sqlite
async def test_threads_that_are_masked_by_hand_are_not_painted_without_a_word(given: Given, at_line: bool):
    words = {"special_instructions": "Mask the M6 threads"}
    line = {**PAINTED, **(words if at_line else {})}
    async with market(given) as at:
        refused = await at.anna.post("/v1/orders", json={"lines": [line], **({} if at_line else words)})
        painted = await at.anna.post("/v1/orders", json={"lines": [PAINTED]})
        dearer = (await at.shop.stranger.post("/calculate-price", json={**PAINTED, **words})).json()
    assert (refused.status_code, refused.json()["code"]) == (422, "NEEDS_REVIEW")
    assert "lines[0].special_instructions" in refused.json()["details"]
    assert (painted.status_code, dearer["confidence"]) == (200, "low")
