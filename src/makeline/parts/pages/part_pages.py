"""The pages of the parts shop: one frame, one body each; their scripts ask the API, and the pages are the same for everybody."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.page_files import PageFiles, read_page_files
from makeline.foundation.web.pages import PAGE_HEADERS, language_wanted

_FOLDER = Path(__file__).parent
_LANGUAGES = {"en": "English", "ru": "Русский"}
PART_PAGE_FILES: PageFiles = read_page_files(_FOLDER / "assets")


@dataclass(frozen=True)
class PartPage:
    """One page: where it is, the part of the shop it belongs to, its body, its script and the files of its words."""

    path: str
    section: str
    body: str
    script: str
    words: tuple[str, ...]
    summary: str


PART_PAGES = (
    PartPage("/parts", "parts", "parts", "parts", ("parts",), "See parts and their prices"),
    PartPage(
        "/parts/basket", "basket", "basket", "parts_basket", ("made", "basket"), "Order parts, or ask for a quote"
    ),
    PartPage("/parts/account", "account", "account", "parts_account", ("account",), "Sign in, or see your account"),
    PartPage(
        "/parts/account/register", "account", "register", "parts_account", ("account",), "Open an account"
    ),
    PartPage(
        "/parts/account/password", "account", "password", "parts_account", ("account",), "Ask for a new password"
    ),
    PartPage("/parts/orders", "orders", "orders", "parts_orders", ("orders",), "See your orders for parts"),
    PartPage(
        "/parts/orders/{order_id}", "orders", "order", "parts_order", ("orders", "made"), "See one of your orders"
    ),
    PartPage("/parts/quotes", "quotes", "quotes", "parts_quotes", ("quotes",), "See your quotes"),
    PartPage(
        "/parts/quotes/{quote_id}", "quotes", "quote", "parts_quote", ("quotes", "made"), "See one of your quotes"
    ),
)  # fmt: skip


def _read_words(name: str) -> Mapping[str, Mapping[str, str]]:
    return json.loads((_FOLDER / "words" / f"{name}.json").read_text("utf-8"))


def _read_html(name: str) -> Template:
    return Template((_FOLDER / "html" / f"{name}.html").read_text("utf-8"))


WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    name: _read_words(name)
    for name in sorted({"frame", *(word for page in PART_PAGES for word in page.words)})
}
_FRAME = _read_html("frame")
_BODIES = {page.body: _read_html(page.body) for page in PART_PAGES}
# What stands in several bodies.
_PIECES = {
    "person_form": ("account", _read_html("person")),
    "delivery_form": ("made", _read_html("delivery")),
}
_SECTIONS = {
    "parts": "parts",
    "basket": "parts/basket",
    "quotes": "parts/quotes",
    "orders": "parts/orders",
    "account": "parts/account",
}


def render_part_page(page: PartPage, language: str, *, chosen: str = "") -> HTMLResponse:
    """A page in one language; ``chosen`` is the language that stands in its address, and goes on into its links."""
    words = {name: text for file in ("frame", *page.words) for name, text in WORDS[file][language].items()}
    shown = {name: escape(text) for name, text in words.items()}
    pieces = {name: piece.substitute(shown) for name, (file, piece) in _PIECES.items() if file in page.words}
    # Addresses are relative, so that the shop may stand below any other.
    root = "../" * (page.path.count("/") - 1)
    suffix = f"?lang={chosen}" if chosen else ""
    html = _FRAME.substitute(
        shown,
        page_title=shown[f"title_{page.body}"],
        language=language,
        root=root or "./",
        suffix=suffix,
        script=page.script,
        sections="".join(
            _section(f"{root}{address}{suffix}", shown[f"go_{name}"], name, current=name == page.section)
            for name, address in _SECTIONS.items()
        ),
        others="".join(_language(code, current=code == language) for code in _LANGUAGES),
        body=_BODIES[page.body].substitute(shown, **pieces, root=root or "./", suffix=suffix),
        # No text can end the element that it stands in.
        words=json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
    )
    return HTMLResponse(html, headers={**PAGE_HEADERS, "Content-Language": language})


def _section(address: str, text: str, name: str, *, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    return f'<a href="{address}" data-section="{name}"{mark}>{text}</a>'


def _language(code: str, *, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    return f'<a href="?lang={code}" lang="{code}" hreflang="{code}"{mark}>{_LANGUAGES[code]}</a>'


async def _answer(page: PartPage, request: Request) -> Response:
    chosen = request.query_params.get("lang", "")
    return render_part_page(
        page, language_wanted(request, _LANGUAGES), chosen=chosen if chosen in _LANGUAGES else ""
    )


def part_page_endpoints() -> tuple[Endpoint, ...]:
    """The pages."""
    return tuple(
        Endpoint(
            "GET",
            page.path,
            partial(_answer, page),
            page.summary,
            "Pages",
            answer_type="text/html",
            query=("lang",),
        )
        for page in PART_PAGES
    )
