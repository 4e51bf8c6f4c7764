"""Every word that a page says is among its words."""

import re
from pathlib import Path

from makeline.admin import ink
from makeline.admin.pages import search, today
from makeline.admin.table import PAGES
from makeline.main.subscriptions import PROMISES
from tests.house.tree import PRODUCT

_SAID = re.compile(r'\b(?:t|say)\(\s*"(\w+)"')
_TOLD = re.compile(r'\bgo(?:_refused)?\([^()]*,\s*"(\w+)"')


def test_templates_and_pages_say_words_that_there_are():
    words = ink.words_of("en")
    folder = PRODUCT / "admin"
    said = {page.title for page in PAGES} | {f"group_{page.group}" for page in PAGES if page.group}
    for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
        text = Path(path).read_text("utf-8")
        said |= {*_SAID.findall(text), *_TOLD.findall(text)}
    # A word that is put together begins as some of them do.
    begun = {name for name in said if name.endswith("_") and any(word.startswith(name) for word in words)}
    assert said - words.keys() - begun == set()


def test_every_language_says_the_same():
    english = ink.words_of("en").keys()
    assert {language: ink.words_of(language).keys() ^ english for language in ink.languages()} == {
        "en": set()
    }


def test_every_template_can_be_read_and_writes_nothing_unescaped():
    for path in sorted((PRODUCT / "admin" / "templates").glob("*.html")):
        text = path.read_text("utf-8")
        assert "| safe" not in text and "|safe" not in text, path.name
        # What the policy of the pages forbids would not work.
        assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", text), path.name


def test_every_promise_that_may_be_given_up_has_words():
    names = {promise.subscriber for promises in PROMISES.values() for promise in promises}
    assert {name for name in names if f"state_{name}" not in ink.words_of("en")} == set()


def test_no_two_pages_share_a_path_or_a_key():
    paths = [page.path for page in PAGES] + [
        post.path for page in PAGES for post in page.posts if post.path != page.path
    ]
    keys = [page.key for page in PAGES if page.key]
    assert sorted(set(paths)) == sorted(paths)
    assert sorted(set(keys)) == sorted(keys)
    assert all(post.path.startswith(page.path) for page in PAGES for post in page.posts)


def test_what_today_and_search_lead_to_are_pages():
    places = {page.path for page in PAGES}
    assert {place for place, _ in (*today._MENDED.values(), *search._PAGES.values())} - places == set()


def test_every_form_carries_what_makes_it_ours_and_do_its_work_once():
    forms = [
        (path.name, form)
        for path in sorted((PRODUCT / "admin" / "templates").glob("*.html"))
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.DOTALL)
    ]
    assert len(forms) > 15
    assert [name for name, form in forms if "{{ ours }}" not in form] == []
