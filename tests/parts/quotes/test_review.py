"""Lines that wait for staff: the queue, the answers, and the letter to the customer."""

from typing import Any

import pytest

from makeline.commerce.accounts.states import Role
from makeline.commerce.notices.mailer import MailTrouble
from makeline.kernel.errors import FailureKind
from tests.commerce.accounts.test_letters import confirmed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import MILLED
from tests.parts.quotes.asking import HUGE, answered, asked, seen
from tests.web import open_shop


async def test_the_queue_shows_the_most_urgent_line_first_and_says_what_is_late(given: Given):
    async with open_shop(given) as shop:
        anna, _ = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        first = await asked(anna, HUGE, note="by Easter")
        given.clock.tick(minutes=45)
        second = await asked(anna, MILLED, HUGE)
        given.clock.tick(hours=22, minutes=30)
        clerk = await signed_in(shop, "clerk")
        queue = await clerk.get("/v1/staff/quotes")
    items = queue.json()["items"]
    assert [(one["quote"]["id"], one["overdue"]) for one in items] == [
        (first["id"], True),
        (second["id"], False),
    ]
    assert queue.headers["X-Total-Count"] == "2"
    assert (items[0]["customer"]["username"], items[0]["quote"]["note"]) == ("anna", "by Easter")
    assert items[0]["reasons"] == first["lines"][0]["reasons"]


async def test_the_last_answer_opens_the_quote_and_starts_its_time(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, MILLED, {**HUGE, "quantity": 3}, HUGE)
        given.clock.tick(days=20)
        anna, clerk = await signed_in(shop, "anna"), await signed_in(shop, "clerk")
        half = (await answered(clerk, quote, 2)).json()
        whole = (await answered(clerk, quote, 3, refuse=True, note="nobody bends this")).json()
        queue = (await clerk.get("/v1/staff/quotes")).json()
        told = await seen(anna, quote["id"])
    assert (half["state"], half["lines_in_review"]) == ("in_review", 1)
    assert (whole["state"], whole["expires_at"]) == ("open", "2026-04-07T12:00:00Z")
    assert queue == {"items": []}
    priced, refused = told["lines"][1:]
    assert (priced["state"], priced["unit_price"]["amount"], priced["total"]["amount"]) == (
        "answered",
        1_250_000,
        3_750_000,
    )
    assert (priced["days"], priced["days_max"], priced["answer_note"]) == (20, 25, "welded from two halves")
    assert (priced["basis"], priced["rate_card"]) == ("hand", None)
    assert (refused["state"], refused["unit_price"], refused["answer_note"]) == (
        "refused",
        None,
        "nobody bends this",
    )
    assert told["total"]["amount"] == 709_635 + 3_750_000


async def test_a_line_of_a_file_is_answered_whether_the_file_is_still_there_or_not(given: Given):
    line = {name: value for name, value in HUGE.items() if name not in ("length", "width", "height")}
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        file = (await anna.post("/files", json=upload_of())).json()["id"]
        asking = {
            **line,
            "file_id": file,
            "cover_id": ["2"],
            "material_id": "PA12",
            "material_form": "powder",
        }
        quote = await asked(anna, asking, asking)
        assert (await answered(clerk, quote, 1)).status_code == 200
        assert (await anna.delete(f"/files/{file}")).status_code == 200
        whole = (await answered(clerk, quote, 2)).json()
    assert whole["state"] == "open"
    assert whole["lines"][1]["file"] == {"id": file, "available": False}


async def test_a_quote_of_nothing_that_we_make_is_declined(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, HUGE)
        refused = (await answered(clerk, quote, 1, refuse=True, note="too large")).json()
        assert (refused["state"], refused["total"]["amount"]) == ("declined", 0)
        again = await answered(clerk, quote, 1)
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_MOVE")


@on_sqlite
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"days": 3}, "unit_price"),
        ({"unit_price": 0, "days": 3}, "unit_price"),
        ({"unit_price": 12.5, "days": 3}, "unit_price"),
        ({"unit_price": 100}, "days"),
        ({"unit_price": 100, "days": 3, "days_max": 2}, "days_max"),
        ({"refuse": True}, "note"),
        ({"refuse": True, "note": "no", "unit_price": 100}, "unit_price"),
    ],
)
async def test_an_answer_is_a_price_with_its_days_or_a_refusal_with_its_reason(
    given: Given, said: dict[str, Any], field: str
):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, HUGE)
        answer = await answered(clerk, quote, 1, **said)
        assert (answer.status_code, set(answer.json()["details"])) == (422, {field})
        assert (await seen(anna, quote["id"]))["lines_in_review"] == 1


async def test_staff_answers_what_is_there_and_customers_answer_nothing(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote, other = await asked(anna, HUGE), await asked(anna, HUGE)
        assert (await answered(anna, quote, 1)).status_code == 403
        assert (await answered(clerk, {**other, "id": quote["id"]}, 1)).status_code == 404
        assert (await answered(clerk, {**quote, "id": 2**60}, 1)).status_code == 404


async def test_the_customer_is_written_to_once_when_everything_is_answered(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await confirmed(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, MILLED, HUGE, HUGE, title="Gantry")
        await given.promises_kept()
        given.mailer.letters.clear()
        await answered(clerk, quote, 2)
        await given.promises_kept()
        assert given.mailer.letters == []
        await answered(clerk, quote, 3, refuse=True, note="nobody bends this")
        await given.promises_kept()
    (letter,) = given.mailer.letters
    assert (letter.to, letter.subject) == ("anna@example.com", f"Your quote {quote['number']} is answered")
    assert f"{quote['number']} (Gantry)" in letter.text
    assert "12500.00 RUB, 20-25 working days" in letter.text
    assert "we cannot make it\n   nobody bends this" in letter.text
    assert "Together: 19596.35 RUB" in letter.text


@on_sqlite
async def test_the_letter_leads_to_the_offer_and_leaves_an_address_that_its_owner_made(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await confirmed(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        first, second = await asked(anna, HUGE), await asked(anna, HUGE)
        own = (await anna.put(f"/v1/quotes/{second['id']}/link")).json()
        given.mailer.letters.clear()
        given.mailer.trouble = MailTrouble("away", FailureKind.TRANSIENT)
        await answered(clerk, first, 1)
        await given.promises_kept()
        unsent = (await anna.get(f"/v1/quotes/{first['id']}")).json()
        given.mailer.trouble = None
        given.clock.tick(hours=1)
        await answered(await signed_in(shop, "clerk"), second, 1)
        await given.promises_kept()
        links = {letter.subject: letter.text.strip().rpartition(" ")[2] for letter in given.mailer.letters}
        page = links[f"Your quote {first['number']} is answered"]
        shown = await shop.stranger.get(page[page.index("/q/") :])
        still = await shop.stranger.get(f"/q/{own['token']}")
    assert unsent["shared_at"] is None
    assert shown.status_code == still.status_code == 200
    assert first["number"] in shown.text
    assert links[f"Your quote {second['number']} is answered"].endswith(f"/v1/quotes/{second['id']}")


async def test_nobody_is_written_to_at_an_address_that_may_be_somebody_elses(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        await given.promises_kept()
        given.mailer.letters.clear()
        await answered(clerk, await asked(anna, HUGE), 1)
        await given.promises_kept()
    assert given.mailer.letters == []
