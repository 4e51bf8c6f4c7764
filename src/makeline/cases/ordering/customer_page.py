"""The page that a customer opens by an address of his own: its frame, its headers and its languages.

Every value is escaped by whoever fills the page; every word comes from the list of its language.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from makeline.foundation.web import pages

Words = Mapping[str, str]

LANGUAGES = ("en", "ru", "zh")
_NAMES = {"en": "English", "ru": "Русский", "zh": "中文"}
# Without a script the browser asks by itself.
REFRESH = '<noscript><meta http-equiv="refresh" content="15"></noscript>\n'
_TEMPLATE = Template((Path(__file__).parent / "pages" / "order.html").read_text("utf-8"))


def language_wanted(request: Request) -> str:
    """The language a page is asked for in: by ``lang``, else by the phone's own wish."""
    return pages.language_wanted(request, LANGUAGES)


def language_links(present: str, beside: Mapping[str, str] = MappingProxyType({})) -> str:
    """The same page in every language; ``beside`` is what else its address says."""
    links = []
    for code, name in _NAMES.items():
        current = ' aria-current="true"' if code == present else ""
        address = escape(f"?{urlencode({**beside, 'lang': code})}")
        links.append(f'<a href="{address}" lang="{code}" hreflang="{code}"{current}>{name}</a>')
    return "".join(links)


def customer_page(
    words: Words,
    language: str,
    *,
    phase: str,
    version: str,
    refresh: str,
    details: str,
    contact: str,
    events: str = "",
) -> HTMLResponse:
    """The page with these ``details``; ``events`` is where its news come from, ``version`` changes with what it tells."""
    help_line = f"<p>{escape(words['help'].format(contact=contact))}</p>\n" if contact else ""
    keep = f"<p>{escape(words['keep'])}</p>\n" if details else ""
    html = _TEMPLATE.substitute(
        language=language,
        title=escape(f"{words[phase]} – {words['title']}"),
        version=escape(version),
        events=escape(events),
        refresh=refresh,
        heading=escape(words[phase]),
        lead=escape(words[f"{phase}_lead"]),
        details=details,
        footer=help_line + keep,
    )
    return HTMLResponse(html, headers={**pages.PAGE_HEADERS, "Content-Language": language})


def steps_list(heading: str, entries: list[tuple[str, bool, bool]]) -> str:
    """How far it is: the word of each step, whether it is done, and whether it is the present one."""
    items = ""
    for word, done, present in entries:
        mark = ' class="done"' if done else ""
        mark += ' aria-current="step"' if present else ""
        items += f"<li{mark}>{escape(word)}</li>"
    return f'<section><h2>{escape(heading)}</h2><ol class="steps">{items}</ol></section>\n'


def facts_list(heading: str, facts: list[tuple[str, str]], below: str = "") -> str:
    """Labels with their values; ``below`` is markup that follows them."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<section><h2>{escape(heading)}</h2><dl>{listed}</dl>{below}</section>\n"


def proof_picture(words: Words, link: str | None) -> str:
    """The picture of the case, if there is one."""
    if link is None:
        return ""
    picture = f'<img class="proof" src="{escape(link)}" alt="{escape(words["proof_alt"])}">'
    return f"<section><h2>{escape(words['proof'])}</h2>{picture}</section>\n"
