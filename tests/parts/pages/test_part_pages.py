"""The pages of parts: whole, in their languages, with nothing foreign; what others wrote of them is what we say it is."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from makeline.parts.pages.part_pages import PART_PAGE_FILES, PART_PAGES, WORDS
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

PAGES = Path(__file__).parents[3] / "src" / "makeline" / "parts" / "pages"
VENDORED = Path(__file__).parents[3] / "docs" / "vendored.md"
# Words that scripts put together from what the server says.
BY_NAME = re.compile(
    r"(line|speed|reason|service|order|payment|quote|quote_lead|wrong|category|by|code|fix|finding|saving|side|severity|cover|stage)_.+|title_.+|go_.+"
    r"|sheet|rod|hexagon|powder|filament|plate|thread|ordered|asked|accepted|revised|again_\w+"
)


def _imported(script: str, *, late: bool = False) -> set[str]:
    """The files that a script needs before it can run; with those that it may ask for later."""
    text = PART_PAGE_FILES[script].data.decode()
    how = r"(?:from|import\()" if late else "from"
    found = {script}
    for name in re.findall(how + r'\s*"\./([\w.]+)"', text) if script != "three.js" else ():
        found |= _imported(name, late=late)
    return found


@on_sqlite
async def test_the_pages_of_parts_let_nothing_foreign_in_and_their_files_are_there(given: Given):
    async with open_shop(given) as shop:
        for page in PART_PAGES:
            address = re.sub(r"\{\w+\}", "7", page.path)
            answer = await shop.stranger.get(address, params={"lang": "ru"})
            assert (answer.status_code, answer.headers["content-language"]) == (200, "ru")
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; ")
            assert "unsafe" not in policy
            assert not re.search(r"<style|<script>| style=| on\w+=|\$\w|\$\{", answer.text), page.path
            assert WORDS["frame"]["ru"]["go_orders"] in answer.text
            # Relative to where the page stands, below whatever the shop stands.
            for file in re.findall(r'(?:href|src)="([./]*)assets/', answer.text):
                assert file == ("../" * (address.count("/") - 1) or "./"), page.path
            assert answer.text.count(' aria-current="page"') == 1
            said = json.loads(answer.text.split('id="words">')[1].split("</script>")[0])
            assert said.keys() == {word for name in ("frame", *page.words) for word in WORDS[name]["ru"]}
        files = {"parts_frame.js"}.union(*(_imported(f"{page.script}.js", late=True) for page in PART_PAGES))
        assert files == {name for name in PART_PAGE_FILES if name.endswith(".js")}
        for name in files:
            assert (await shop.stranger.get(f"/assets/{name}")).status_code == 200, name


@pytest.mark.parametrize("file", sorted(WORDS))
def test_every_word_of_the_pages_is_there_in_every_language_and_used(file: str):
    english, russian = WORDS[file]["en"], WORDS[file]["ru"]
    assert english.keys() == russian.keys()
    for name, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", russian[name])) == sorted(re.findall(r"\{\w+\}", text)), name
    scripts = [
        data.data.decode() for name, data in PART_PAGE_FILES.items() if name not in {"three.js", "parts.css"}
    ]
    said = "".join([*scripts, *(path.read_text() for path in PAGES.glob("html/*.html"))])
    unsaid = [name for name in english if f'"{name}"' not in said and not re.search(rf"\${name}\b", said)]
    assert [name for name in unsaid if not BY_NAME.fullmatch(name)] == []


@pytest.mark.parametrize("page", PART_PAGES, ids=lambda page: page.body)
def test_a_script_says_only_words_that_its_page_has(page):
    has = {word for name in ("frame", *page.words) for word in WORDS[name]["en"]}
    for script in _imported(f"{page.script}.js"):
        said = set(re.findall(r'\bsay\("(\w+)"', PART_PAGE_FILES[script].data.decode()))
        # Pieces that several pages share say what only some of those show.
        if script in {f"{page.script}.js", "asking.js", "parts_forms.js"}:
            assert said <= has | {"wrong_required"}, (page.path, script)


def test_scripts_of_others_are_the_ones_that_are_listed():
    assert f"`{sha256(PART_PAGE_FILES['three.js'].data).hexdigest()}`" in VENDORED.read_text()
    # Small enough to be had over a telephone's network.
    for page in PART_PAGES:
        first = _imported(f"{page.script}.js") | _imported("parts_frame.js") | {"parts.css"}
        assert "three.js" not in first
        assert sum(len(PART_PAGE_FILES[name].packed) for name in first) < 40_000, page.path
    assert len(PART_PAGE_FILES["three.js"].packed) < 200_000
