"""No form is believed that does not come from a page which this very browser was given: the table of all of them."""

import re

import pytest

from makeline.admin.page import May
from makeline.admin.table import PAGES
from makeline.commerce.accounts.states import Role
from tests.admin.browsers import SESSION, Browser, at_work
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

POSTS = [(page, post) for page in PAGES for post in page.posts]


def _filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path)


async def _refused(shop: OpenShop, boss: Browser, path: str) -> dict[str, int]:
    """What is answered to forms that another page, another browser or nobody's browser sends."""
    good = {"csrf": boss.csrf}
    here = {"origin": shop.url}
    other = await at_work(shop, "other", Role.ADMIN)
    tried = {
        "no token": ({}, here),
        "empty token": ({"csrf": ""}, here),
        "a guess": ({"csrf": "0" * 64}, here),
        "no letters": ({"csrf": "ß" * 64}, here),
        "of another browser": ({"csrf": other.csrf}, here),
        "from another site": (good, {"origin": "http://elsewhere.test"}),
        "from nowhere": (good, {"origin": "null"}),
        "says nothing": (good, {}),
        "from a neighbour": (good, {"origin": shop.url, "sec-fetch-site": "same-site"}),
        "from abroad": (good, {"sec-fetch-site": "cross-site"}),
    }
    return {who: (await boss.send(path, *sent)).status_code for who, sent in tried.items()}


async def test_every_form_of_every_page_needs_its_token_and_its_origin(given: Given):
    async with open_shop(given) as shop:
        boss = await at_work(shop, "boss", Role.ADMIN)
        assert POSTS
        for _, post in POSTS:
            # A form that were believed might do no end of things; the session that it would end is still there.
            answers = await _refused(shop, boss, _filled(post.path)) if post is POSTS[0][1] else {}
            plain = await boss.send(_filled(post.path), {}, {"origin": shop.url})
            foreign = await boss.send(
                _filled(post.path), {"csrf": boss.csrf}, {"origin": "http://elsewhere.test"}
            )
            assert set(answers.values()) <= {403}, (post.path, answers)
            assert (plain.status_code, foreign.status_code) == (403, 403), post.path
            assert (await boss.get("/staff")).status_code == 200, post.path


@pytest.mark.parametrize("who", ["nobody", "staff"])
async def test_every_page_and_form_is_for_whom_it_says(given: Given, who: str):
    async with open_shop(given) as shop:
        staff = await at_work(shop, "vera")
        if who == "nobody":
            staff.cookies.pop(SESSION)
        for page in PAGES:
            answer = await staff.get(_filled(page.path))
            open_to_him = page.may is May.ANYBODY or (who == "staff" and page.may is not May.ADMIN)
            if not open_to_him:
                assert answer.status_code == (303 if who == "nobody" else 403), page.path
            else:
                assert answer.status_code in (200, 303, 404), page.path
            for header in ("content-security-policy", "x-frame-options", "referrer-policy"):
                assert header in answer.headers, page.path
            assert answer.headers["cache-control"] == "no-store"
            assert "unsafe" not in answer.headers["content-security-policy"]
            for post in page.posts:
                if post.may is May.ANYBODY or (who == "staff" and post.may is not May.ADMIN):
                    continue
                refused = await staff.post(_filled(post.path))
                assert refused.status_code == (303 if who == "nobody" else 403), post.path


async def test_pages_are_no_part_of_the_described_api_and_answer_options(given: Given):
    async with open_shop(given) as shop:
        described = (await shop.stranger.get("/openapi.json")).json()["paths"]
        assert not [path for path in described if path.startswith("/staff")]
        answer = await shop.stranger.options("/staff")
        assert (answer.status_code, answer.headers["allow"]) == (200, "GET, HEAD, OPTIONS")
        nothing = await shop.stranger.get("/staff/no-such-page")
        assert (nothing.status_code, nothing.headers["content-type"]) == (404, "text/html; charset=utf-8")
