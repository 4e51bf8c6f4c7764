"""Quotes on paper and as a page: everything that is offered, in the reader's language, and nothing that is not his."""

import io
import unicodedata

import httpx2
import pytest
from PIL import Image
from pypdf import PdfReader

from makeline.commerce.accounts.states import Role
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import MILLED, PAINTED, TURNED
from tests.parts.quotes.asking import HUGE, answered, asked, revised
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (512, 512), (10, 120, 200, 128)).save(file, "PNG")
    return file.getvalue()


_PICTURE = _png()
SELLER = {
    "seller_name": "ООО «Мейклайн»",
    "seller_address": "Руднево;Москва",
    "quote_terms": "Ex works; no returns",
}


async def test_the_paper_holds_every_line_with_its_figures_and_the_sums(given: Given):
    async with open_shop(given, **SELLER) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(
            anna, {**MILLED, "quantity": 10}, {**TURNED, "title": "Вал-шестерня"}, title="Feed unit"
        )
        text = _plain((await anna.get(f"/v1/quotes/{quote['id']}/quote.pdf")).content)
    for said in (
        quote["number"], "of 4 March 2026", "valid until 18 March 2026", "Anna Example", "Feed unit",
        "100 × 50 × 25 mm", "CNC milling · Aluminium D16, rod", "IT7", "2,522.55", "25,225.50", "10–12",
        "Вал-шестерня", "Ø60 × 200 mm", "9,602.25", "192,045.00", "12–15", "RUB 217,270.50", "VAT", "not charged",
        "ООО «Мейклайн»", "Руднево", "Ex works", "no returns", "page 1 of 1",
    ):  # fmt: skip
        assert _squeezed(said) in text, said


async def test_the_paper_is_in_the_language_that_is_asked_for(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        place = f"/v1/quotes/{(await asked(anna, {**PAINTED, 'paint_type': 'epoxy'}))['id']}/quote.pdf"
        by_name = _plain((await anna.get(f"{place}?lang=ru")).content)
        by_wish = _plain((await anna.get(place, headers={"accept-language": "fr, ru-RU;q=0.8"})).content)
        unknown = _plain((await anna.get(f"{place}?lang=tlh")).content)
    assert by_name == by_wish
    for said in (
        "Коммерческое предложение",
        "от 4 марта 2026 г.",
        "Окраска",
        "Алюминий Д16, лист",
        "эпоксидная краска",
    ):
        assert _squeezed(said) in by_name
    assert "workingdays" in unknown.casefold()


async def test_what_waits_and_what_we_cannot_make_is_said_in_the_place_of_figures(given: Given):
    async with open_shop(given, working_zone="Europe/Moscow") as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        quote = await asked(anna, HUGE, HUGE, MILLED)
        await answered(clerk, quote, 1, refuse=True, note="nobody bends this")
        text = _plain((await anna.get(f"/v1/quotes/{quote['id']}/quote.pdf")).content)
    for said in (
        "Some parts are still being looked at", "We cannot make this part.", "nobody bends this",
        "you have our answer by 5 March 2026 14:00.", "Parts that have a price", "RUB 7,096.35",
    ):  # fmt: skip
        assert _squeezed(said) in text, said
    assert "validuntil" not in text


@pytest.mark.parametrize("end", ["expired", "rejected", "superseded"])
async def test_a_paper_of_what_is_over_says_so(given: Given, end: str):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna)
        match end:
            case "expired":
                given.clock.tick(days=14)
                anna = await signed_in(shop, "anna")
            case "rejected":
                await anna.post(f"/v1/quotes/{quote['id']}/reject")
            case _:
                new = (await revised(anna, quote["id"])).json()
                assert "revision2" in await _text_of(anna, new["id"])
        text = await _text_of(anna, quote["id"])
    said = {
        "expired": "These prices were good until 18 March 2026.",
        "rejected": "This quote was rejected on 4 March 2026.",
        "superseded": "A newer revision has taken the place of this one.",
    }
    assert _squeezed(said[end]) in text


