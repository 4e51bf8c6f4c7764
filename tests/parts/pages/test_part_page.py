"""The page of parts: whole, in its languages, with nothing foreign; what others wrote of it is what we say it is."""

import re
from hashlib import sha256
from pathlib import Path

from makeline.parts.pages.part_page import PART_PAGE_FILES, WORDS
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

PAGES = Path(__file__).parents[3] / "src" / "makeline" / "parts" / "pages"
VENDORED = Path(__file__).parents[3] / "docs" / "vendored.md"


@on_sqlite
async def test_the_page_of_parts_lets_nothing_foreign_in_and_its_files_are_there(given: Given):
    async with open_shop(given) as shop:
        page = await shop.stranger.get("/parts", params={"lang": "ru"})
        files = set(re.findall(r'(?:href|src)="assets/([^"]+)"', page.text))
        for name in sorted(PART_PAGE_FILES):
            if name != "three.js":
                files |= set(
                    re.findall(r'(?:from|import\()\s*"\./([\w.]+)"', PART_PAGE_FILES[name].data.decode())
                )
        assert {"parts.js", "parts.css", "viewer.js", "three.js", "chart.js"} <= files
        for name in files:
            assert (await shop.stranger.get(f"/assets/{name}")).status_code == 200, name
    assert (page.status_code, page.headers["content-language"]) == (200, "ru")
    assert WORDS["ru"]["invite"] in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script>| style=| on\w+=|\$\w", page.text)


def test_every_word_of_the_page_is_there_in_every_language_and_used():
    english, russian = WORDS["en"], WORDS["ru"]
    assert english.keys() == russian.keys()
    for name, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", russian[name])) == sorted(re.findall(r"\{\w+\}", text)), name
    script = (PAGES / "assets" / "parts.js").read_text()
    said = script + (PAGES / "part_page.html").read_text()
    by_name = ("line_", "speed_", "reason_", "sheet", "rod", "hexagon", "powder", "filament")
    unsaid = [name for name in english if f'"{name}"' not in said and f"${name}" not in said]
    assert [name for name in unsaid if not name.startswith(by_name)] == []
    assert set(re.findall(r'say\("(\w+)"', script)) <= english.keys()


def test_scripts_of_others_are_the_ones_that_are_listed():
    assert f"`{sha256(PART_PAGE_FILES['three.js'].data).hexdigest()}`" in VENDORED.read_text()
    # Small enough to be had over a telephone's network.
    ours = sum(len(file.packed) for name, file in PART_PAGE_FILES.items() if name != "three.js")
    assert ours < 40_000
    assert len(PART_PAGE_FILES["three.js"].packed) < 200_000
