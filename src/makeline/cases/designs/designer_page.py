"""The designer as a part of pages: its markup, its words and its scripts; which page it stands in is up to the door."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from makeline.foundation.web.page_files import read_page_files

_PAGES = Path(__file__).parent / "pages"
DESIGNER_WORDS: Mapping[str, Mapping[str, str]] = json.loads((_PAGES / "designer.json").read_text("utf-8"))
DESIGNER_FILES = read_page_files(_PAGES)
_MARKUP = Template((_PAGES / "designer.html").read_text("utf-8"))


def designer_markup(language: str) -> str:
    """The case and its tools, hidden until a script fills them."""
    return _MARKUP.substitute({name: escape(text) for name, text in DESIGNER_WORDS[language].items()})


def words_for_script(words: Mapping[str, Any]) -> str:
    """Words as they stand in a page for its scripts: no text can end the element that it stands in."""
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
