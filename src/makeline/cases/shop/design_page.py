"""``/shop/design``: the designer of the webstore, from a photograph to the page where it is paid."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline.cases.designs.designer_page import DESIGNER_WORDS, designer_markup, words_for_script
from makeline.cases.ordering.customer_page import LANGUAGES, Words, language_links, language_wanted
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.pages import PAGE_HEADERS

_PAGES = Path(__file__).parent / "pages"
_WORDS: Mapping[str, Words] = json.loads((_PAGES / "design.json").read_text("utf-8"))
_TEMPLATE = Template((_PAGES / "design.html").read_text("utf-8"))


def render_design_page(language: str) -> bytes:
    """The whole page; which design it shows its script asks for."""
    words = _WORDS[language]
    return _TEMPLATE.substitute(
        {
            **{name: escape(text) for name, text in words.items()},
            "language": language,
            "others": language_links(language),
            "designer": designer_markup(language),
            "words": words_for_script({**words, "designer": DESIGNER_WORDS[language]}),
        }
    ).encode()


_RENDERED = {language: render_design_page(language) for language in LANGUAGES}


async def show_design_page(request: Request) -> Response:
    """For anybody; the same for everybody who reads one language."""
    language = language_wanted(request)
    return HTMLResponse(_RENDERED[language], headers={**PAGE_HEADERS, "Content-Language": language})


def design_page_endpoints() -> tuple[Endpoint, ...]:
    """The page itself."""
    return (
        Endpoint(
            "GET",
            "/shop/design",
            show_design_page,
            "The webstore's designer",
            "Pages",
            answer_type="text/html",
            query=("lang", "model", "design"),
        ),
    )
