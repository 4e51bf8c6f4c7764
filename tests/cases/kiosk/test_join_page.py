"""The page behind a machine's QR code: for a visit that exists, in the phone's language, and shut to everything foreign."""

import json
import re
from html import unescape
from urllib.parse import urljoin

import pytest

from makeline.cases.designs.designer_page import DESIGNER_WORDS, designer_markup
from makeline.cases.kiosk.join_page import JOIN_WORDS
from makeline.cases.kiosk.order_page import PAGES
from tests.asking import MACHINE
from tests.given import Given
from tests.web import open_shop


async def test_the_code_of_a_machine_opens_the_page_of_its_visit(given: Given):
    async with open_shop(given) as shop:
        opened = await shop.operator.post("/api/vending/create-session", json={"machine_id": MACHINE})
        page = await shop.stranger.get(opened.json()["qr_data"]["qr_url"])
    assert page.status_code == 200
    assert f'data-session="{opened.json()["session_id"]}"' in page.text
    assert MACHINE in page.text
    assert "Oxford Street Station" in page.text


async def test_without_a_visit_the_root_says_what_runs_here_and_an_unknown_one_is_no_page(given: Given):
    async with open_shop(given) as shop:
        root = await shop.stranger.get("/")
        wrong = [
            await shop.stranger.get("/", params={"session": key})
            for key in ("VM001_20260304_120000_ABCDEF", "nonsense", '<script>alert("ё")</script>')
        ]
    assert (root.status_code, 'href="/docs"' in root.text) == (200, True)
    assert {answer.status_code for answer in wrong} == {404}
    assert len({answer.text for answer in wrong}) == 1
    assert JOIN_WORDS["en"]["unknown"] in wrong[0].text


async def test_the_page_lets_nothing_foreign_in_and_its_files_are_there(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        page = await shop.stranger.get("/", params={"session": session.key})
        files = re.findall(r'(?:href|src)="(assets/[^"]+)"', page.text)
        scripts = [name for name in files if name.endswith(".js")]
        scripts += re.findall(r'from "\./([\w.]+)"', (PAGES / "join.js").read_text())
        assert "designer.js" in scripts
        for name in {*files, *(f"assets/{name.removeprefix('assets/')}" for name in scripts)}:
            assert (await shop.stranger.get(urljoin(str(page.url), name))).status_code == 200
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<style|<script>| style=| on\w+=", page.text)


async def test_the_place_of_a_machine_is_text_and_nothing_else(given: Given):
    hostile = "</script><script>alert('ё')</script>"
    async with open_shop(given) as shop:
        opened = await shop.operator.post(
            "/api/vending/create-session", json={"machine_id": MACHINE, "location": hostile}
        )
        page = await shop.stranger.get(opened.json()["qr_data"]["qr_url"])
    assert hostile not in page.text
    assert hostile in unescape(page.text)


@pytest.mark.parametrize("language", JOIN_WORDS)
async def test_the_page_speaks_the_phones_language(given: Given, language: str):
    session = await given.session()
    async with open_shop(given) as shop:
        asked = await shop.stranger.get("/", params={"session": session.key, "lang": language})
        wished = await shop.stranger.get(
            "/", params={"session": session.key}, headers={"accept-language": language}
        )
    assert asked.text == wished.text
    assert f'<html lang="{language}">' in asked.text
    assert JOIN_WORDS[language]["heading"] in asked.text
    told = re.search(r'<script type="application/json" id="words">(.*)</script>', asked.text)
    assert told
    assert json.loads(told[1]) == {**JOIN_WORDS[language], "designer": DESIGNER_WORDS[language]}


def test_every_language_has_every_word_that_the_page_and_its_script_say():
    script = (PAGES / "join.js").read_text()
    said = set(re.findall(r"\bwords\.(\w+)", script))
    for page in ("visit", "join", "start"):
        said |= set(re.findall(r"\$(\w+)", (PAGES / f"{page}.html").read_text()))
    filled = {"language", "session", "machine", "where", "others", "terms_text", "terms_version", "words"}
    filled |= {"script", "content", "designer"}
    for words in JOIN_WORDS.values():
        assert words.keys() == JOIN_WORDS["en"].keys()
        assert said - filled <= words.keys()
        assert all(words.values())


def test_every_element_that_the_script_asks_for_is_on_the_page_and_labelled():
    html, script = (PAGES / "join.html").read_text() + designer_markup("en"), (PAGES / "join.js").read_text()
    there = set(re.findall(r'\bid="([\w-]+)"', html))
    assert set(re.findall(r'\$\("([\w-]+)"\)', script)) <= there
    for field in re.findall(r'<(?:select|input type="(?:text|range|file)") id="(\w+)"', html):
        assert f'<label for="{field}"' in html
