"""Offers over HTTP: instant lines, lines for staff, revisions, ends, and whose they are."""

from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from makeline.parts.quotes.close import expire_quotes
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import MILLED, PAINTED, TURNED
from tests.parts.quotes.asking import HUGE, answered, asked, revised, seen
from tests.web import open_shop


async def test_a_quote_holds_the_instant_price_of_each_line_and_their_sum(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna, {**MILLED, "quantity": 10}, TURNED, title="Two  parts")
        price = (await anna.post("/calculate-price", json=TURNED)).json()
    first, second = quote["lines"]
    assert (quote["number"], quote["revision"], quote["state"]) == (f"QUOTE_{quote['id']:08d}", 1, "open")
    assert (first["unit_price"], first["total"]) == (
        {"amount": 252_255, "currency": "RUB"},
        {"amount": 2_522_550, "currency": "RUB"},
    )
    assert second["unit_price"]["amount"] == round(price["detail_price"] * 100)
    assert (second["days"], second["days_max"]) == (12, 15)
    assert quote["total"]["amount"] == first["total"]["amount"] + second["total"]["amount"]
    assert {line["state"] for line in quote["lines"]} == {"instant"}
    assert (first["confidence"], first["basis"], first["rate_card"]) == ("medium", "sizes", STANDARD)
    assert quote["expires_at"] == "2026-03-18T12:00:00Z"
    assert quote["title"] == "Two parts"
    assert first["title"] == "100 × 50 × 25 mm"


async def test_a_line_of_a_file_bears_its_name_and_rests_on_what_was_measured(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of())).json()
        (line,) = (await asked(anna, {**_unsized(MILLED), "file_id": file["id"]}))["lines"]
        (named,) = (
            await asked(anna, {**_unsized(MILLED), "file_id": file["id"], "title": "Left\u0007 one"})
        )["lines"]
    assert (line["title"], line["basis"], line["confidence"]) == ("bracket.stl", "file", "high")
    assert line["file"] == {"id": file["id"], "available": True}
    assert named["title"] == "Left one"


async def test_a_guests_file_becomes_the_accounts_because_its_week_ends_before_the_quote(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await shop.stranger.post("/v1/guest-files", json=upload_of())).json()
        body = {"lines": [{**_unsized(MILLED), "file_token": file["file_token"]}]}
        keyed = {"Idempotency-Key": "guest"}
        quote = await anna.post("/v1/quotes", json=body, headers=keyed)
        again = await anna.post("/v1/quotes", json=body, headers=keyed)
        other = await anna.post("/v1/quotes", json=body, headers={"Idempotency-Key": "another"})
        listed = (await anna.get("/files")).json()
    assert quote.status_code == 200, quote.text
    assert file["file_token"] not in quote.text
    assert [one["id"] for one in listed] == [file["id"]]
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (quote.json(), "true")
    assert other.status_code == 404


async def test_what_the_card_refuses_and_staff_may_overrule_waits_and_the_others_stay_instant(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna, MILLED, {**HUGE, "quantity": 3})
    easy, hard = quote["lines"]
    assert (quote["state"], quote["lines_in_review"], quote["expires_at"]) == ("in_review", 1, None)
    assert (easy["state"], easy["unit_price"]["amount"]) == ("instant", 709_635)
    assert (hard["state"], hard["unit_price"], hard["quantity"]) == ("needs_review", None, 3)
    assert {reason["code"] for reason in hard["reasons"]} == {"STOCK_TOO_THICK", "NO_MACHINE_FITS"}
    # Asked on Wednesday at noon, answered within eight hours at work: by Thursday at eleven.
    assert hard["due_at"] == "2026-03-05T11:00:00Z"
    assert quote["total"] == easy["total"]


async def test_a_price_of_low_confidence_is_no_price_yet_but_a_suggestion_to_staff(given: Given):
    painted = {**PAINTED, "special_instructions": "mask the M6 threads"}
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, painted)
        (waiting,) = (await clerk.get("/v1/staff/quotes")).json()["items"]
    (line,) = quote["lines"]
    assert (line["state"], line["unit_price"]) == ("needs_review", None)
    assert line["reasons"][0]["code"] == "MASKED_THREADS"
    assert "suggestion" not in line
    assert waiting["suggestion"]["unit_price"] > 0
    assert waiting["request"]["special_instructions"] == "mask the M6 threads"