async def test_fifty_parts_go_on_over_numbered_pages_with_the_sums_on_the_last(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        quote = await asked(anna, *[{**MILLED, "title": f"Part {number}"} for number in range(1, 51)])
        paper = PdfReader(io.BytesIO((await anna.get(f"/v1/quotes/{quote['id']}/quote.pdf")).content))
    texts = [_squeezed(page.extract_text()) for page in paper.pages]
    assert all(f"page{number}of{len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert "RUB354,817.50" in texts[-1]
    assert "Part50" in texts[-1]
    assert all(f"Part{number}" in "".join(texts) for number in range(1, 51))


async def test_a_file_shows_its_picture_and_equal_quotes_are_equal_papers(given: Given):
    line = {**MILLED, "length": None, "width": None, "height": None}
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of())).json()["id"]
        quote = await asked(anna, {**line, "file_id": file}, {**line, "file_id": file, "quantity": 2}, MILLED)
        given.storage.kept |= dict.fromkeys(given.storage.kept, _PICTURE)
        place = f"/v1/quotes/{quote['id']}/quote.pdf"
        first, again = await anna.get(place), await anna.get(place)
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["cache-control"] == "private, no-store"
    assert first.content == again.content
    (page,) = PdfReader(io.BytesIO(first.content)).pages
    assert len(page.images) == 1
    assert page.images[0].image is not None
    assert page.images[0].image.size == (260, 260)


async def test_holders_of_an_address_get_page_paper_and_pictures_without_the_customers_name(given: Given):
    line = {**MILLED, "length": None, "width": None, "height": None}
    async with open_shop(given, **SELLER) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of(name="a<b>.stl"))).json()["id"]
        quote = await asked(
            anna, {**line, "file_id": file}, HUGE, {**MILLED, "title": "<script>"}, title="top secret"
        )
        token = (await anna.put(f"/v1/quotes/{quote['id']}/link")).json()["token"]
        page = await shop.stranger.get(f"/q/{token}")
        paper = _plain((await shop.stranger.get(f"/v1/quotes/shared/{token}/quote.pdf")).content)
        picture = await shop.stranger.get(f"/v1/quotes/shared/{token}/pictures/1")
        nothing = await shop.stranger.get(f"/v1/quotes/shared/{token}/pictures/2")
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert f"../v1/quotes/shared/{token}/pictures/1" in page.text
    assert f"../v1/quotes/shared/{token}/quote.pdf?lang=en" in page.text
    assert "RUB\u00a07,096.35" in page.text
    assert "you have our answer by 5\u00a0March\u00a02026" in page.text
    for text in (page.text, paper):
        assert "anna" not in text.casefold()
        assert "secret" not in text
        assert quote["number"] in text
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert nothing.status_code == 404


async def test_a_page_lets_nothing_in_and_nothing_out(given: Given):
    async with open_shop(given) as shop:
        page = await _page(shop)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


async def test_a_page_speaks_the_readers_language_and_says_when_it_is_over(given: Given):
    async with open_shop(given) as shop:
        page = await _page(shop, headers={"accept-language": "ru"})
        given.clock.tick(days=14)
        late = await shop.stranger.get(page.url.path)
    assert page.headers["Content-Language"] == "ru"
    assert "Коммерческое предложение" in page.text
    assert ' over">' not in page.text
    assert ' over">' in late.text
    assert "These prices were good until" in late.text


async def test_a_wrong_address_is_a_page_too(given: Given):
    async with open_shop(given) as shop:
        page = await shop.stranger.get("/q/NOTHING")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No such quote" in page.text


async def _page(shop: OpenShop, headers: dict[str, str] | None = None) -> httpx2.Response:
    anna = await somebody(shop, "anna")
    token = (await anna.put(f"/v1/quotes/{(await asked(anna))['id']}/link")).json()["token"]
    return await shop.stranger.get(f"/q/{token}", headers=headers)


async def _text_of(caller: httpx2.AsyncClient, quote_id: int) -> str:
    return _plain((await caller.get(f"/v1/quotes/{quote_id}/quote.pdf")).content)


def _plain(paper: bytes) -> str:
    return "".join(_squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(paper)).pages)


def _squeezed(text: str) -> str:
    """Lines are broken where there is no more room: what is said does not depend on it."""
    return unicodedata.normalize("NFC", "".join(text.split()))
