"""The page where a visitor sees his part, its price, and what would make it cheaper; its script asks for all of it."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.page_files import PageFiles, read_page_files
from makeline.foundation.web.pages import PAGE_HEADERS, language_wanted

_FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, str]] = json.loads((_FOLDER / "part_page.json").read_text("utf-8"))
PART_PAGE_FILES: PageFiles = read_page_files(_FOLDER / "assets")
_TEMPLATE = Template((_FOLDER / "part_page.html").read_text("utf-8"))
_LANGUAGES = {"en": "English", "ru": "Русский"}


def render_part_page(language: str) -> HTMLResponse:
    """The page in one language; it is the same for everybody."""
    words = WORDS[language]
    html = _TEMPLATE.substitute(
        {
            **{name: escape(text) for name, text in words.items()},
            "language": language,
            "others": "".join(_link(code, current=code == language) for code in _LANGUAGES),
            # No text can end the element that it stands in.
            "words": json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
        }
    )
    return HTMLResponse(html, headers={**PAGE_HEADERS, "Content-Language": language})


def _link(code: str, *, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    return f'<a href="?lang={code}" lang="{code}" hreflang="{code}"{mark}>{_LANGUAGES[code]}</a>'


async def _page(request: Request) -> Response:
    return render_part_page(language_wanted(request, WORDS))


def part_page_endpoints() -> tuple[Endpoint, ...]:
    """The page."""
    return (
        Endpoint(
            "GET",
            "/parts",
            _page,
            "See a part and its price",
            "Pages",
            answer_type="text/html",
            query=("lang",),
        ),
    )