@on_sqlite
@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([MILLED, {**TURNED, "quantity": 0}, {**MILLED, "tolerance_id": "99"}], {"lines[1].quantity", "lines[2].tolerance_id"}),
        ([{**MILLED, "rate_card": "reference-2025-11"}], {"lines[0].rate_card"}),
        ([{}], {"lines[0].service_id", "lines[0].material_id"}),
        ([{**MILLED, "file_id": "7"}], {"lines[0].file_id"}),
        ([{**MILLED, "document_ids": ["7"]}], {"lines[0].document_ids"}),
        ([{**MILLED, "special_instructions": 7}], {"lines[0].special_instructions"}),
        ([{**MILLED, "title": 7}], {"lines[0].title"}),
        ([{"line_id": 7}], {"lines[0].line_id"}),
        ([], {"lines"}),
        ([MILLED] * 51, {"lines"}),
        (["bracket"], {"lines.0"}),
        (None, {"lines"}),
    ],
)  # fmt: skip
async def test_every_mistake_of_every_line_is_named(given: Given, lines: Any, fields: set[str]):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/v1/quotes", json={"lines": lines})
        listed = (await anna.get("/v1/quotes")).json()
    assert answer.status_code == 422
    assert answer.json()["error"] == "VALIDATION_ERROR"
    assert set(answer.json()["details"]) == fields
    assert listed == {"items": []}


@on_sqlite
async def test_fields_nobody_knows_are_named_with_their_line(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.post("/v1/quotes", json={"lines": [{**MILLED, "colour": "red"}], "hurry": True})
    assert answer.status_code == 200
    assert set(answer.headers["X-Ignored-Fields"].split(", ")) == {"lines.colour", "hurry"}


async def test_files_and_papers_of_others_are_not_found(given: Given):
    async with open_shop(given) as shop:
        anna, bob = await somebody(shop, "anna"), await somebody(shop, "bob")
        file = (await bob.post("/files", json=upload_of())).json()["id"]
        paper = {"file_name": "a.txt", "file_data": "aGVsbG8="}
        document = (await bob.post("/documents", json=paper)).json()["id"]
        for line in (
            {**_unsized(MILLED), "file_id": file},
            {**MILLED, "document_ids": [document]},
            {**_unsized(MILLED), "file_id": 2**60},
            {**_unsized(MILLED), "file_token": "nobodys"},
        ):
            answer = await anna.post("/v1/quotes", json={"lines": [line]})
            assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND"), line


async def test_only_its_owner_and_staff_see_a_quote(given: Given):
    async with open_shop(given) as shop:
        anna, bob = await somebody(shop, "anna"), await somebody(shop, "bob")
        clerk = await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna)
        place = f"/v1/quotes/{quote['id']}"
        assert (await seen(clerk, quote["id"]))["lines"] == quote["lines"]
        for method, path in (
            ("GET", place), ("POST", f"{place}/revisions"), ("POST", f"{place}/reject"), ("PUT", f"{place}/link"),
            ("DELETE", f"{place}/link"),
        ):  # fmt: skip
            assert (await bob.request(method, path)).status_code == 404, path
        assert (await bob.get("/v1/quotes")).json() == {"items": []}
        assert (await bob.get("/v1/staff/quotes")).status_code == 403
        assert (await anna.get("/v1/quotes/9007199254740993")).status_code == 404


