"""A machine's own screen: a page that anybody may see, a code that leads to the visit, and the simulated terminal."""

import json
import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest

from makeline.cases.kiosk.order_page import PAGES
from makeline.cases.kiosk.screen_page import SCREEN_WORDS
from makeline.cases.kiosk.terminal import Touch
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.fakes import PlainTerminal
from tests.given import Given
from tests.people import key_of
from tests.web import open_shop


@on_sqlite
async def test_the_screen_of_a_machine_is_a_page_whose_files_are_there_and_which_lets_nothing_foreign_in(
    given: Given,
):
    async with open_shop(given) as shop:
        page = await shop.stranger.get(f"/kiosk/{MACHINE}", params={"lang": "ru"})
        nobody = await shop.stranger.get("/kiosk/<script>")
        files = re.findall(r'(?:href|src)="(\.\./assets/[^"]+)"', page.text)
        files += [
            f"../assets/{name}"
            for name in re.findall(r'from "\./([\w.]+)"', (PAGES / "screen.js").read_text())
        ]
        assert len(files) == 4
        for name in files:
            assert (await shop.stranger.get(urljoin(str(page.url), name))).status_code == 200
    assert page.status_code == 200
    assert f'data-machine="{MACHINE}"' in page.text
    assert SCREEN_WORDS["ru"]["title"] in page.text
    assert (nobody.status_code, "<script>" in nobody.text) == (404, False)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script>| style=| on\w+=", page.text)


def test_the_screen_says_the_same_in_every_language_and_all_that_it_says():
    (english, *others) = SCREEN_WORDS.values()
    for words in others:
        assert words.keys() == english.keys()
        for name, text in english.items():
            assert re.findall(r"\{\w+\}", words[name]) == re.findall(r"\{\w+\}", text), name
    said = (PAGES / "screen.html").read_text() + (PAGES / "screen.js").read_text()
    unsaid = [name for name in english if f'"{name}"' not in said and f"${name}" not in said]
    assert [
        name
        for name in unsaid
        if not name.startswith(("closed_", "print_", "failed", "ended", "cancelled", "refunded"))
    ] == []
    wanted = re.findall(r'data-word="(\w+)"|say\("(\w+)"', said)
    assert {one or other for one, other in wanted} <= english.keys()


@on_sqlite
async def test_the_code_is_drawn_for_sessions_that_exist(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        code = await shop.stranger.get(f"/v1/sessions/{session.key}/code.svg")
        unknown = await shop.stranger.get("/v1/sessions/VM001_20260304_120000_ABCDEF/code.svg")
    assert (code.status_code, code.headers["content-type"]) == (200, "image/svg+xml")
    assert code.text.startswith("<?xml")
    assert unknown.status_code in (400, 404)


async def test_a_card_at_the_simulated_terminal_is_held_for_the_payment_that_waits(given: Given):
    session, begun = await given.payment_begun()
    at = f"/v1/sessions/{session.key}/terminal"
    key = await key_of(given.database)
    async with open_shop(given) as shop:
        screen = shop.caller({"authorization": f"Bearer {key.text}"})
        declined = await screen.post(at, json={"action": "declines"})
        nonsense = await screen.post(at, json={"action": "steals"})
        await given.confirmed(session.key)
        paid = await screen.post(at, json={"action": "pays"})
    assert declined.json() == {"success": True}
    assert (nonsense.status_code, nonsense.json()["validation_errors"][0]["field"]) == (422, "action")
    assert (paid.status_code, paid.json()["error_code"]) == (409, "NO_PAYMENT_WAITS")
    assert given.terminal is not None
    assert given.terminal.touched == [(begun.payment.reference, Touch.DECLINES)]


@on_sqlite
@pytest.mark.parametrize("terminal", [None, PlainTerminal()])
async def test_where_the_partner_is_real_there_is_no_terminal_to_play_with(
    given: Given, terminal: PlainTerminal | None
):
    session, _ = await given.payment_begun()
    key = await key_of(given.database)
    async with open_shop(replace(given, terminal=terminal)) as shop:
        page = await shop.stranger.get(f"/kiosk/{MACHINE}")
        screen = shop.caller({"authorization": f"Bearer {key.text}"})
        touched = await screen.post(f"/v1/sessions/{session.key}/terminal", json={"action": "pays"})
    assert ('data-terminal="simulated"' in page.text) is (terminal is not None)
    assert touched.status_code == (200 if terminal else 404)


@on_sqlite
async def test_the_news_of_a_session_tell_how_the_payment_stands(given: Given):
    session, _ = await given.payment_begun()
    async with (
        open_shop(given) as shop,
        shop.stranger.stream("GET", f"/v1/sessions/{session.key}/events") as news,
    ):
        told = [json.loads(line[5:]) async for line in _first(news.aiter_lines())]
    assert (told[0]["payment"], told[0]["order_payment"]) == ("pending", "unpaid")


async def _first(lines):
    async for line in lines:
        if line.startswith("data:"):
            yield line
            return
