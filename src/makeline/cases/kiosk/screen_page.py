"""The page that a machine's own screen shows all day; who stands before it and what happens its script asks for."""

import json
from collections.abc import Mapping
from html import escape
from string import Template

from starlette.responses import HTMLResponse

from makeline.cases.kiosk.order_page import PAGES
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.customer_page import Words
from makeline.foundation.web.pages import PAGE_HEADERS

SCREEN_WORDS: Mapping[str, Words] = json.loads((PAGES / "screen.json").read_text("utf-8"))
_TEMPLATE = Template((PAGES / "screen.html").read_text("utf-8"))
# No text can end the element that it stands in.
_ALL_WORDS = json.dumps(SCREEN_WORDS, ensure_ascii=False).replace("<", "\\u003c")


def render_screen(machine: Machine, *, language: str, terminal: str) -> HTMLResponse:
    """The page in its usual language; customers may choose another. ``terminal``: ``simulated``, or empty."""
    html = _TEMPLATE.substitute(
        {name: escape(text) for name, text in SCREEN_WORDS[language].items()},
        language=language,
        machine=escape(machine.key),
        where=escape(" · ".join(filter(None, (machine.name or machine.key, machine.location)))),
        terminal=escape(terminal),
        words=_ALL_WORDS,
    )
    return HTMLResponse(html, headers={**PAGE_HEADERS, "Content-Language": language})
