"""The page where a case is designed and bought on the web."""

import pytest

from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop


@on_sqlite
@pytest.mark.parametrize(
    ("language", "word"), [("en", "Design your case"), ("ru", "Создайте"), ("zh", "设计")]
)
async def test_the_shop_leads_from_each_phone_that_is_there_to_its_designer(
    given: Given, language: str, word: str
):
    async with open_shop(given) as shop:
        listed = (await shop.stranger.get("/shop", params={"lang": language})).text
        assert f"shop/design?model=iphone-iphone-15-pro&amp;lang={language}" in listed
        answer = await shop.stranger.get("/shop/design", params={"lang": language, "model": "anything"})
        assert (answer.status_code, answer.headers["content-language"]) == (200, language)
        assert word in answer.text
        # Nothing in it runs or looks but our own files.
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "$" not in answer.text.partition("<script type")[0]
        for name in ("design_page.js", "designer.js", "designer.css", "shop.js"):
            assert (await shop.stranger.get(f"/assets/{name}")).status_code == 200
