"""The page that a machine's QR code opens on the phone: choose, hand in a photograph, see the case, pay."""

import json
from collections.abc import Mapping
from html import escape
from string import Template

from starlette.responses import HTMLResponse

from makeline.cases.designs.designer_page import DESIGNER_WORDS, designer_markup, words_for_script
from makeline.cases.kiosk.order_page import PAGES
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.terms import TERMS, VERSION
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.customer_page import Words, language_links
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.pages import PAGE_HEADERS

JOIN_WORDS: Mapping[str, Words] = json.loads((PAGES / "join.json").read_text("utf-8"))
_FRAME = (PAGES / "visit.html").read_text("utf-8")
_NOWHERE = Template((PAGES / "nowhere.html").read_text("utf-8"))


def _framed(name: str) -> Template:
    """A page between the head and the foot that pages of a visit share; its script bears its name."""
    content = (PAGES / f"{name}.html").read_text("utf-8")
    return Template(_FRAME.replace("$script", f"{name}.js").replace("$content", content))


_TEMPLATE = _framed("join")
_START = _framed("start")


def place_of_visit(unit: Reading, session_key: str) -> str:
    """Where the customer stands, for whoever holds the session's id; refuses malformed and unknown ids."""
    session, machine = access_session(unit, session_key)
    return _place(machine, session.location or machine.location)


def render_join(session_key: str, *, where: str, language: str) -> HTMLResponse:
    """The page of one visit; what happens in it the script asks for."""
    words = JOIN_WORDS[language]
    texts = {name: escape(text) for name, text in words.items()}
    html = _TEMPLATE.substitute(
        {
            **texts,
            "language": language,
            "session": escape(session_key),
            "where": escape(where),
            "others": language_links(language, {"session": session_key}),
            "terms_text": "".join(f"<li>{escape(line)}</li>" for line in TERMS[language]),
            "terms_version": escape(words["version"].format(version=VERSION)),
            "designer": designer_markup(language),
            "words": words_for_script({**words, "designer": DESIGNER_WORDS[language]}),
        }
    )
    return HTMLResponse(html, headers={**PAGE_HEADERS, "Content-Language": language})


def render_start(machine: Machine, *, language: str) -> HTMLResponse:
    """The page of a test machine, where a phone opens a visit itself."""
    texts = {name: escape(text) for name, text in JOIN_WORDS[language].items()}
    html = _START.substitute(
        {
            **texts,
            "language": language,
            "machine": escape(machine.key),
            "where": escape(_place(machine, machine.location)),
            "others": language_links(language, {"machine": machine.key}),
        }
    )
    return HTMLResponse(html, headers={**PAGE_HEADERS, "Content-Language": language})


def render_nowhere(language: str) -> HTMLResponse:
    """What whoever brings an id is told that nobody gave out; 404."""
    words = JOIN_WORDS[language]
    html = _NOWHERE.substitute(
        language=language,
        title=escape(words["title"]),
        unknown=escape(words["unknown"]),
        unknown_lead=escape(words["unknown_lead"]),
    )
    return HTMLResponse(html, 404, headers={**PAGE_HEADERS, "Content-Language": language})


def _place(machine: Machine, location: str | None) -> str:
    return " · ".join(filter(None, (machine.name or machine.key, location)))