async def test_quotes_are_listed_newest_first_with_their_sums(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        ids = [(await asked(anna, MILLED, HUGE))["id"] for _ in range(3)]
        first = await anna.get("/v1/quotes?limit=2")
        second = await anna.get(first.headers["Link"].partition(">")[0].strip("<"))
    assert [one["id"] for one in first.json()["items"]] == ids[:0:-1]
    assert [one["id"] for one in second.json()["items"]] == ids[:1]
    assert first.headers["X-Total-Count"] == "3"
    (oldest,) = second.json()["items"]
    assert (oldest["lines_count"], oldest["lines_in_review"]) == (2, 1)
    assert oldest["total"] == {"amount": 709_635, "currency": "RUB"}


async def test_the_price_stands_for_the_life_of_the_quote_whatever_the_rates_do(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        await given.database.begin(_twice_as_dear, actor="test")
        dearer = (await asked(anna))["total"]["amount"]
        kept = await revised(anna, quote["id"], lines=[{"line_id": quote["lines"][0]["id"]}, TURNED])
        anew = await revised(anna, kept.json()["id"])
    assert kept.json()["lines"][0]["unit_price"] == quote["lines"][0]["unit_price"]
    assert kept.json()["lines"][0]["rate_card_version"] == 1
    assert kept.json()["lines"][1]["rate_card_version"] == 2
    assert anew.json()["lines"][0]["unit_price"]["amount"] == dearer > quote["total"]["amount"]


async def test_a_new_revision_takes_the_place_of_the_old_which_stays_to_be_read(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        old = await asked(anna, title="Brackets", note="soon, please")
        line = {"line_id": old["lines"][0]["id"], "quantity": 10}
        new = (await revised(anna, old["id"], lines=[line])).json()
        old_now = await seen(anna, old["id"])
        again = await revised(anna, old["id"])
    assert (new["number"], new["revision"], new["state"]) == (old["number"], 2, "open")
    assert (new["title"], new["note"]) == ("Brackets", "soon, please")
    assert (new["lines"][0]["quantity"], new["lines"][0]["unit_price"]["amount"]) == (10, 252_255)
    assert (old_now["state"], old_now["lines"]) == ("superseded", old["lines"])
    assert [(one["id"], one["state"]) for one in old_now["revisions"]] == [
        (old["id"], "superseded"),
        (new["id"], "open"),
    ]
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_MOVE")


async def test_a_line_that_stays_keeps_its_place_in_the_queue(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        old = await asked(anna, HUGE)
        given.clock.tick(minutes=30)
        new = (await revised(anna, old["id"], lines=[{"line_id": old["lines"][0]["id"]}, MILLED])).json()
        assert (await answered(clerk, old, 1)).status_code == 409
        assert new["lines"][0]["due_at"] == old["lines"][0]["due_at"]
        (waiting,) = (await clerk.get("/v1/staff/quotes")).json()["items"]
        assert (waiting["quote"]["id"], waiting["line_id"]) == (new["id"], new["lines"][0]["id"])
        assert (await answered(clerk, new, 1)).json()["state"] == "open"


async def test_a_rejected_quote_says_why_and_may_be_asked_anew(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        place = f"/v1/quotes/{quote['id']}/reject"
        rejected = (await anna.post(place, json={"reason": "too dear"})).json()
        again = (await anna.post(place)).json()
        new = await revised(anna, quote["id"])
    assert (rejected["state"], rejected["reject_reason"]) == ("rejected", "too dear")
    assert again == rejected
    assert (new.status_code, new.json()["state"]) == (200, "open")


async def test_a_quote_is_over_at_its_end_whether_the_clock_has_come_round_or_not(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote, waiting = await asked(anna), await asked(anna, HUGE)
        given.clock.tick(days=14)
        anna = await signed_in(shop, "anna")
        assert (await seen(anna, quote["id"]))["state"] == "expired"
        late = await anna.post(f"/v1/quotes/{quote['id']}/reject")
        assert (late.status_code, late.json()["code"]) == (410, "QUOTE_EXPIRED")
        stays = await revised(anna, quote["id"], lines=[{"line_id": quote["lines"][0]["id"]}])
        assert (stays.status_code, stays.json()["code"]) == (409, "PRICE_RUN_OUT")
        assert await given.database.begin(expire_quotes, actor="clock") == 1
        assert await given.database.begin(expire_quotes, actor="clock") == 0
        assert (await seen(anna, quote["id"]))["state"] == "expired"
        assert (await seen(anna, waiting["id"]))["state"] == "in_review"
        assert (await revised(anna, quote["id"])).json()["state"] == "open"


async def test_the_same_key_makes_one_quote(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        keyed = {"Idempotency-Key": "once"}
        first = await anna.post("/v1/quotes", json={"lines": [MILLED]}, headers=keyed)
        again = await anna.post("/v1/quotes", json={"lines": [MILLED]}, headers=keyed)
        other = await anna.post("/v1/quotes", json={"lines": [TURNED]}, headers=keyed)
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
        assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert len((await anna.get("/v1/quotes")).json()["items"]) == 1


def _unsized(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in ("length", "width", "height")}


def _twice_as_dear(unit: UnitOfWork) -> None:
    text = content_numbered(unit, STANDARD)
    assert text is not None
    content = read_content(text)
    for material in content["tables"]["materials"]:
        material["prices_rub_per_kg"] = {form: 2 * one for form, one in material["prices_rub_per_kg"].items()}
    publish_rates(unit, content, note="metal is dearer")
