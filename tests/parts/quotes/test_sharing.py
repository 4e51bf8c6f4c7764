"""Addresses that show a quote to whoever holds them."""

from sqlalchemy import select

from makeline.foundation.statements import Query
from makeline.parts.quotes.models import Quote, quotes
from tests.given import Given
from tests.members import somebody
from tests.parts.pricing.asked import MILLED
from tests.parts.quotes.asking import HUGE, asked, seen
from tests.web import open_shop

_EVERYTHING = Query(select(quotes), Quote)


async def test_whoever_holds_the_address_sees_the_offer_and_nothing_of_who_asked(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna, MILLED, HUGE, title="secret plan", note="for the moon")
        link = (await anna.put(f"/v1/quotes/{quote['id']}/link")).json()
        shown = await shop.stranger.get(f"/v1/quotes/shared/{link['token']}")
        mine = await seen(anna, quote["id"])
    assert link["url"] == f"{shop.settings.base_url}/q/{link['token']}"
    assert mine["shared_at"] == link["shared_at"]
    assert shown.status_code == 200
    assert (shown.json()["number"], shown.json()["total"]) == (quote["number"], quote["total"])
    assert [line["state"] for line in shown.json()["lines"]] == ["instant", "needs_review"]
    for private in ("anna", "secret plan", "for the moon", "request", "user_id", "reasons", "rate_card"):
        assert private not in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "private, no-store"


async def test_an_address_that_was_taken_back_or_made_anew_shows_nothing(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        place = f"/v1/quotes/{(await asked(anna))['id']}/link"
        first = (await anna.put(place)).json()["token"]
        second = (await anna.put(place)).json()["token"]
        assert (await shop.stranger.get(f"/v1/quotes/shared/{first}")).status_code == 404
        assert (await shop.stranger.get(f"/v1/quotes/shared/{second}")).status_code == 200
        assert (await anna.delete(place)).json() == {"shared": False}
        assert (await anna.delete(place)).json() == {"shared": False}
        for token in (second, "x", "A" * 32):
            assert (await shop.stranger.get(f"/v1/quotes/shared/{token}")).status_code == 404


async def test_only_a_hash_of_the_address_is_kept(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        token = (await anna.put(f"/v1/quotes/{quote['id']}/link")).json()["token"]
    (kept,) = await given.database.read(lambda unit: unit.all(_EVERYTHING))
    assert kept.share_hash is not None
    assert token not in str(kept)
